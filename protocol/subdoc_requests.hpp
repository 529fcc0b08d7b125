// Builders of the sub-document commands (PROTOCOL 2.6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "protocol/request.hpp"
#include "protocol/subdoc.hpp"

namespace txcouchbase::protocol::request {

/// SUBDOC_GET, EXISTS or GET_COUNT.
ComposedRequest subdoc_lookup(ByteView key, const LookupSpec& spec, DocFlags doc_flags = DocFlags::none);
/// One mutation, from DICT_ADD to COUNTER, or REPLACE_BODY_WITH_XATTR.
ComposedRequest subdoc_mutation(ByteView key, const MutationSpec& spec, const SubdocOptions& options = {},
                                std::uint64_t cas = 0);

/// 1..16 specs, those of extended attributes first.
ComposedRequest subdoc_multi_lookup(ByteView key, std::span<const LookupSpec> specs,
                                    DocFlags doc_flags = DocFlags::none);
/// 1..16 specs, those of extended attributes first; all of them happen or none does.
ComposedRequest subdoc_multi_mutation(ByteView key, std::span<const MutationSpec> specs,
                                      const SubdocOptions& options = {}, std::uint64_t cas = 0);

}  // namespace txcouchbase::protocol::request
