// Writes frames: one header layout for every magic, and the sections behind it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/frame.hpp"

namespace txcouchbase::protocol {

/// What a header says besides the lengths, which are computed from the sections.
struct FrameHeader {
    Magic magic = Magic::client_request;
    Opcode opcode = Opcode::get;
    std::uint8_t datatype = 0;
    std::uint16_t vbucket_or_status = 0;
    std::uint32_t opaque = 0;
    std::uint64_t cas = 0;
};

/// The body of a frame, section by section (PROTOCOL 1.1). `framing_extras` belongs to the flex magics only.
struct FrameBody {
    ByteView framing_extras = {};
    ByteView extras = {};
    ByteView key = {};
    ByteView value = {};

    std::size_t size() const noexcept {
        return framing_extras.size() + extras.size() + key.size() + value.size();
    }
};

/**
 * Writes the frame at `out` and returns the byte behind it.
 *
 * Shape: `out` has header_size + body.size() bytes of room. framing_extras and extras are at most 255 bytes, the key
 *        at most 65,535 (255 with flexible framing), the body below 4 GiB: `fits` asks that.
 * Cost:  no allocation; each section is copied once.
 * Spec:  PROTOCOL 1.1.
 */
char* write_frame(char* out, const FrameHeader& header, const FrameBody& body) noexcept;

/// Whether the sections can be expressed in the header of this magic.
bool fits(Magic magic, const FrameBody& body) noexcept;

/// Appends the frame to `out`; for callers that keep a growing string (tests, tools, the development cluster).
void append_frame(std::string& out, const FrameHeader& header, const FrameBody& body);

}  // namespace txcouchbase::protocol
