// Readers of the answers to sub-document commands (PROTOCOL 2.6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/classic_responses.hpp"
#include "protocol/records.hpp"

namespace txcouchbase::protocol {

/// A single-path command; `value` is what GET, GET_COUNT and COUNTER return.
struct SubdocResponse {
    MutationResponse mutation = {};
    ByteView value = {};
    bool is_deleted = false;  ///< it was done on a tombstone
};
Read<SubdocResponse> read_subdoc_response(const Frame& frame) noexcept;

/// What became of one spec of a multi-lookup; the entries stand in the order of the specs.
struct LookupResult {
    Status status = Status::success;
    ByteView value = {};
};
bool parse(ByteCursor& in, LookupResult& out) noexcept;
Read<Records<LookupResult>> read_multi_lookup(const Frame& frame) noexcept;

/// What one spec of a multi-mutation returned; only counters do.
struct MutationResult {
    std::uint8_t index = 0;
    Status status = Status::success;
    ByteView value = {};
};
bool parse(ByteCursor& in, MutationResult& out) noexcept;

/// The first spec of a multi-mutation that failed; nothing was changed then.
struct SpecFailure {
    std::uint8_t index = 0;
    Status status = Status::success;
};

struct MultiMutationResponse {
    MutationResponse mutation = {};
    Records<MutationResult> results = {};
    std::optional<SpecFailure> failure = std::nullopt;
};
Read<MultiMutationResponse> read_multi_mutation(const Frame& frame) noexcept;

}  // namespace txcouchbase::protocol
