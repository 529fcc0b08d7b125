// What the harnesses that read frames have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "protocol/frame_writer.hpp"

namespace txcouchbase::fuzz {

/// A copy that ends where its memory ends, so that the address sanitizer sees a read behind it.
inline std::vector<char> exact_copy(protocol::ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

/// Writes a frame anew, from what its accessors say.
inline void append_again(std::string& out, const protocol::Frame& f) {
    protocol::append_frame(out, {f.magic(), f.opcode(), f.datatype(), f.vbucket(), f.opaque(), f.cas()},
                           {f.framing_extras(), f.extras(), f.key(), f.value()});
}

}  // namespace txcouchbase::fuzz
