// SPDX-License-Identifier: Apache-2.0
#include "net/receive_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace txcouchbase::net {
namespace {

// Less room than this would waste a system call.
constexpr std::size_t smallest_read = 2 * 1024;
// Room behind a large frame for its key.
constexpr std::size_t key_room = 256;

// The last quarter of a block is for keys, and so is what frames leave of the rest. When no room is left, results get
// a small block of their own.
constexpr std::size_t frames_end(std::size_t capacity) {
    return capacity - capacity / 4;
}

}  // namespace

ReceiveBuffer::~ReceiveBuffer() {
    if (block_ != nullptr) block_->retire();
}

std::span<char> ReceiveBuffer::prepare() {
    // Of a frame that has not begun nothing is known, whatever the reader said it needs for a header.
    const std::size_t expected = begin_ == end_ ? 0 : expected_;
    expected_ = 0;
    // The common case: all was read and nobody kept anything, so the block starts over.
    if (begin_ == end_ && block_ != nullptr && !dedicated_ && block_->is_unpinned()) rewind();
    if (!has_room(expected)) make_room(expected);
    return {base_ + end_, limit_ - end_};
}

bool ReceiveBuffer::has_room(std::size_t expected) const noexcept {
    if (block_ == nullptr || begin_ + expected > limit_) return false;
    if (expected != 0) return true;  // then end_ < begin_ + expected <= limit_
    return limit_ - end_ >= smallest_read &&
           (dedicated_ || block_->capacity() >= next_capacity_ || begin_ != end_);
}

void ReceiveBuffer::make_room(std::size_t expected) {
    if (expected > large_frame) {
        adopt(Block::make(expected + key_room), expected);
        dedicated_ = true;
        return;
    }
    if (block_ != nullptr && !dedicated_ && block_->capacity() >= next_capacity_ && block_->is_unpinned()) {
        rewind();
        return;
    }
    adopt(Block::make(next_capacity_), frames_end(next_capacity_));
    dedicated_ = false;
}

// Goes on in another block, which takes over the incomplete frame.
void ReceiveBuffer::adopt(Block* block, std::size_t limit) noexcept {
    const ByteView rest = unread();
    if (!rest.empty()) std::memcpy(block->data(), rest.data(), rest.size());
    if (block_ != nullptr) block_->retire();
    block_ = block;
    base_ = block->data();
    begin_ = 0;
    end_ = rest.size();
    limit_ = limit;
    back_ = block->capacity();
}

// Goes on at the front of the same block: nobody holds a pin on it.
void ReceiveBuffer::rewind() noexcept {
    const ByteView rest = unread();
    if (!rest.empty()) std::memmove(base_, rest.data(), rest.size());
    begin_ = 0;
    end_ = rest.size();
    limit_ = frames_end(block_->capacity());
    back_ = block_->capacity();
    block_->renew();
}

void ReceiveBuffer::commit(std::size_t count) noexcept {
    end_ += count;
    received_ += count;
    // A read that filled the block: the traffic deserves a larger one.
    if (end_ == limit_ && !dedicated_) next_capacity_ = std::min(block_->capacity() * 2, largest_block);
}

void ReceiveBuffer::clear() noexcept {
    begin_ = end_;
    expected_ = 0;
    if (!dedicated_) return;
    // A block of megabytes for one value that will never be whole: were small replies read into it, the first one that
    // is kept would pin it all.
    block_->retire();
    block_ = nullptr;
    base_ = nullptr;
    begin_ = end_ = limit_ = back_ = 0;
    dedicated_ = false;
}

}  // namespace txcouchbase::net
