// SPDX-License-Identifier: Apache-2.0
#include "views/json_check.hpp"

#include <bitset>

#include "protocol/utf8.hpp"

namespace txcouchbase::views {
namespace {

constexpr std::string_view spaces = " \t\r\n";

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) noexcept {
    const char lower = static_cast<char>(c | 0x20);
    return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

/// Walks over a text that may be anything. Each skip_...() stops at the byte that it cannot accept.
class Checker {
public:
    explicit Checker(std::string_view text) noexcept : text_(text) {}

    std::size_t at() const noexcept { return at_; }
    bool is_at_end() const noexcept { return at_ == text_.size(); }

    void skip_space() noexcept {
        while (spaces.find(peek()) != std::string_view::npos && !is_at_end()) ++at_;
    }

    bool skip_document() noexcept {
        int depth = 0;
        do {
            skip_space();
            if (!skip_value_or_open(depth)) return false;
            while (true) {
                skip_space();
                if (depth == 0) return is_at_end();
                if (take(',')) break;
                if (!take(is_object_[static_cast<std::size_t>(depth)] ? '}' : ']')) return false;
                --depth;
            }
            if (!skip_name_if_object(depth)) return false;
        } while (true);
    }

private:
    char peek() const noexcept { return is_at_end() ? '\0' : text_[at_]; }
    bool take(char wanted) noexcept {
        if (is_at_end() || text_[at_] != wanted) return false;
        ++at_;
        return true;
    }

    bool skip_name_if_object(int depth) noexcept {
        if (!is_object_[static_cast<std::size_t>(depth)]) return true;
        skip_space();
        if (!skip_string()) return false;
        skip_space();
        return take(':');
    }

    /// A value that is complete, containers only when they are empty; of the others as much as leads to a value.
    bool skip_value_or_open(int& depth) noexcept {
        while (peek() == '{' || peek() == '[') {
            if (depth == max_json_depth) return false;
            const bool is_object = take('{');
            if (!is_object) ++at_;
            skip_space();
            if (take(is_object ? '}' : ']')) return true;
            is_object_[static_cast<std::size_t>(++depth)] = is_object;
            if (!skip_name_if_object(depth)) return false;
            skip_space();
        }
        return skip_scalar();
    }

    bool skip_scalar() noexcept {
        if (peek() == '"') return skip_string();
        if (peek() == '-' || is_digit(peek())) return skip_number();
        for (const std::string_view word : {"true", "false", "null"})
            if (peek() == word.front()) return skip_word(word);
        return false;
    }

    bool skip_word(std::string_view word) noexcept {
        for (const char c : word)
            if (!take(c)) return false;
        return true;
    }

    bool skip_digits() noexcept {
        if (!is_digit(peek())) return false;
        while (is_digit(peek())) ++at_;
        return true;
    }

    bool skip_number() noexcept {
        take('-');
        if (!take('0') && !skip_digits()) return false;
        if (take('.') && !skip_digits()) return false;
        if (!take('e') && !take('E')) return true;
        if (!take('+')) take('-');
        return skip_digits();
    }

    bool skip_string() noexcept {
        if (!take('"')) return false;
        while (!is_at_end()) {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < ' ') return false;
            ++at_;
            if (c == '"') return true;
            if (c == '\\' && !skip_escape()) return false;
        }
        return false;
    }

    bool skip_escape() noexcept {
        if (take('u')) {
            for (int i = 0; i < 4; ++i, ++at_)
                if (!is_hex_digit(peek())) return false;
            return true;
        }
        constexpr std::string_view escapes = "\"\\/bfnrt";
        if (is_at_end() || escapes.find(text_[at_]) == std::string_view::npos) return false;
        ++at_;
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::bitset<max_json_depth + 1> is_object_;
};

}  // namespace

std::optional<std::size_t> find_json_defect(std::string_view text) noexcept {
    Checker checker{text};
    if (!checker.skip_document()) return checker.at();
    // Outside of strings nothing beyond ASCII was accepted.
    const std::size_t readable = protocol::utf8_prefix(text);
    if (readable < text.size()) return readable;
    return std::nullopt;
}

}  // namespace txcouchbase::views
