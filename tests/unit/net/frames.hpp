// The frames that the tests of net/ send and receive.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "protocol/frame_writer.hpp"
#include "protocol/request.hpp"

namespace txcouchbase::net {

using protocol::ByteView;
using protocol::Opcode;
using protocol::Status;

inline std::string request_frame(ByteView key, std::uint32_t opaque, ByteView value = {},
                                 Opcode opcode = Opcode::get) {
    std::string bytes;
    protocol::append_request(bytes, {.opcode = opcode, .key = key, .value = value}, {.opaque = opaque});
    return bytes;
}

inline std::string reply_frame(Opcode opcode, std::uint32_t opaque, ByteView value = {},
                               Status status = Status::success, ByteView key = {}) {
    std::string bytes;
    protocol::append_frame(bytes,
                           {.magic = protocol::Magic::client_response,
                            .opcode = opcode,
                            .vbucket_or_status = static_cast<std::uint16_t>(status),
                            .opaque = opaque},
                           {.key = key, .value = value});
    return bytes;
}

/// A reply of `size` bytes in all, filled with a letter that tells it from its neighbours.
inline std::string reply_of_size(std::size_t size, std::uint32_t opaque) {
    const auto letter = static_cast<char>('a' + opaque % 26);
    return reply_frame(Opcode::get, opaque, std::string(size - protocol::header_size, letter));
}

inline std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts) all += part;
    return all;
}

}  // namespace txcouchbase::net
