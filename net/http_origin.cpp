// SPDX-License-Identifier: Apache-2.0
#include "net/http_origin.hpp"

#include <algorithm>
#include <charconv>

#include "protocol/ip_address.hpp"

namespace txcouchbase::net {
namespace {

bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(ByteView host) noexcept {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
    });
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes `word` off the front, whatever its case.
bool skip_word(ByteView& text, ByteView word) noexcept {
    const ByteView start = text.substr(0, word.size());
    if (!std::equal(start.begin(), start.end(), word.begin(), word.end(),
                    [](char a, char b) { return lower(a) == b; }))
        return false;
    text.remove_prefix(word.size());
    return true;
}

/// "name", "name:port", "[address]", "[address]:port". The scheme is known by then.
bool read_authority(ByteView text, HttpOrigin& origin) {
    ByteView host = text;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == ByteView::npos) return false;
        host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!protocol::is_ipv6(host)) return false;
    } else {
        host = text.substr(0, text.find(':'));
        text.remove_prefix(host.size());
        if (!is_name(host)) return false;
    }
    origin.host = host;
    origin.port = origin.uses_tls ? 443 : 80;
    if (text.empty()) return true;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data() + 1, end, origin.port);
    return text.front() == ':' && failure == std::errc{} && stop == end && origin.port != 0;
}

}  // namespace

std::string HttpOrigin::authority() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return (is_ipv6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::optional<HttpLocation> read_location(ByteView text, const HttpOrigin& base) {
    if (!is_visible_ascii(text)) return std::nullopt;
    HttpLocation location{base, {}};
    if (skip_word(text, "https:"))
        location.origin.uses_tls = true;
    else if (skip_word(text, "http:"))
        location.origin.uses_tls = false;
    else if (!text.starts_with('/'))
        return std::nullopt;
    else if (!text.starts_with("//")) {
        location.target = text.substr(0, text.find('#'));
        return location;
    }
    if (!skip_word(text, "//")) return std::nullopt;
    const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
    if (!read_authority(text.substr(0, end), location.origin)) return std::nullopt;
    text = text.substr(end);
    location.target = text.substr(0, text.find('#'));
    if (!location.target.starts_with('/')) location.target.insert(0, 1, '/');
    return location;
}

std::string percent_encoded(ByteView segment) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : segment) {
        if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            text += c;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        text += '%';
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

bool is_visible_ascii(ByteView text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace txcouchbase::net
