// SPDX-License-Identifier: Apache-2.0
#include "views/json_text.hpp"

#include <cstdint>

namespace txcouchbase::views {
namespace {

constexpr std::string_view spaces = " \t\r\n";

std::uint32_t hex_value(char c) noexcept {
    const int value = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    return static_cast<std::uint32_t>(value);
}

/// Cuts the value at the front of a text without a defect.
std::string_view cut_value(std::string_view& rest) noexcept {
    int depth = 0;
    bool in_string = false;
    std::size_t at = 0;
    for (; at < rest.size(); ++at) {
        const char c = rest[at];
        if (in_string) {
            if (c == '\\') ++at;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ':')) {
            break;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    const std::string_view all = rest.substr(0, at);
    rest.remove_prefix(all.size());
    const std::size_t first = all.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return all.substr(first, all.find_last_not_of(spaces) + 1 - first);
}

/// A colon, a comma or the closing bracket; nothing at the end of a text that is not complete.
void skip_separator(std::string_view& rest) noexcept {
    rest = rest.substr(rest.empty() ? 0 : 1);
}

/// What is between the brackets, if it is in these.
std::string_view inside(std::string_view json, char open) noexcept {
    const std::size_t first = json.find_first_not_of(spaces);
    if (first == std::string_view::npos || json[first] != open) return {};
    json.remove_prefix(first + 1);
    return json;
}

/// A character in UTF-8.
class Encoded {
public:
    explicit Encoded(std::uint32_t code) noexcept {
        const unsigned tails = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        // The lead's high bits, of more bytes than one: as many ones, and a zero.
        const std::uint32_t mark = tails == 0 ? 0 : 0xff00U >> (tails + 1) & 0xff;
        add(mark | code >> (6 * tails));
        for (unsigned left = tails; left-- > 0;) add(0x80 | (code >> (6 * left) & 0x3f));
    }
    std::string_view view() const noexcept { return {bytes_, size_}; }

private:
    void add(std::uint32_t byte) noexcept { bytes_[size_++] = static_cast<char>(byte); }

    char bytes_[4];
    std::size_t size_ = 0;
};

/// The four digits at the front, which it takes.
std::uint32_t take_hex(std::string_view& rest) noexcept {
    std::uint32_t code = 0;
    for (const char digit : rest.substr(0, 4)) code = code << 4 | hex_value(digit);
    rest.remove_prefix(4);
    return code;
}

/// Behind "\u". Nothing: half a pair.
std::optional<std::uint32_t> take_code(std::string_view& rest) noexcept {
    const std::uint32_t code = take_hex(rest);
    if (code < 0xd800 || code >= 0xe000) return code;
    if (code >= 0xdc00 || !rest.starts_with("\\u")) return std::nullopt;
    rest.remove_prefix(2);
    const std::uint32_t low = take_hex(rest);
    if (low < 0xdc00 || low >= 0xe000) return std::nullopt;
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

char named_escape(char c) noexcept {
    switch (c) {
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return c;
    }
}

/// Hands what a string says to `add`, in pieces. False: it is no string, or has half a pair.
template <class Add>
bool read_string(std::string_view string, Add add) {
    if (!string.starts_with('"')) return false;
    std::string_view rest = string.substr(1, string.size() - 2);
    while (true) {
        const std::string_view plain = rest.substr(0, rest.find('\\'));
        add(plain);
        rest.remove_prefix(plain.size());
        if (rest.empty()) return true;
        const char kind = rest[1];
        rest.remove_prefix(2);
        if (kind != 'u') {
            const char character = named_escape(kind);
            add(std::string_view{&character, 1});
        } else if (const auto code = take_code(rest)) {
            add(Encoded{*code}.view());
        } else {
            return false;
        }
    }
}

void append_escaped(std::string& out, std::uint32_t unit) {
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out += "0123456789abcdef"[unit >> shift & 15];
}

/// The code of the sequence at the front, which it takes.
std::uint32_t take_utf8(std::string_view& rest) noexcept {
    const auto lead = static_cast<std::uint8_t>(rest.front());
    const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t code = lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) code = code << 6 | (static_cast<std::uint8_t>(rest[i]) & 0x3fU);
    rest.remove_prefix(size);
    return code;
}

}  // namespace

JsonMembers::JsonMembers(std::string_view json) noexcept : rest_(inside(json, '{')) {}

bool JsonMembers::next() noexcept {
    name_ = cut_value(rest_);
    if (name_.empty()) return false;
    skip_separator(rest_);
    value_ = cut_value(rest_);
    skip_separator(rest_);
    return true;
}

JsonElements::JsonElements(std::string_view json) noexcept : rest_(inside(json, '[')) {}

bool JsonElements::next() noexcept {
    value_ = cut_value(rest_);
    if (value_.empty()) return false;
    skip_separator(rest_);
    return true;
}

std::string_view json_member(std::string_view json, std::string_view name) noexcept {
    JsonMembers members{json};
    while (members.next())
        if (members.name().size() == name.size() + 2 && members.name().substr(1, name.size()) == name)
            return members.value();
    return {};
}

std::optional<std::string> json_unescaped(std::string_view string) {
    std::string out;
    if (!read_string(string, [&out](std::string_view text) { out += text; })) return std::nullopt;
    return out;
}

bool is_json_text(std::string_view string) noexcept {
    return read_string(string, [](std::string_view) {});
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto c = static_cast<std::uint8_t>(text.front());
        if (c >= 0x80) {
            const std::uint32_t code = take_utf8(text);
            if (code >= 0x10000) append_escaped(out, 0xd800 + ((code - 0x10000) >> 10));
            append_escaped(out, code < 0x10000 ? code : 0xdc00 + (code & 0x3ff));
            continue;
        }
        text.remove_prefix(1);
        if (c < ' ' || c == 0x7f) {
            append_escaped(out, c);
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<char>(c);
    }
    out += '"';
}

}  // namespace txcouchbase::views
