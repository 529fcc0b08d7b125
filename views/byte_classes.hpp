// Where the bytes stand that decide how JSON is cut, as one bit for each of 64 bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace txcouchbase::views {

/// Bit i speaks of byte i.
struct ByteClasses {
    static constexpr std::size_t block = 64;

    std::uint64_t quotes = 0;
    std::uint64_t brackets = 0;  ///< '{', '[', '}' and ']'
    bool has_backslash = false;  ///< few blocks have any; backslash_bits() says where

    bool operator==(const ByteClasses&) const = default;
};

/// Has the value 2, and is set in the two brackets of the four that open.
constexpr int opening_bit = 2;
static_assert(('{' & '[' & opening_bit) == opening_bit && (('}' | ']') & opening_bit) == 0);

namespace detail {
/// A bracket and the brace of the same direction are one comparison: they differ in this bit alone.
constexpr char brace_bit = 0x20;
}  // namespace detail

/// The classes of the 64 bytes at `bytes` on any processor, eight at a time: 4 instructions a byte.
ByteClasses classify_portably(const char* bytes) noexcept;
/// A bit for each of them that is a backslash, in the same way.
std::uint64_t backslash_bits_portably(const char* bytes) noexcept;

// classify() and backslash_bits() are the same, with 1.1 instructions a byte where there is SSE2. A call would be 0.2.
#ifdef __SSE2__
namespace detail {

struct PartClasses {
    __m128i quotes, brackets, backslashes;
};

inline PartClasses classify_part(const char* bytes) noexcept {
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    const __m128i braces = _mm_or_si128(part, _mm_set1_epi8(brace_bit));
    return {
        _mm_cmpeq_epi8(part, _mm_set1_epi8('"')),
        _mm_or_si128(_mm_cmpeq_epi8(braces, _mm_set1_epi8('{')), _mm_cmpeq_epi8(braces, _mm_set1_epi8('}'))),
        _mm_cmpeq_epi8(part, _mm_set1_epi8('\\'))};
}

inline std::uint64_t bits(__m128i a, __m128i b, __m128i c, __m128i d) noexcept {
    const auto mask = [](__m128i part) { return static_cast<std::uint32_t>(_mm_movemask_epi8(part)); };
    return (mask(a) | mask(b) << 16) | static_cast<std::uint64_t>(mask(c) | mask(d) << 16) << 32;
}

}  // namespace detail

/// A bit for each of the 64 bytes that is a backslash.
inline std::uint64_t backslash_bits(const char* bytes) noexcept {
    return detail::bits(
        detail::classify_part(bytes).backslashes, detail::classify_part(bytes + 16).backslashes,
        detail::classify_part(bytes + 32).backslashes, detail::classify_part(bytes + 48).backslashes);
}

[[gnu::always_inline]] inline ByteClasses classify(const char* bytes) noexcept {
    using detail::bits;
    const detail::PartClasses a = detail::classify_part(bytes), b = detail::classify_part(bytes + 16),
                              c = detail::classify_part(bytes + 32), d = detail::classify_part(bytes + 48);
    return {bits(a.quotes, b.quotes, c.quotes, d.quotes),
            bits(a.brackets, b.brackets, c.brackets, d.brackets),
            _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a.backslashes, b.backslashes),
                                           _mm_or_si128(c.backslashes, d.backslashes))) != 0};
}

#else
inline std::uint64_t backslash_bits(const char* bytes) noexcept {
    return backslash_bits_portably(bytes);
}

inline ByteClasses classify(const char* bytes) noexcept {
    return classify_portably(bytes);
}
#endif

}  // namespace txcouchbase::views
