// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/url.hpp"

#include <algorithm>
#include <charconv>

namespace txcouchbase::cluster {
namespace {

/// Cuts `text` at the first `separator` and returns what stood before it.
ByteView take_until(ByteView& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const ByteView taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::optional<std::string> form_decode(ByteView text) {
    std::string spaced{text};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decode(spaced);
}

}  // namespace

std::optional<std::string> percent_decode(ByteView text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        unsigned char byte = 0;
        const char* const digits = text.data() + i + 1;
        if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
        decoded += static_cast<char>(byte);
        i += 2;
    }
    return decoded;
}

std::optional<Form> parse_form(ByteView text) {
    Form form;
    while (!text.empty()) {
        ByteView value = take_until(text, '&');
        if (value.empty()) continue;
        std::optional<std::string> name = form_decode(take_until(value, '='));
        std::optional<std::string> decoded = form_decode(value);
        if (!name || !decoded) return std::nullopt;
        form.emplace(*std::move(name), *std::move(decoded));
    }
    return form;
}

std::optional<Target> parse_target(ByteView target) {
    if (target.empty() || target.front() != '/') return std::nullopt;
    ByteView rest = target;
    ByteView path = take_until(rest, '?');
    Target parsed{.segments = {}, .query = rest};
    while (!path.empty()) {
        const ByteView segment = take_until(path, '/');
        if (segment.empty()) continue;
        std::optional<std::string> decoded = percent_decode(segment);
        if (!decoded) return std::nullopt;
        parsed.segments.push_back(*std::move(decoded));
    }
    return parsed;
}

}  // namespace txcouchbase::cluster
