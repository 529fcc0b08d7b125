// The pipeline of one node: which operations wait, which were written, and what each reply, loss and deadline does.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "net/deadline_wheel.hpp"
#include "net/gauge.hpp"
#include "net/handshake.hpp"
#include "net/traffic.hpp"
#include "protocol/frame_reader.hpp"

namespace txcouchbase::net {

class KvMachine;

/// Hears what a server says unasked: that the cluster map has changed (PROTOCOL 2.8).
class PushListener {
public:
    /// The frame is valid during the call, in which the machine may not be touched.
    virtual void on_push(KvMachine& machine, const protocol::Frame& push) = 0;

protected:
    ~PushListener() = default;
};

/// What one node may hold at most in its pipeline, and once more beside it; more is refused with errc::queue_full.
struct PipelineLimits {
    std::size_t operations = 65'536;
    std::size_t bytes = 128 * 1024 * 1024;            ///< of requests, queued and unanswered ones together
    std::size_t frame = protocol::default_max_frame;  ///< of a reply, header included
};

/**
 * Decides everything about one node's pipeline and does no I/O. A driver tells it what happened, in this order:
 *
 *     down --on_connected--> handshaking --on_bytes--> up --on_closed--> down ...        any --close--> closed
 *
 *     submit()        at any time but closed; the frame waits until the machine is up
 *     gather()        what to write now; on_written() how much of it was taken
 *     receive()       where to read into; on_bytes() after that, until it says `more_to_read`
 *     on_closed()     the connection is gone: operations with a written byte end with the given error, unless the
 *                     watcher takes them back; the others stay and are written to the next connection
 *     on_deadline()   an operation's time is over: not written, it is taken back; written, its slot stays
 *                     (abandoned) until its reply or the connection's end, so that the late reply is swallowed
 *
 * Handlers run inside submit's opposite numbers (on_bytes, on_closed, on_deadline, cancel, close) and may call from
 * there whatever is the caller's to call: submit, hold, resubmit, cancel, arm_unwritten and close. What happened to
 * the connection is the driver's to tell, from outside. An operation is never completed inside submit().
 *
 * An operation that must wait for others is held: it belongs to the machine, which ends it like any other, but it is
 * not in the pipeline, and outlives connections. hold() begins one that way, withdraw() makes one of a submitted
 * operation, resubmit() puts it at the pipeline's tail.
 */
class KvMachine {
public:
    enum class State : std::uint8_t { down, handshaking, up, closed };
    /// `came_up`: the handshake is over, call on_bytes again. `derive`: call derive() in a later turn of the loop.
    /// `failed`: close the connection; error() says why.
    enum class Event : std::uint8_t { more_to_read, came_up, derive, failed };

    /// Without a handshake it is one that is never connected: a place where operations wait.
    KvMachine(OperationTable& table, DeadlineWheel& wheel, std::uint8_t index, std::string node,
              PipelineLimits limits, std::unique_ptr<Handshake> handshake,
              OperationWatcher* watcher = nullptr);

    /// Room for the operation's frame of `size` bytes, or null when a limit is reached. The caller has set opcode,
    /// handler and timeout, fills the room at once, and owns the operation again when null is returned.
    /// (Inlined by force, as retire() is: two calls more are 20 of the 750 instructions of a get.)
    [[gnu::always_inline]] char* submit(Operation& operation, std::size_t size) {
        if (!pipeline_.has_room(size)) return nullptr;
        char* const room = append(operation, size);
        // Answers came out of order, and what is unanswered keeps too much send memory (SendBuffer).
        if (room == nullptr) [[unlikely]]
            return nullptr;
        begin_time(operation);
        return room;
    }

    /// As submit(), but the operation is held.
    char* hold(Operation& operation, std::size_t size);
    /// Takes a submitted operation back; its deadline goes on. What of it was written stays written: that is for
    /// operations which the server has answered.
    void withdraw(Operation& operation);
    /// Submits a held operation; its deadline goes on. False: a limit is reached, and it stays held.
    bool resubmit(Operation& operation);
    bool may_hold(std::size_t size) noexcept { return held_.has_room(size); }
    /// A held operation is another machine's from now on, over that one's cap if need be; its deadline goes on.
    /// `vbucket`: as the other node numbers it.
    void hand_over(Operation& operation, KvMachine& to, std::uint16_t vbucket);
    /// Of a held operation: the node has come to number its key's vBucket otherwise.
    static void renumber(Operation& operation, std::uint16_t vbucket) noexcept;
    /// From the next push on. Null: nobody hears them.
    void set_push_listener(PushListener* listener) noexcept { push_listener_ = listener; }

    /// `nonce`: fresh random printable characters, for the login.
    void on_connected(TimePoint now, std::string nonce = {});
    std::size_t gather(std::span<ByteView> pieces) const noexcept;
    void on_written(std::size_t count, TimePoint now) noexcept;
    ReceiveBuffer& receive() noexcept { return receive_; }
    Event on_bytes(TimePoint now);
    /// A slice of the login's slow part.
    Event derive(TimePoint now);
    void on_closed(const Error& error);
    void on_deadline(Operation& operation);
    /// Why an operation was not sent, and if there is no connection: why not, which is what the reader wants to know.
    std::string with_socket_cause(std::string cause) const;

    /// Ends the operation with errc::cancelled, if it is not over.
    void cancel(Operation& operation);
    /// The same with any error.
    void end_early(Operation& operation, boost::system::error_code code, std::string cause);
    /// Ends all operations with `error`, for good, and forgets the credentials.
    void close(const Error& error);

    /// For a handler that will not have any more of the replies it is being given: when it returns, on_bytes() fails.
    /// After a last reply, it fails when all that came has been read.
    void reject_stream(std::string cause) { rejection_ = std::move(cause); }

    /// The time of every operation that was not written begins now, and that of later ones when they are submitted.
    /// The driver calls it when the first connection is up; again, it does nothing.
    void arm_unwritten();
    /// Where their time has begun, it begins anew for those that were not written: the caller was busy with other
    /// things. Not for those that were refused, or wait for such ones: they have been looked at.
    void rearm_unwritten();

    /// When the peer counts as silent: unanswered operations, and not a byte. Nothing while none is unanswered.
    std::optional<TimePoint> silent_at(Duration silence) const noexcept;

    std::uint8_t index() const noexcept { return index_; }
    State state() const noexcept { return state_; }
    const Error& error() const noexcept { return error_; }
    const std::string& node() const noexcept { return node_; }
    bool has_unwritten() const noexcept;
    std::size_t in_flight() const noexcept { return pipeline_.used().operations; }
    Gauge& pipeline() noexcept { return pipeline_; }
    Gauge& held() noexcept { return held_; }
    /// Whether an operation was answered on this connection.
    bool has_answered() const noexcept { return has_answered_; }
    /// Replies to abandoned operations, on this connection.
    std::uint64_t late_replies_here() const noexcept { return late_replies_ - late_replies_before_; }
    /// The same on all connections so far.
    std::uint64_t late_replies() const noexcept { return late_replies_; }

    /// Operations that began here, retries not counted.
    std::uint64_t issued() const noexcept { return sampler_.counted(); }
    /// Those that are here and not over.
    std::size_t pending() const noexcept { return in_flight() + held_.used().operations - abandoned_; }
    std::uint64_t bytes_received() const noexcept { return receive_.received(); }
    const Traffic& traffic() const noexcept { return traffic_; }
    /// An operation was refused with this status, whatever comes of it.
    void note_refusal(protocol::Status status) noexcept;
    /// A handler has ended its operation with the failure that the reply was.
    void note_failure() noexcept { ++traffic_.failed; }
    /// When bytes came or went; nothing: never.
    std::optional<TimePoint> last_activity() const noexcept { return last_activity_; }

    /// The error of an operation of this node, with its key and node, the cause in words and its timeline.
    Error describe(const Operation& operation, boost::system::error_code code, std::string cause = {}) const;

private:
    template <class Visit>
    void for_each_unwritten(Visit visit);
    Event on_handshake(Handshake::Step step, TimePoint now);
    void forget_greeting() noexcept;
    bool on_reply(const protocol::Frame& frame);
    bool on_oversized(const protocol::Frame& header);
    bool skip(TimePoint now);
    void note_bytes(TimePoint now) noexcept;
    Event fail_stream(std::string cause, errc code = errc::protocol_error);
    void enter(State state, TimePoint now) noexcept {
        state_ = state;
        state_since_ = now;
    }
    std::string socket_words() const;
    Timeline timeline_of(const Operation& operation) const;
    bool on_unfinished(Operation& operation, Answer answer);
    void fail(Operation& operation, const Error& error);
    void retire(Operation& operation, bool was_answered);
    void fail_held(Operation& operation, const Error& error);
    void retire_held(Operation& operation);
    void leave_pipeline(Operation& operation, std::size_t size) noexcept;
    void tell_watcher(Operation& operation, bool was_answered);
    void look_back(Operation& operation, bool was_answered);
    // Before the first connection an operation's time has not begun: connecting has a deadline of its own. Until then
    // the sampler picks every operation, so that there is one question here and not two.
    [[gnu::always_inline]] void begin_time(Operation& operation) noexcept {
        if (sampler_.pick()) [[unlikely]]
            begin_picked(operation);
        else
            wheel_.arm(operation);
    }
    void begin_picked(Operation& operation) noexcept;
    void note_end(const Error& error) noexcept;
    void retire_abandoned(Operation& operation, bool was_answered);
    [[gnu::always_inline]] char* append(Operation& operation, std::size_t size) {
        char* const room = send_.append(size);
        if (room == nullptr) [[unlikely]]
            return nullptr;
        operation.chunk = send_.tail();
        operation.frame_at = static_cast<std::uint32_t>(room - operation.chunk->data());
        operation.node = index_;
        pipeline_.add(size);
        return room;
    }
    void take_back_some();
    std::vector<Operation*> collect(bool only_written);
    void end_all(const std::vector<Operation*>& operations, const Error& why);

    OperationTable& table_;
    DeadlineWheel& wheel_;
    ReceiveBuffer receive_;
    SendBuffer send_;
    protocol::FrameReader reader_;
    std::unique_ptr<Handshake> handshake_;  // until close()
    std::string greeting_;                  // what the handshake has to say, not yet written
    std::size_t max_frame_;
    std::size_t to_skip_ = 0;  // of the body of a reply over the limit, still to come
    Gauge pipeline_;
    Gauge held_;
    OperationWatcher* watcher_;
    PushListener* push_listener_ = nullptr;
    Sampler sampler_;
    Traffic traffic_;
    std::size_t abandoned_ = 0;  // operations that keep their slot
    std::optional<TimePoint> last_activity_;
    std::uint64_t late_replies_ = 0;
    std::uint64_t late_replies_before_ = 0;  // this connection
    std::optional<TimePoint> silent_since_;
    std::string node_;
    std::string rejection_;  // why a handler will not have any more of its replies
    Error error_;
    TimePoint state_since_;     // as far as it is told
    std::string before_close_;  // the words for the socket
    std::uint8_t index_;
    State state_ = State::down;
    bool was_up_ = false;
    bool arms_on_submit_ = false;
    bool has_answered_ = false;
};

}  // namespace txcouchbase::net
