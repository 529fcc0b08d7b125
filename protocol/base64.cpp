// SPDX-License-Identifier: Apache-2.0
#include "protocol/base64.hpp"

#include <algorithm>

namespace txcouchbase::protocol {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits of a character; 64 for one outside the alphabet.
constexpr std::uint32_t sextet(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

std::size_t padding_of(ByteView text) noexcept {
    return text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::string base64_encode(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= bytes.size() ? alphabet[group >> (18 - 6 * i) & 0x3f] : '=';
    }
    return text;
}

std::optional<std::string> base64_decode(ByteView text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t digits = text.size() - padding_of(text);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int held = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const std::uint32_t six = sextet(text[i]);
        if (six > 63) return std::nullopt;
        bits = (bits << 6 | six) & 0xfff;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xff);
    }
    if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace txcouchbase::protocol
