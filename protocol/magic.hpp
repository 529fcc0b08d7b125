// The first byte of a frame: who sent it and how its header is laid out (PROTOCOL 1.2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace txcouchbase::protocol {

enum class Magic : std::uint8_t {
    client_request = 0x80,
    client_response = 0x81,
    flex_request = 0x08,     ///< client to server, with framing extras; needs HELLO feature alt_request
    flex_response = 0x18,    ///< server to client, with framing extras
    server_request = 0x82,   ///< unsolicited, server to client; needs HELLO feature duplex
    server_response = 0x83,  ///< the client's reply to a server_request
};

constexpr bool is_legal(Magic m) noexcept {
    switch (m) {
        case Magic::client_request:
        case Magic::client_response:
        case Magic::flex_request:
        case Magic::flex_response:
        case Magic::server_request:
        case Magic::server_response: return true;
    }
    return false;
}

/// Flexible framing: byte 2 counts framing extras, byte 3 the key.
constexpr bool is_flex(Magic m) noexcept {
    return m == Magic::flex_request || m == Magic::flex_response;
}

/// Bytes 6-7 hold a status in responses and a vBucket in requests.
constexpr bool is_response(Magic m) noexcept {
    return m == Magic::client_response || m == Magic::flex_response || m == Magic::server_response;
}

}  // namespace txcouchbase::protocol
