// Where bytes become frames: judges a buffer and cuts the next frame off its front, without copying.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/frame.hpp"

namespace txcouchbase::protocol {

/// Which end of a connection the bytes arrive at; it decides which magics are welcome.
enum class Receiver : std::uint8_t { client, server, any };

/// Why a stream can no longer be read (PROTOCOL 11, the fatal errors of the header).
enum class FrameError : std::uint8_t { none, bad_magic, bad_lengths, too_large, wrong_direction };

/// The name as PROTOCOL 11 spells it: "bad_magic"...
std::string_view name(FrameError error) noexcept;

enum class ReadOutcome : std::uint8_t { frame, need_more, failed };

/**
 * An incremental reader over bytes that the caller keeps.
 *
 *     FrameReader reader{Receiver::client};
 *     while (reader.next(unread, frame) == ReadOutcome::frame) { ...; unread.remove_prefix(frame.size()); }
 *     // need_more: have at least reader.need_total() bytes in `unread` before calling again
 *     // failed:    reader.error(), for good: the stream is lost
 *
 * Shape:  any bytes, in any pieces; the outcome never depends on how they were cut.
 * Errors: never throws, never reads outside `unread`; a failure is sticky. In this order: a first byte that is no
 *         magic (seen with one byte), a magic of the wrong direction (as early), lengths that contradict each
 *         other, a frame over `max_frame` (both as soon as the 24 header bytes are there, before any body).
 * Cost:   constant per call, no allocation; a frame's bytes are not touched beyond its header.
 * Spec:   PROTOCOL 1.1, 1.2 and 11.
 */
class FrameReader {
public:
    explicit FrameReader(Receiver receiver, std::size_t max_frame = default_max_frame) noexcept
        : max_frame_(max_frame), receiver_(receiver) {}

    // In the header, so that it becomes part of the caller's loop: the call and the frame's way through memory are a
    // good part of what reading a small frame costs (`txcb-bench codec --what read`).
    ReadOutcome next(ByteView unread, Frame& out) noexcept {
        if (error_ != FrameError::none) return ReadOutcome::failed;
        if (unread.empty()) return need(header_size);
        const auto magic = static_cast<Magic>(unread[0]);
        // The common case of a client first; everything else is judged in full.
        const bool is_common = magic == Magic::client_response && receiver_ != Receiver::server;
        if (!is_common && !admits(magic)) return ReadOutcome::failed;
        if (unread.size() < header_size) return need(header_size);

        const Frame header{unread};
        const std::size_t body = header.body_size();
        if (header.framing_extras_size() + header.extras_size() + header.key_size() > body)
            return fail(FrameError::bad_lengths);
        static_assert(sizeof body > 4, "with 32 bits, 24 plus a lying length would wrap to below the limit");
        const std::size_t total = header_size + body;
        if (total > max_frame_) return fail(FrameError::too_large);
        if (unread.size() < total) return need(total);

        out = Frame{ByteView{unread.data(), total}};
        return ReadOutcome::frame;
    }

    /// After need_more: how many bytes, counted from the start of `unread`, complete the frame (24 for a header).
    std::size_t need_total() const noexcept { return need_total_; }
    FrameError error() const noexcept { return error_; }

private:
    /// Whether a frame with this first byte may arrive here; the error is set when it may not.
    bool admits(Magic magic) noexcept;

    ReadOutcome need(std::size_t total) noexcept {
        need_total_ = total;
        return ReadOutcome::need_more;
    }
    ReadOutcome fail(FrameError error) noexcept {
        error_ = error;
        return ReadOutcome::failed;
    }

    std::size_t max_frame_;
    std::size_t need_total_ = header_size;
    Receiver receiver_;
    FrameError error_ = FrameError::none;
};

}  // namespace txcouchbase::protocol
