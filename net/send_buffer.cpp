// SPDX-License-Identifier: Apache-2.0
#include "net/send_buffer.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace txcouchbase::net {
namespace {

constexpr std::size_t header_size = 24;
constexpr std::size_t body_size_at = 8;

SendChunk* make_chunk(std::uint32_t capacity) {
    auto* chunk = new (::operator new(sizeof(SendChunk) + capacity)) SendChunk;
    chunk->capacity = capacity;
    return chunk;
}

}  // namespace

// Chunks that are written but not answered belong to their operations, which are over before the buffer dies.
SendBuffer::~SendBuffer() {
    while (head_ != nullptr) free_chunk(std::exchange(head_, head_->next));
    if (spare_ != nullptr) free_chunk(spare_);
}

SendChunk* SendBuffer::make_apart(std::size_t size) {
    SendChunk* const chunk = make_chunk(static_cast<std::uint32_t>(size));
    chunk->end = chunk->capacity;
    chunk->live = 1;
    return chunk;
}

void SendBuffer::free_apart(SendChunk* chunk) noexcept {
    ::operator delete(chunk);
}

bool SendBuffer::add_chunk(std::size_t size) {
    SendChunk* const chunk = take_chunk(size);
    if (chunk == nullptr) return false;
    SendChunk* const old = std::exchange(tail_, chunk);
    if (old != nullptr) old->next = chunk;
    if (head_ == nullptr) head_ = chunk;
    settle();
    return true;
}

SendChunk* SendBuffer::take_chunk(std::size_t size) {
    if (spare_ != nullptr && spare_->capacity >= size) return std::exchange(spare_, nullptr);
    // A chunk that filled up before it was answered was too small for the traffic.
    const std::uint32_t next =
        tail_ != nullptr ? std::min(next_capacity_ * 2, largest_chunk) : next_capacity_;
    const std::uint32_t capacity = std::max(next, static_cast<std::uint32_t>(size));
    if (capacity > most_held_ - held_) return nullptr;
    next_capacity_ = next;
    SendChunk* const chunk = make_chunk(capacity);
    held_ += capacity;
    return chunk;
}

void SendBuffer::free_chunk(SendChunk* chunk) noexcept {
    held_ -= chunk->capacity;
    ::operator delete(chunk);
}

std::uint32_t SendBuffer::frame_size(SendChunk* chunk, std::uint32_t at) noexcept {
    return static_cast<std::uint32_t>(header_size) +
           protocol::load_be<std::uint32_t>(chunk->data() + at + body_size_at);
}

// The first frame of which nothing was written.
std::uint32_t SendBuffer::boundary(SendChunk* chunk) noexcept {
    // From where it ended last time, or a chunk full of dead frames would be walked from its front for each of them.
    while (chunk->walked < chunk->written) chunk->walked += frame_size(chunk, chunk->walked);
    return chunk->walked;
}

// How far writing may go before it meets a dead frame.
std::uint32_t SendBuffer::live_end(SendChunk* chunk) noexcept {
    if (chunk->dead == 0) return chunk->end;
    std::uint32_t at = boundary(chunk);
    while (at < chunk->end && chunk->data()[at] != dead_magic) at += frame_size(chunk, at);
    return at;
}

void SendBuffer::kill(SendChunk* chunk, std::uint32_t at) noexcept {
    chunk->data()[at] = dead_magic;
    ++chunk->dead;
    settle();
}

// Steps over dead frames and leaves chunks behind that are written.
void SendBuffer::settle() noexcept {
    while (head_ != nullptr) {
        while (head_->dead != 0 && head_->written < head_->end && boundary(head_) == head_->written &&
               head_->data()[head_->written] == dead_magic) {
            head_->written += frame_size(head_, head_->written);
            --head_->dead;
        }
        if (head_->written != head_->end || head_ == tail_) return;
        SendChunk* const done = std::exchange(head_, head_->next);
        done->next = nullptr;
        if (done->live == 0) recycle(done);
    }
}

std::size_t SendBuffer::gather(std::span<ByteView> pieces) const noexcept {
    std::size_t count = 0;
    for (SendChunk* chunk = head_; chunk != nullptr && count < pieces.size(); chunk = chunk->next) {
        const std::uint32_t stop = live_end(chunk);
        if (stop != chunk->written) pieces[count++] = {chunk->data() + chunk->written, stop - chunk->written};
        if (stop != chunk->end) break;  // what is behind the dead frame goes with the next write
    }
    return count;
}

void SendBuffer::on_written(std::size_t count, TimePoint now) noexcept {
    while (count != 0) {
        const std::size_t part = std::min<std::size_t>(count, live_end(head_) - head_->written);
        head_->written += static_cast<std::uint32_t>(part);
        head_->times.note(head_->written, now);
        count -= part;
        settle();
    }
    if (head_->live == 0 && head_->written == head_->end) recycle(head_);
}

void SendBuffer::skip_partial_frame() noexcept {
    if (head_ == nullptr) return;
    head_->written = boundary(head_);
    settle();
    if (head_->live == 0 && head_->written == head_->end) recycle(head_);
}

// Nothing in the chunk is needed any more.
void SendBuffer::recycle(SendChunk* chunk) noexcept {
    chunk->end = chunk->written = chunk->dead = chunk->walked = 0;
    chunk->times.clear();
    if (chunk == tail_) {
        if (chunk->capacity <= largest_chunk) return;  // head_ == tail_: frames go to its front again
        head_ = tail_ = nullptr;                       // one large request must not hold its memory for good
    }
    if (chunk->capacity > largest_chunk || chunk->capacity < next_capacity_ || spare_ != nullptr)
        free_chunk(chunk);
    else
        spare_ = chunk;
}

}  // namespace txcouchbase::net
