// Compressed values: the snappy format, of which this side reads what servers and other clients write.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/**
 * Inflates a value whose datatype says snappy.
 *
 * Shape:  the raw format, without the framing that files have: the size, then literals and copies of what came before.
 * Errors: nothing, when the bytes are not that throughout. The size is believed only as far as so many bytes could
 *         make it: no element says more than 64 bytes with 3, so a lie costs no memory.
 */
std::optional<std::string> inflate_snappy(ByteView compressed);

}  // namespace txcouchbase::protocol
