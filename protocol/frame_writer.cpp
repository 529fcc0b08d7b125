// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_writer.hpp"

#include <cassert>

namespace txcouchbase::protocol {
namespace {

char* put(char* out, ByteView bytes) noexcept {
    // memcpy of nothing from a null view is undefined, and most frames lack a section.
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
}

}  // namespace

bool fits(Magic magic, const FrameBody& body) noexcept {
    const bool flex = is_flex(magic);
    return body.key.size() <= (flex ? 0xffU : 0xffffU) && body.extras.size() <= 0xff &&
           body.framing_extras.size() <= (flex ? 0xffU : 0U) && body.value.size() <= 0xffff'ffffU &&
           body.size() <= 0xffff'ffffU;
}

char* write_frame(char* out, const FrameHeader& header, const FrameBody& body) noexcept {
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
    out = put(out + header_size, body.framing_extras);
    out = put(out, body.extras);
    out = put(out, body.key);
    return put(out, body.value);
}

void append_frame(std::string& out, const FrameHeader& header, const FrameBody& body) {
    const std::size_t at = out.size();
    out.resize(at + header_size + body.size());
    write_frame(out.data() + at, header, body);
}

}  // namespace txcouchbase::protocol
