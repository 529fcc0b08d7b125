// Base64 with padding, as SCRAM messages and HTTP basic authentication carry it (RFC 4648, section 4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

std::string base64_encode(ByteView bytes);

/**
 * The bytes that `text` stands for, or nothing when it is not base64.
 *
 * Shape: canonical only: whole groups of four, padding at the end and nowhere else, no white space, unused bits
 *        zero. So two different texts never decode to the same bytes, and a changed signature cannot pass.
 */
std::optional<std::string> base64_decode(ByteView text);

}  // namespace txcouchbase::protocol
