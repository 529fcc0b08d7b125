// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc_responses.hpp"

namespace txcouchbase::protocol {
namespace {

Read<MultiMutationResponse> read_failure(const Frame& frame) noexcept {
    SpecFailure failure;
    ByteCursor in{frame.value()};
    if (!in.number(failure.index) || !in.number(failure.status) || !in.at_end()) return Defect::bad_subdoc;
    return MultiMutationResponse{.failure = failure};
}

}  // namespace

Read<SubdocResponse> read_subdoc_response(const Frame& frame) noexcept {
    const Read<MutationResponse> mutation = read_mutation(frame);
    if (!mutation) return mutation.defect();
    return SubdocResponse{*mutation, frame.value(), frame.status() == Status::subdoc_success_deleted};
}

bool parse(ByteCursor& in, LookupResult& out) noexcept {
    std::uint32_t size = 0;
    return in.number(out.status) && in.number(size) && in.bytes(size, out.value);
}

Read<Records<LookupResult>> read_multi_lookup(const Frame& frame) noexcept {
    return read_records<LookupResult>(frame.value(), Defect::bad_subdoc);
}

bool parse(ByteCursor& in, MutationResult& out) noexcept {
    std::uint32_t size = 0;
    return in.number(out.index) && in.number(out.status) && in.number(size) && in.bytes(size, out.value);
}

Read<MultiMutationResponse> read_multi_mutation(const Frame& frame) noexcept {
    // A mutation fails with cc alone; the same failure on a tombstone would be spelled d3, as for lookups.
    if (frame.status() == Status::subdoc_multi_path_failure ||
        frame.status() == Status::subdoc_multi_path_failure_deleted)
        return read_failure(frame);

    const Read<MutationResponse> mutation = read_mutation(frame);
    if (!mutation) return mutation.defect();
    const auto results = read_records<MutationResult>(frame.value(), Defect::bad_subdoc);
    if (!results) return results.defect();
    return MultiMutationResponse{.mutation = *mutation, .results = *results};
}

}  // namespace txcouchbase::protocol
