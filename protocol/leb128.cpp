// SPDX-License-Identifier: Apache-2.0
#include "protocol/leb128.hpp"

#include <algorithm>

namespace txcouchbase::protocol {

Leb128::Leb128(std::uint32_t value) noexcept {
    for (; value > 0x7f; value >>= 7) bytes_[size_++] = static_cast<char>(value | 0x80);
    bytes_[size_++] = static_cast<char>(value);
}

std::optional<DecodedLeb128> decode_leb128(ByteView bytes) noexcept {
    std::uint32_t value = 0;
    const std::size_t longest = std::min(bytes.size(), max_leb128_size);
    for (std::size_t i = 0; i < longest; ++i) {
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        // Four groups of seven leave four bits for the fifth; a continuation bit there is over 0x0f as well.
        if (i == 4 && byte > 0x0f) return std::nullopt;
        value |= static_cast<std::uint32_t>(byte & 0x7f) << (7 * i);
        if (byte < 0x80) return DecodedLeb128{value, i + 1};
    }
    return std::nullopt;
}

}  // namespace txcouchbase::protocol
