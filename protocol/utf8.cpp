// SPDX-License-Identifier: Apache-2.0
#include "protocol/utf8.hpp"

namespace txcouchbase::protocol {
namespace {

/// A row of RFC 3629's grammar. Only the second byte is bounded more tightly than 80..BF.
struct Sequence {
    std::uint8_t last_lead;  ///< the row holds for lead bytes up to this one, from behind the row before
    std::uint8_t size;       ///< 0: no sequence begins like that
    std::uint8_t second_low;
    std::uint8_t second_high;
};

constexpr Sequence sequences[] = {
    {0x7f, 1, 0x80, 0xbf}, {0xc1, 0, 0x80, 0xbf}, {0xdf, 2, 0x80, 0xbf}, {0xe0, 3, 0xa0, 0xbf},
    {0xec, 3, 0x80, 0xbf}, {0xed, 3, 0x80, 0x9f}, {0xef, 3, 0x80, 0xbf}, {0xf0, 4, 0x90, 0xbf},
    {0xf3, 4, 0x80, 0xbf}, {0xf4, 4, 0x80, 0x8f}, {0xff, 0, 0x80, 0xbf},
};

/// The size of the sequence at the front; 0 when there is none.
std::size_t sequence_size(ByteView bytes) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const Sequence* row = sequences;
    while (byte(0) > row->last_lead) ++row;
    if (row->size > bytes.size()) return 0;
    for (std::size_t i = 1; i < row->size; ++i) {
        const std::uint8_t low = i == 1 ? row->second_low : 0x80;
        const std::uint8_t high = i == 1 ? row->second_high : 0xbf;
        if (byte(i) < low || byte(i) > high) return 0;
    }
    return row->size;
}

}  // namespace

std::size_t utf8_prefix(ByteView bytes) noexcept {
    ByteView rest = bytes;
    while (!rest.empty()) {
        const std::size_t size = sequence_size(rest);
        if (size == 0) break;
        rest.remove_prefix(size);
    }
    return bytes.size() - rest.size();
}

bool is_utf8(ByteView bytes) noexcept {
    return utf8_prefix(bytes) == bytes.size();
}

}  // namespace txcouchbase::protocol
