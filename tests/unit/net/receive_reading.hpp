// Feeds a ReceiveBuffer and cuts frames off it, in the order of calls that a machine uses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "net/receive_buffer.hpp"
#include "protocol/frame_reader.hpp"

namespace txcouchbase::net {

/// `stream` arrives in reads of at most `piece` bytes; visit(frame) sees each frame while its bytes are valid.
template <class Visit>
void receive_frames(ReceiveBuffer& buffer, ByteView stream, std::size_t piece, Visit visit) {
    protocol::FrameReader reader{protocol::Receiver::client};
    protocol::Frame frame;
    while (!stream.empty()) {
        const std::span<char> room = buffer.prepare();
        ASSERT_FALSE(room.empty());
        const std::size_t count = std::min({room.size(), piece, stream.size()});
        std::copy_n(stream.data(), count, room.data());
        stream.remove_prefix(count);
        buffer.commit(count);
        while (reader.next(buffer.unread(), frame) == protocol::ReadOutcome::frame) {
            buffer.consume(frame.size());
            visit(frame);
        }
        ASSERT_EQ(reader.error(), protocol::FrameError::none);
        buffer.expect(reader.need_total());
    }
}

/// A result as client/ makes it: the value where it was received, the key placed beside it, both pinned.
class KeptResult {
public:
    KeptResult(ReceiveBuffer& buffer, ByteView value, ByteView key) : value_(value) {
        const char* const at = buffer.place(key);
        is_key_placed_ = at != nullptr;
        if (is_key_placed_) key_ = {at, key.size()};
        pin_ = buffer.pin();
    }
    KeptResult(KeptResult&& other) noexcept
        : pin_(std::exchange(other.pin_, nullptr)),
          value_(other.value_),
          key_(other.key_),
          is_key_placed_(other.is_key_placed_) {}
    KeptResult& operator=(KeptResult&&) = delete;
    ~KeptResult() {
        if (pin_ != nullptr) pin_->release();
    }

    ByteView value() const noexcept { return value_; }
    ByteView key() const noexcept { return key_; }
    bool is_key_placed() const noexcept { return is_key_placed_; }

private:
    Block* pin_ = nullptr;
    ByteView value_;
    ByteView key_;
    bool is_key_placed_ = false;
};

}  // namespace txcouchbase::net
