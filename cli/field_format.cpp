// SPDX-License-Identifier: Apache-2.0
#include "cli/field_format.hpp"

#include "protocol/json_nesting.hpp"
#include "protocol/utf8.hpp"

namespace txcouchbase::cli {

std::string hex_bytes(protocol::ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

nlohmann::json text_or_hex(protocol::ByteView bytes) {
    if (protocol::is_utf8(bytes)) return bytes;
    return {{"hex", hex_bytes(bytes)}};
}

void put_text(nlohmann::json& object, const std::string& name, protocol::ByteView bytes) {
    if (protocol::is_utf8(bytes))
        object[name] = bytes;
    else
        object[name + "_hex"] = hex_bytes(bytes);
}

nlohmann::json json_or_text(protocol::ByteView bytes) {
    constexpr int max_depth = 64;  // the library prints by recursion
    if (protocol::is_nested_within(bytes, max_depth)) {
        auto value = nlohmann::json::parse(bytes, nullptr, false);
        if (!value.is_discarded()) return value;
    }
    return text_or_hex(bytes);
}

}  // namespace txcouchbase::cli
