// SPDX-License-Identifier: Apache-2.0
#include "views/query_text.hpp"

#include <charconv>

namespace txcouchbase::views {
namespace {

bool is_alphanumeric(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_one_of(char c, std::string_view some) noexcept {
    return some.find(c) != std::string_view::npos;
}

/// The byte behind a '%'; below 0 when there are no two digits.
int escaped_byte(std::string_view behind) noexcept {
    int byte = 0;
    if (behind.size() < 2) return -1;
    const auto [end, ec] = std::from_chars(behind.data(), behind.data() + 2, byte, 16);
    return ec == std::errc{} && end == behind.data() + 2 && behind.front() != '-' ? byte : -1;
}

}  // namespace

bool is_query_text(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && escaped_byte(text.substr(i + 1)) < 0) return false;
        if (!is_alphanumeric(text[i]) && !is_one_of(text[i], "-._~!$&'()*+,;=:@/?%")) return false;
    }
    return true;
}

std::string query_escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_alphanumeric(c) || is_one_of(c, "-._~/"))
            out += c;
        else
            out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return out;
}

std::string query_unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int byte = text[i] == '%' ? escaped_byte(text.substr(i + 1)) : -1;
        out += byte < 0 ? text[i] : static_cast<char>(byte);
        if (byte >= 0) i += 2;
    }
    return out;
}

}  // namespace txcouchbase::views
