// An operation in flight: its slot, found by the opaque of its reply.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "net/receive_buffer.hpp"
#include "net/send_buffer.hpp"
#include "protocol/error.hpp"
#include "protocol/frame.hpp"

namespace txcouchbase::net {

struct Operation;

/// Whoever issued the operations that one of them stands for.
class Gathering {
public:
    /// The operation that stands for the others was cancelled.
    virtual void cancel() = 0;

protected:
    ~Gathering() = default;
};

/// What a reply was to its operation.
enum class Answer : std::uint8_t {
    done,   ///< its end
    more,   ///< one of several (STAT)
    again,  ///< a refusal for now: the handler has seen to it that the operation is submitted again later
};

/// What a kind of operation does with its end; one constant per kind, shared by all its operations.
struct OperationHandler {
    /// A reply with the operation's opaque and opcode.
    Answer (*on_reply)(Operation& operation, const protocol::Frame& reply, ReceiveBuffer& receive);
    /// The operation ended without its reply. Exactly one of the two ends an operation, exactly once.
    void (*on_failure)(Operation& operation, const Error& error);
};

/// Is told of the ends of operations that are watched (Operation::is_watched), after their handlers.
class OperationWatcher {
public:
    /// The operation is over for its caller, by an answer or without; its frame is still there.
    virtual void on_over(Operation& operation, bool was_answered) = 0;
    /// Any operation fails: by which map it was sent to its node.
    virtual void describe_route(const Operation& operation, Timeline& timeline) const = 0;
    /// A watched operation fails, that began at `begin`: what the watcher knows of its time.
    virtual void describe(const Operation& operation, TimePoint begin, Timeline& timeline) const = 0;
    /// The connection is lost, and the operation was written: whether to send it again, although the server may have
    /// executed it. It is held from then on.
    virtual bool takes_back(const Operation& operation) const = 0;
    /// All that it took back, in the order of issue.
    virtual void on_taken_back(const std::vector<Operation*>& operations) = 0;
    /// A watched operation fails: what the server said when it last refused it, or nothing.
    virtual std::string_view last_words(const Operation& operation) const = 0;

protected:
    ~OperationWatcher() = default;
};

enum class OperationState : std::uint8_t {
    free,
    pending,     ///< waiting for its reply: not sent yet, in part or whole (its SendChunk knows)
    held,        ///< in no pipeline: its frame lies in a chunk of its own until it is submitted (again)
    completing,  ///< its handler runs; the slot is taken until it returns
    abandoned,   ///< over for its caller, but written: the slot stays until the reply or the connection's end
};

/// What is asked of an operation and known of it, in one byte.
struct OperationTraits {
    bool may_retry : 1 = false;  ///< temporary refusals of the server are not its end
    // For whoever issued the operation and reads its reply.
    bool is_quiet : 1 = false;    ///< a missing key is a result, not a failure
    bool is_raw : 1 = false;      ///< the value is shown as it is stored
    bool is_batched : 1 = false;  ///< one of a Gathering's; its completion tells of which
    // While it is in flight.
    bool is_armed : 1 = false;    ///< its deadline is in the wheel
    bool is_watched : 1 = false;  ///< the OperationWatcher wants to know when it is over
    bool is_timed : 1 = false;    ///< its latency is to be counted: the table has when it was issued

    /// One of the last two. (As bits, because a compiler that is asked for the two of them makes 34 instructions more
    /// of an operation.)
    bool is_looked_back_at() const noexcept;
};
static_assert(sizeof(OperationTraits) == 1);
inline bool OperationTraits::is_looked_back_at() const noexcept {
    OperationTraits either;
    either.is_watched = either.is_timed = true;
    std::byte mask;
    std::byte mine;
    std::memcpy(&mask, &either, 1);
    std::memcpy(&mine, this, 1);
    return (mine & mask) != std::byte{0};
}

/**
 * The slot of one operation. Two cache lines, no pointer chasing: what the sender, the receiver and the deadline need
 * lies in the first 48 bytes, the caller's callbacks behind it.
 */
struct Operation {
    static constexpr std::size_t completion_size = 80;
    static constexpr std::uint8_t no_node = 0xff;  ///< in `node`: no machine knows of it

    std::uint32_t opaque = 0;    ///< slot index and generation: the identity of this use of the slot
    std::uint32_t next = 0;      ///< link of the deadline bucket, or of the free list
    std::uint32_t previous = 0;  ///< link of the deadline bucket
    std::uint32_t deadline = 0;  ///< tick of the wheel; meaningful while armed
    union {
        SendChunk* chunk = nullptr;  ///< where its frame lies
        Gathering* gathering;        ///< of an operation that goes to no node, but stands for others
    };
    std::uint32_t frame_at = 0;
    std::uint32_t sequence =
        0;  ///< the order in which operations were issued; no two uses of a slot have the same
    const OperationHandler* handler = nullptr;
    std::uint32_t timeout = 0;  ///< in ticks
    std::uint8_t node = 0;      ///< index of the machine it belongs to
    protocol::Opcode opcode{};
    OperationState state = OperationState::free;
    OperationTraits traits;
    alignas(8) std::byte completion[completion_size];  ///< belongs to whoever issued the operation

    /// The request as it is sent: the key and value of the operation are nowhere else.
    protocol::Frame frame() const noexcept {
        const char* at = chunk->data() + frame_at;
        return protocol::Frame{
            {at, protocol::header_size + protocol::Frame{{at, protocol::header_size}}.body_size()}};
    }
    bool is_written() const noexcept { return SendBuffer::is_written(chunk, frame_at); }
};

static_assert(sizeof(Operation) == 128);

}  // namespace txcouchbase::net
