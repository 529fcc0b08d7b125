// SPDX-License-Identifier: Apache-2.0
#include "protocol/error_words.hpp"

#include "protocol/utf8.hpp"

namespace txcouchbase {
namespace {

void append_hex(std::string& text, unsigned char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += "\\x";
    text += digits[byte >> 4U];
    text += digits[byte & 0xfU];
}

std::string escape(std::string_view words, std::string_view also) {
    const bool is_text = protocol::is_utf8(words);
    std::string text;
    text.reserve(words.size());
    for (std::size_t at = 0; at < words.size(); ++at) {
        const auto byte = static_cast<unsigned char>(words[at]);
        // U+0080 to U+009F: terminals obey them as they obey ESC.
        const bool begins_control =
            byte == 0xc2 && at + 1 < words.size() && static_cast<unsigned char>(words[at + 1]) < 0xa0;
        if (also.find(words[at]) != std::string_view::npos) text += '\\';
        if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text)) {
            append_hex(text, byte);
        } else if (begins_control) {
            append_hex(text, byte);
            append_hex(text, static_cast<unsigned char>(words[++at]));
        } else {
            text += words[at];
        }
    }
    return text;
}

}  // namespace

std::string escaped(std::string_view words) {
    return escape(words, "");
}

std::string quoted(std::string_view words) {
    return '"' + escape(words, "\"\\") + '"';
}

std::string words_of(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return "(not a std::exception)";
    }
}

}  // namespace txcouchbase
