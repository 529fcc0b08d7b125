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

    ReadOutcome next(ByteView unread, Frame& out) noexcept;

    /// After need_more: how many bytes, counted from the start of `unread`, complete the frame (24 for a header).
    std::size_t need_total() const noexcept { return need_total_; }
    FrameError error() const noexcept { return error_; }

private:
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
