// The frames of one connection on their way out, kept until they are answered.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "net/write_times.hpp"
#include "protocol/bytes.hpp"

namespace txcouchbase::net {

using protocol::ByteView;

/// A piece of send memory. Frames lie in it one behind the other, the first at offset 0.
struct SendChunk {
    SendChunk* next = nullptr;
    std::uint32_t capacity = 0;
    std::uint32_t end = 0;      ///< behind the last frame
    std::uint32_t written = 0;  ///< handed to the socket up to here
    std::uint32_t live = 0;     ///< frames whose operation is not over
    std::uint32_t dead = 0;     ///< unwritten frames that must not be written any more
    std::uint32_t walked =
        0;  ///< a frame begins here, and none behind it was known to when boundary() last looked
    WriteTimes times;

    char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
};

/**
 * Frames are appended, written in order with as few system calls as possible, and stay where they are until the
 * operation is over: the key of a result, the words of an error and a second attempt all come from here, so that an
 * operation carries no copy of its key or value. What was not written when a connection ends is written to the next.
 *
 * A frame that was not begun can be killed: it will not be sent. Chunks are used again; a steady load of
 * frames that fit into them allocates nothing.
 *
 * One unanswered frame keeps its whole chunk, so memory is counted in chunks, not in frames: `most_held` bytes of them
 * are the most there will be. As long as every frame is unanswered, chunks hold less than twice the bytes of their
 * frames, and one chunk.
 */
class SendBuffer {
public:
    static constexpr std::uint32_t first_chunk = 4 * 1024;
    static constexpr std::uint32_t largest_chunk = 64 * 1024;

    explicit SendBuffer(std::size_t most_held = std::numeric_limits<std::size_t>::max()) noexcept
        : most_held_(most_held) {}
    SendBuffer(const SendBuffer&) = delete;
    SendBuffer& operator=(const SendBuffer&) = delete;
    ~SendBuffer();

    /// Room for a frame of `size` bytes at the end of tail(), which the caller fills before anything else happens. Null
    /// when that would take more memory than may be held.
    char* append(std::size_t size) {
        if ((tail_ == nullptr || tail_->capacity - tail_->end < size) && !add_chunk(size)) [[unlikely]]
            return nullptr;
        char* const at = tail_->data() + tail_->end;
        tail_->end += static_cast<std::uint32_t>(size);
        ++tail_->live;
        return at;
    }
    SendChunk* tail() noexcept { return tail_; }

    /// A chunk in no buffer, for one frame of `size` bytes that is not to be sent for now.
    static SendChunk* make_apart(std::size_t size);
    static void free_apart(SendChunk* chunk) noexcept;

    /// The operation of a frame in this chunk is over.
    void release(SendChunk* chunk) noexcept {
        if (--chunk->live == 0 && chunk->written == chunk->end) recycle(chunk);
    }
    /// Whether any byte of the frame at this offset was handed to the socket.
    static bool is_written(const SendChunk* chunk, std::uint32_t at) noexcept { return at < chunk->written; }
    /// The frame at `at`, of which nothing was written, is not to be sent.
    void kill(SendChunk* chunk, std::uint32_t at) noexcept;

    /// The unwritten bytes, at most pieces.size() views; how many were filled in.
    std::size_t gather(std::span<ByteView> pieces) const noexcept;
    void on_written(std::size_t count, TimePoint now) noexcept;
    bool has_unwritten() const noexcept { return head_ != nullptr && head_->written != head_->end; }

    /// The connection ended: the rest of a frame that was written in part is dropped.
    void skip_partial_frame() noexcept;

    /// Calls visit(frame bytes) for every frame of which nothing was written and which is not dead.
    template <class Visit>
    void for_each_unwritten(Visit&& visit) const {
        for (SendChunk* chunk = head_; chunk != nullptr; chunk = chunk->next)
            for (std::uint32_t at = boundary(chunk); at < chunk->end; at += frame_size(chunk, at))
                if (chunk->data()[at] != dead_magic)
                    visit(ByteView{chunk->data() + at, frame_size(chunk, at)});
    }

private:
    static constexpr char dead_magic = 0;  // no magic of the protocol

    static std::uint32_t frame_size(SendChunk* chunk, std::uint32_t at) noexcept;
    static std::uint32_t boundary(SendChunk* chunk) noexcept;
    static std::uint32_t live_end(SendChunk* chunk) noexcept;
    void settle() noexcept;
    void recycle(SendChunk* chunk) noexcept;
    bool add_chunk(std::size_t size);
    SendChunk* take_chunk(std::size_t size);
    void free_chunk(SendChunk* chunk) noexcept;

    SendChunk* head_ = nullptr;   // the first chunk with unwritten bytes, or the tail
    SendChunk* tail_ = nullptr;   // where frames are appended
    SendChunk* spare_ = nullptr;  // one empty chunk, so that two take turns without allocating
    std::uint32_t next_capacity_ = first_chunk;
    std::size_t held_ = 0;  // capacity of all chunks, wherever they are
    std::size_t most_held_;
};

}  // namespace txcouchbase::net
