// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_writer.hpp"

namespace txcouchbase::protocol {

bool fits(Magic magic, const FrameBody& body) noexcept {
    const bool flex = is_flex(magic);
    return body.key.size() <= (flex ? 0xffU : 0xffffU) && body.extras.size() <= 0xff &&
           body.framing_extras.size() <= (flex ? 0xffU : 0U) && body.value.size() <= 0xffff'ffffU &&
           body.size() <= 0xffff'ffffU;
}

void append_frame(std::string& out, const FrameHeader& header, const FrameBody& body) {
    const std::size_t at = out.size();
    out.resize(at + header_size + body.size());
    write_frame(out.data() + at, header, body);
}

}  // namespace txcouchbase::protocol
