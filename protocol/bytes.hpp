// Byte views and big-endian loads and stores: the two things every file of the codec needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace txcouchbase::protocol {

/// A view of bytes that somebody else owns. A string_view rather than a span, because bytes are compared,
/// printed and handed to parsers all over, and string_view does all three; NULs and non-text are welcome.
using ByteView = std::string_view;

template <class T>
constexpr T byte_swap(T v) noexcept {
    if constexpr (sizeof(T) == 1) return v;
    if constexpr (sizeof(T) == 2) return __builtin_bswap16(v);
    if constexpr (sizeof(T) == 4) return __builtin_bswap32(v);
    if constexpr (sizeof(T) == 8) return __builtin_bswap64(v);
}

constexpr bool host_is_little_endian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

/// Reads an unsigned big-endian number at `p`; the caller has checked that sizeof(T) bytes are there.
template <class T>
T load_be(const char* p) noexcept {
    T v;
    std::memcpy(&v, p, sizeof v);
    return host_is_little_endian ? byte_swap(v) : v;
}

/// Writes an unsigned number big-endian at `p`; the caller has checked that sizeof(T) bytes fit.
template <class T>
void store_be(char* p, T v) noexcept {
    if (host_is_little_endian) v = byte_swap(v);
    std::memcpy(p, &v, sizeof v);
}

}  // namespace txcouchbase::protocol
