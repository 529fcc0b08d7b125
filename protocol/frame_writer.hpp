// Writes frames: one header layout for every magic, and the sections behind it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
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

/// Whether the sections can be expressed in the header of this magic.
bool fits(Magic magic, const FrameBody& body) noexcept;

/// Copies one section of a body to `out` and returns the byte behind it.
[[gnu::always_inline]] inline char* put_section(char* out, ByteView bytes) noexcept {
    // memcpy of nothing from a null view is undefined, and most frames lack a section.
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
}

/**
 * Writes the frame at `out` and returns the byte behind it.
 *
 * Shape: `out` has header_size + body.size() bytes of room. framing_extras and extras are at most 255 bytes, the key
 *        at most 65,535 (255 with flexible framing), the body below 4 GiB: `fits` asks that.
 * Cost:  no allocation; each section is copied once. Always part of its caller: most of a header is constants there,
 *        and sections that the request cannot have vanish (`txcb-bench codec --what build-get`).
 * Spec:  PROTOCOL 1.1.
 */
[[gnu::always_inline]] inline char* write_frame(char* out, const FrameHeader& header,
                                                const FrameBody& body) noexcept {
    assert(fits(header.magic, body));
    out[0] = static_cast<char>(header.magic);
    out[1] = static_cast<char>(header.opcode);
    if (is_flex(header.magic)) {
        out[2] = static_cast<char>(body.framing_extras.size());
        out[3] = static_cast<char>(body.key.size());
    } else {
        store_be(out + 2, static_cast<std::uint16_t>(body.key.size()));
    }
    out[4] = static_cast<char>(body.extras.size());
    out[5] = static_cast<char>(header.datatype);
    store_be(out + 6, header.vbucket_or_status);
    store_be(out + 8, static_cast<std::uint32_t>(body.size()));
    store_be(out + 12, header.opaque);
    store_be(out + 16, header.cas);
    out = put_section(out + header_size, body.framing_extras);
    out = put_section(out, body.extras);
    out = put_section(out, body.key);
    return put_section(out, body.value);
}

/// Appends the frame to `out`; for callers that keep a growing string (tests, tools, the development cluster).
void append_frame(std::string& out, const FrameHeader& header, const FrameBody& body);

}  // namespace txcouchbase::protocol
