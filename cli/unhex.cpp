// SPDX-License-Identifier: Apache-2.0
#include "cli/unhex.hpp"

#include <array>

namespace txcouchbase::cli {
namespace {

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() noexcept {
    std::array<std::uint8_t, 256> values{};
    for (std::uint8_t& value : values) value = no_digit;
    for (std::uint8_t i = 0; i < 16; ++i) {
        const auto lower = static_cast<std::uint8_t>(digits[i]);
        values[lower] = i;
        if (i >= 10) values[lower - std::size_t{'a' - 'A'}] = i;
    }
    return values;
}

constexpr std::array<std::uint8_t, 256> values = make_values();

std::uint8_t value_of(char digit) noexcept {
    return values[static_cast<std::uint8_t>(digit)];
}

}  // namespace

std::optional<HexFault> append_unhexed(std::string& out, std::string_view text) {
    out.reserve(out.size() + text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        if (value_of(text[i]) == no_digit) return HexFault{HexFault::Kind::foreign_character, i};
        if (i + 1 == text.size()) return HexFault{HexFault::Kind::odd_digit, i};
        if (value_of(text[i + 1]) == no_digit) return HexFault{HexFault::Kind::foreign_character, i + 1};
        out.push_back(static_cast<char>(value_of(text[i]) << 4 | value_of(text[i + 1])));
    }
    return std::nullopt;
}

}  // namespace txcouchbase::cli
