// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc.hpp"

namespace txcouchbase::protocol {
namespace {

/// The part of the extras that single and multi commands share: [expiry [user flags]] [doc flags], told apart by
/// their length alone. One byte is doc flags, never a part of an expiry.
bool parse_options(ByteCursor& in, SubdocOptions& out) noexcept {
    const std::size_t size = in.rest().size();
    bool ok = true;
    if (size >= 4) ok = in.number(out.expiry.emplace());
    if (size >= 8) ok = ok && in.number(out.user_flags.emplace());
    if (size % 4 == 1) ok = ok && in.number(out.doc_flags);
    return ok && in.at_end();
}

}  // namespace

bool parse(ByteCursor& in, LookupSpec& out) noexcept {
    std::uint16_t path_size = 0;
    return in.number(out.opcode) && in.number(out.path_flags) && in.number(path_size) &&
           in.bytes(path_size, out.path);
}

bool parse(ByteCursor& in, MutationSpec& out) noexcept {
    std::uint16_t path_size = 0;
    std::uint32_t value_size = 0;
    return in.number(out.opcode) && in.number(out.path_flags) && in.number(path_size) &&
           in.number(value_size) && in.bytes(path_size, out.path) && in.bytes(value_size, out.value);
}

bool is_subdoc_lookup(Opcode opcode) noexcept {
    return opcode == Opcode::subdoc_get || opcode == Opcode::subdoc_exists ||
           opcode == Opcode::subdoc_get_count;
}

bool is_subdoc_mutation(Opcode opcode) noexcept {
    return (opcode >= Opcode::subdoc_dict_add && opcode <= Opcode::subdoc_counter) ||
           opcode == Opcode::subdoc_replace_body_with_xattr;
}

Read<SubdocRequest> read_subdoc(const Frame& frame) noexcept {
    SubdocRequest request;
    std::uint16_t path_size = 0;
    ByteCursor extras{frame.extras()};
    if (!extras.number(path_size) || !extras.number(request.path_flags) ||
        !parse_options(extras, request.options))
        return Defect::bad_extras;
    if (is_subdoc_lookup(frame.opcode()) && request.options.expiry) return Defect::bad_extras;

    ByteCursor value{frame.value()};
    if (!value.bytes(path_size, request.path)) return Defect::bad_subdoc;
    request.fragment = value.rest();
    return request;
}

Read<SubdocOptions> read_subdoc_multi_options(const Frame& frame) noexcept {
    SubdocOptions options;
    ByteCursor extras{frame.extras()};
    if (!parse_options(extras, options)) return Defect::bad_extras;
    if (frame.opcode() == Opcode::subdoc_multi_lookup && options.expiry) return Defect::bad_extras;
    return options;
}

Read<Records<LookupSpec>> read_lookup_specs(const Frame& frame) noexcept {
    return read_records<LookupSpec>(frame.value(), Defect::bad_subdoc);
}

Read<Records<MutationSpec>> read_mutation_specs(const Frame& frame) noexcept {
    return read_records<MutationSpec>(frame.value(), Defect::bad_subdoc);
}

}  // namespace txcouchbase::protocol
