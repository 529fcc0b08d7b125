// SPDX-License-Identifier: Apache-2.0
#include "views/byte_classes.hpp"

#include "protocol/bytes.hpp"

namespace txcouchbase::views {
namespace {

constexpr std::uint64_t in_each_byte(char byte) noexcept {
    return 0x0101010101010101ULL * static_cast<std::uint8_t>(byte);
}

/// Eight bytes, the first one lowest.
std::uint64_t load(const char* bytes) noexcept {
    return protocol::byte_swap(protocol::load_be<std::uint64_t>(bytes));
}

/// A bit for each byte of the word that is this one, the first byte's lowest.
std::uint64_t equal_bytes(std::uint64_t word, char wanted) noexcept {
    constexpr std::uint64_t low = in_each_byte(0x7f);
    const std::uint64_t zeros = word ^ in_each_byte(wanted);
    const std::uint64_t tops = ~(((zeros & low) + low) | zeros | low);
    // The top bits, one step of seven apart after the product, meet in its highest byte.
    return ((tops >> 7) * 0x0102040810204080ULL) >> 56;
}

}  // namespace

ByteClasses classify_portably(const char* bytes) noexcept {
    ByteClasses found;
    for (unsigned at = 0; at < ByteClasses::block; at += 8) {
        const std::uint64_t word = load(bytes + at);
        const std::uint64_t braces = word | in_each_byte(detail::brace_bit);
        found.quotes |= equal_bytes(word, '"') << at;
        found.brackets |= (equal_bytes(braces, '{') | equal_bytes(braces, '}')) << at;
        found.has_backslash |= equal_bytes(word, '\\') != 0;
    }
    return found;
}

std::uint64_t backslash_bits_portably(const char* bytes) noexcept {
    std::uint64_t found = 0;
    for (unsigned at = 0; at < ByteClasses::block; at += 8)
        found |= equal_bytes(load(bytes + at), '\\') << at;
    return found;
}

}  // namespace txcouchbase::views
