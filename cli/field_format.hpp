// How numbers and bytes are written in the JSON that describes a frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/bytes.hpp"

namespace txcouchbase::cli {

/// Two lower-case digits a byte.
std::string hex_bytes(protocol::ByteView bytes);

/// A number as the protocol's tables write it: "0x" and every digit of its type, "0x0001" for a std::uint16_t.
template <class Number>
std::string hex_number(Number number) {
    char bytes[sizeof number];
    protocol::store_be(bytes, number);
    return "0x" + hex_bytes({bytes, sizeof bytes});
}

/// A string when the bytes are UTF-8, otherwise {"hex": "..."}.
nlohmann::json text_or_hex(protocol::ByteView bytes);

/// `object[name]` when the bytes are UTF-8, otherwise `object[name + "_hex"]`.
void put_text(nlohmann::json& object, const std::string& name, protocol::ByteView bytes);

/// The JSON value that the bytes spell; text_or_hex when they spell none, or one nested deeper than 64.
nlohmann::json json_or_text(protocol::ByteView bytes);

}  // namespace txcouchbase::cli
