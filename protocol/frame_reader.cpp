// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_reader.hpp"

namespace txcouchbase::protocol {
namespace {

/// 0x82 from a client is not fatal for a server: it answers NOT_SUPPORTED and reads on (PROTOCOL 1.3, step 6).
bool is_welcome(Magic magic, Receiver receiver) noexcept {
    switch (receiver) {
        case Receiver::client:
            return magic == Magic::client_response || magic == Magic::flex_response || magic == Magic::server_request;
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

ReadOutcome FrameReader::next(ByteView unread, Frame& out) noexcept {
    if (error_ != FrameError::none) return ReadOutcome::failed;
    if (unread.empty()) return need(header_size);

    const auto magic = static_cast<Magic>(unread[0]);
    // The common case of a client first; everything else is judged in full.
    if (magic != Magic::client_response || receiver_ == Receiver::server) {
        if (!is_legal(magic)) return fail(FrameError::bad_magic);
        if (!is_welcome(magic, receiver_)) return fail(FrameError::wrong_direction);
    }
    if (unread.size() < header_size) return need(header_size);

    const Frame header{unread};
    const std::size_t body = header.body_size();
    if (header.framing_extras_size() + header.extras_size() + header.key_size() > body)
        return fail(FrameError::bad_lengths);
    const std::size_t total = header_size + body;
    if (total > max_frame_) return fail(FrameError::too_large);
    if (unread.size() < total) return need(total);

    out = Frame{unread.substr(0, total)};
    return ReadOutcome::frame;
}

}  // namespace txcouchbase::protocol
