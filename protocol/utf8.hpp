// Whether bytes are text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// UTF-8 as RFC 3629 has it: nothing overlong, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(ByteView bytes) noexcept;

/// How many bytes at the front are text.
std::size_t utf8_prefix(ByteView bytes) noexcept;

}  // namespace txcouchbase::protocol
