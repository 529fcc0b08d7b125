// A response before it has an address, as a server builds it: the counterpart of request.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/datatype.hpp"
#include "protocol/extras.hpp"
#include "protocol/frame_writer.hpp"

namespace txcouchbase::protocol {

/// What a response says. The extras of the common shapes are `Extras::of(flags)` for a value and
/// `Extras::of(vbucket_uuid, seqno)` for a mutation token.
struct Response {
    Magic magic = Magic::client_response;
    Opcode opcode = Opcode::noop;
    Status status = Status::success;
    Datatype datatype = Datatype::raw;
    std::uint64_t cas = 0;
    Extras extras = {};
    ByteView key = {};
    ByteView value = {};
};

/// Appends the frame; a flexible one (0x18) when there are framing extras, as servers do.
inline void append_response(std::string& out, const Response& response, std::uint32_t opaque,
                            ByteView framing_extras = {}) {
    const FrameHeader header{.magic = framing_extras.empty() ? response.magic : Magic::flex_response,
                             .opcode = response.opcode,
                             .datatype = bits(response.datatype),
                             .vbucket_or_status = static_cast<std::uint16_t>(response.status),
                             .opaque = opaque,
                             .cas = response.cas};
    append_frame(out, header,
                 {.framing_extras = framing_extras,
                  .extras = response.extras.view(),
                  .key = response.key,
                  .value = response.value});
}

}  // namespace txcouchbase::protocol
