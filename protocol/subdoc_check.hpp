// The part of check_request that judges sub-document commands: paths, flags and specs (PROTOCOL 2.6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/request_check.hpp"

namespace txcouchbase::protocol {

// Rules for the table in request_rules.cpp; its columns hold already, the sizes of the extras among them. The order in
// which a command's own defects are found is the server's: truncated specs, opcode, path flags, flags of the document,
// length of the path, extended attributes, empty path, value.

Verdict subdoc_rule(const Frame& frame, const SessionContext& session) noexcept;
Verdict subdoc_multi_lookup_rule(const Frame& frame, const SessionContext& session) noexcept;
Verdict subdoc_multi_mutation_rule(const Frame& frame, const SessionContext& session) noexcept;

}  // namespace txcouchbase::protocol
