// From a key to its vBucket: CRC-32 and the 15 bits of it that count (PROTOCOL 8.1).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// CRC-32 as in IEEE 802.3 and zlib.
std::uint32_t crc32(ByteView bytes) noexcept;

/**
 * The vBucket that a document lives in.
 *
 * Shape: `logical_key` is the key without its collection prefix, whatever the collection; `vbuckets`, how many the
 *        bucket has, is at least 1.
 */
inline std::uint16_t vbucket_of(ByteView logical_key, std::uint16_t vbuckets) noexcept {
    return static_cast<std::uint16_t>(((crc32(logical_key) >> 16) & 0x7fff) % vbuckets);
}

}  // namespace txcouchbase::protocol
