// The receive memory of one connection: frames fill a block from its front, keys of results from its back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "net/block.hpp"
#include "protocol/bytes.hpp"

namespace txcouchbase::net {

using protocol::ByteView;

/**
 *     std::span<char> room = buffer.prepare();    // never empty
 *     buffer.commit(read_into(room));
 *     ... buffer.unread(), buffer.consume(frame.size()) ..., buffer.expect(total) when a frame is incomplete
 *
 * Results pin the block that holds their bytes; nothing is copied for them but what place() is given. A block whose
 * results are gone is used again in place, so a steady stream of short-lived results allocates nothing. A frame of
 * more than `large_frame` bytes that does not fit into the rest of its block gets a block of its own size, so that
 * keeping a large value keeps little else.
 *
 * Views from unread() are valid until the next prepare(), pinned bytes as long as their pin.
 */
class ReceiveBuffer {
public:
    /// An idle connection holds no more than this; a busy one grows to `largest_block`.
    static constexpr std::size_t first_block = 16 * 1024;
    static constexpr std::size_t largest_block = 256 * 1024;
    static constexpr std::size_t large_frame = 16 * 1024 - 4 * 1024;

    ReceiveBuffer() = default;
    ReceiveBuffer(const ReceiveBuffer&) = delete;
    ReceiveBuffer& operator=(const ReceiveBuffer&) = delete;
    ~ReceiveBuffer();

    std::span<char> prepare();
    void commit(std::size_t count) noexcept;

    /// All bytes that ever came.
    std::uint64_t received() const noexcept { return received_; }
    ByteView unread() const noexcept { return {base_ + begin_, end_ - begin_}; }
    void consume(std::size_t count) noexcept { begin_ += count; }
    /// Says that the frame at the front of unread() has `total` bytes, more than are there.
    void expect(std::size_t total) noexcept { expected_ = total; }

    /// Copies `bytes` to the back of the current block, where pin() covers them. Null when they do not fit.
    const char* place(ByteView bytes) noexcept {
        if (back_ - end_ < bytes.size()) return nullptr;
        back_ -= bytes.size();
        limit_ = std::min(limit_, back_);  // the next read must not run into what lies here now
        std::memcpy(base_ + back_, bytes.data(), bytes.size());
        return base_ + back_;
    }
    Block* pin() noexcept { return block_->pin(); }

    /// Forgets what is unread: the connection is gone.
    void clear() noexcept;

private:
    bool has_room(std::size_t expected) const noexcept;
    void make_room(std::size_t expected);
    void adopt(Block* block, std::size_t limit) noexcept;
    void rewind() noexcept;

    Block* block_ = nullptr;
    char* base_ = nullptr;      // block_->data()
    std::size_t begin_ = 0;     // the first unread byte
    std::size_t end_ = 0;       // behind the last byte received
    std::size_t limit_ = 0;     // frames may fill the block up to here
    std::size_t back_ = 0;      // place() has used everything from here on
    std::size_t expected_ = 0;  // size of the incomplete frame at begin_; 0: not known
    std::size_t next_capacity_ = first_block;
    std::uint64_t received_ = 0;
    bool dedicated_ = false;  // the block belongs to one large frame
};

}  // namespace txcouchbase::net
