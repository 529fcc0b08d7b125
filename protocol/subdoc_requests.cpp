// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc_requests.hpp"

#include "protocol/append.hpp"

namespace txcouchbase::protocol::request {
namespace {

void add_options(Extras& extras, const SubdocOptions& options) noexcept {
    // User flags stand behind an expiry, so they bring one along; absent and 0 mean the same.
    if (options.expiry || options.user_flags) extras.add(options.expiry.value_or(0));
    if (options.user_flags) extras.add(*options.user_flags);
    if (options.doc_flags != DocFlags::none) extras.add(bits(options.doc_flags));
}

Extras single_path_extras(ByteView path, PathFlags path_flags, const SubdocOptions& options) noexcept {
    Extras extras = Extras::of(static_cast<std::uint16_t>(path.size()), bits(path_flags));
    add_options(extras, options);
    return extras;
}

Extras multi_extras(const SubdocOptions& options) noexcept {
    Extras extras;
    add_options(extras, options);
    return extras;
}

}  // namespace

ComposedRequest subdoc_lookup(ByteView key, const LookupSpec& spec, DocFlags doc_flags) {
    return {.head = {.opcode = spec.opcode,
                     .extras = single_path_extras(spec.path, spec.path_flags, {.doc_flags = doc_flags}),
                     .key = key},
            .body = std::string{spec.path}};
}

ComposedRequest subdoc_mutation(ByteView key, const MutationSpec& spec, const SubdocOptions& options,
                                std::uint64_t cas) {
    ComposedRequest request{.head = {.opcode = spec.opcode,
                                     .cas = cas,
                                     .extras = single_path_extras(spec.path, spec.path_flags, options),
                                     .key = key}};
    request.body.reserve(spec.path.size() + spec.value.size());
    request.body.append(spec.path).append(spec.value);
    return request;
}

ComposedRequest subdoc_multi_lookup(ByteView key, std::span<const LookupSpec> specs, DocFlags doc_flags) {
    ComposedRequest request{.head = {.opcode = Opcode::subdoc_multi_lookup,
                                     .extras = multi_extras({.doc_flags = doc_flags}),
                                     .key = key}};
    for (const LookupSpec& spec : specs) {
        append_number(request.body, static_cast<std::uint8_t>(spec.opcode));
        append_number(request.body, bits(spec.path_flags));
        append_number(request.body, static_cast<std::uint16_t>(spec.path.size()));
        request.body.append(spec.path);
    }
    return request;
}

ComposedRequest subdoc_multi_mutation(ByteView key, std::span<const MutationSpec> specs,
                                      const SubdocOptions& options, std::uint64_t cas) {
    ComposedRequest request{.head = {.opcode = Opcode::subdoc_multi_mutation,
                                     .cas = cas,
                                     .extras = multi_extras(options),
                                     .key = key}};
    for (const MutationSpec& spec : specs) {
        append_number(request.body, static_cast<std::uint8_t>(spec.opcode));
        append_number(request.body, bits(spec.path_flags));
        append_number(request.body, static_cast<std::uint16_t>(spec.path.size()));
        append_number(request.body, static_cast<std::uint32_t>(spec.value.size()));
        request.body.append(spec.path).append(spec.value);
    }
    return request;
}

}  // namespace txcouchbase::protocol::request
