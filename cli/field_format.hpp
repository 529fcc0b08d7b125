// How the command writes JSON: numbers, bytes, lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

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

/// One object, one line, in ASCII: no byte of somebody's key reaches the terminal, and no Unicode line separator cuts a
/// line. What is no UTF-8 is replaced.
template <class Json>
void print_line(std::ostream& out, const Json& object) {
    out << object.dump(-1, ' ', true, Json::error_handler_t::replace) << '\n';
}

}  // namespace txcouchbase::cli
