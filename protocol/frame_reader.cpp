// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_reader.hpp"

namespace txcouchbase::protocol {
namespace {

/// 0x82 from a client is not fatal for a server: it answers NOT_SUPPORTED and reads on (PROTOCOL 1.3, step 6).
bool is_welcome(Magic magic, Receiver receiver) noexcept {
    switch (receiver) {
        case Receiver::client:
            return magic == Magic::client_response || magic == Magic::flex_response ||
                   magic == Magic::server_request;
        case Receiver::server: return magic != Magic::client_response && magic != Magic::flex_response;
        case Receiver::any: return true;
    }
    return false;
}

}  // namespace

std::string_view name(FrameError error) noexcept {
    switch (error) {
        case FrameError::none: return "none";
        case FrameError::bad_magic: return "bad_magic";
        case FrameError::bad_lengths: return "bad_lengths";
        case FrameError::too_large: return "too_large";
        case FrameError::wrong_direction: return "wrong_direction";
    }
    return "unknown";
}

bool FrameReader::admits(Magic magic) noexcept {
    if (!is_legal(magic)) {
        fail(FrameError::bad_magic);
    } else if (!is_welcome(magic, receiver_)) {
        fail(FrameError::wrong_direction);
    }
    return error_ == FrameError::none;
}

}  // namespace txcouchbase::protocol
