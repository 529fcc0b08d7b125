// SPDX-License-Identifier: Apache-2.0
#include "net/kv_machine.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace txcouchbase::net {

using protocol::Frame;
using protocol::FrameReader;
using protocol::Opcode;
using protocol::ReadOutcome;
using protocol::Receiver;
using protocol::Status;

namespace {

/// Names the usual strangers, because "bad_magic" helps nobody who dialled the wrong port.
std::string describe_stranger(ByteView bytes, protocol::FrameError error) {
    if (bytes.starts_with("HTTP/")) return "the peer answers in HTTP";
    if (bytes.starts_with("ERROR") || bytes.starts_with("CLIENT_ERROR"))
        return "the peer speaks memcached's text protocol only";
    if (!bytes.empty() && (bytes[0] == 0x15 || bytes[0] == 0x16)) return "the peer speaks TLS";
    return "unreadable bytes (" + std::string{protocol::name(error)} + ")";
}

/// Chunks of send memory that hold frames of so many bytes in all (SendBuffer says why twice).
std::size_t chunks_for(std::size_t bytes) noexcept {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return bytes > most / 4 ? most : 2 * bytes + SendBuffer::largest_chunk;
}

/// STAT is answered by many frames, the last of which has neither key nor value (PROTOCOL 2.1).
bool is_last_reply(const Frame& reply) noexcept {
    return reply.opcode() != Opcode::stat || reply.status() != Status::success || reply.body_size() == 0;
}

}  // namespace

KvMachine::KvMachine(OperationTable& table, DeadlineWheel& wheel, std::uint8_t index, std::string node,
                     PipelineLimits limits, std::unique_ptr<Handshake> handshake, OperationWatcher* watcher)
    : table_(table),
      wheel_(wheel),
      send_(chunks_for(limits.bytes)),
      reader_(Receiver::client, limits.frame),
      handshake_(std::move(handshake)),
      max_frame_(limits.frame),
      pipeline_({limits.operations, limits.bytes}),
      held_({limits.operations, limits.bytes}),
      watcher_(watcher),
      node_(std::move(node)),
      index_(index) {}

void KvMachine::on_connected(TimePoint now, std::string nonce) {
    enter(State::handshaking, now);
    reader_ = FrameReader{Receiver::client, max_frame_};
    greeting_ = handshake_->start(std::move(nonce));
    silent_since_ = now;
    late_replies_before_ = late_replies_;
    has_answered_ = false;
}

std::size_t KvMachine::gather(std::span<ByteView> pieces) const noexcept {
    if (!greeting_.empty()) {
        pieces[0] = greeting_;
        return 1;
    }
    return state_ == State::up ? send_.gather(pieces) : 0;
}

bool KvMachine::has_unwritten() const noexcept {
    return !greeting_.empty() || (state_ == State::up && send_.has_unwritten());
}

void KvMachine::on_written(std::size_t count, TimePoint now) noexcept {
    if (!silent_since_) silent_since_ = now;
    last_activity_ = now;
    traffic_.bytes_sent += count;
    if (greeting_.empty()) return send_.on_written(count, now);
    // There may be a password in it: nothing that was sent stays behind, nor where the rest was moved from.
    const std::size_t left = greeting_.size() - count;
    std::copy_n(greeting_.data() + count, left, greeting_.data());
    protocol::wipe(greeting_.data() + left, count);
    greeting_.resize(left);
}

void KvMachine::tell_watcher(Operation& operation, bool was_answered) {
    operation.traits.is_watched = false;
    watcher_->on_over(operation, was_answered);
}

[[gnu::always_inline]] inline void KvMachine::leave_pipeline(Operation& operation,
                                                             std::size_t size) noexcept {
    pipeline_.remove(size);
    if (in_flight() == 0) silent_since_.reset();
    send_.release(operation.chunk);
}

[[gnu::always_inline]] inline void KvMachine::retire(Operation& operation, bool was_answered) {
    if (operation.traits.is_looked_back_at()) [[unlikely]]
        look_back(operation, was_answered);
    wheel_.disarm(operation);
    leave_pipeline(operation, operation.frame().size());
    table_.release(operation);
}

void KvMachine::retire_abandoned(Operation& operation, bool was_answered) {
    --abandoned_;
    retire(operation, was_answered);
}

void KvMachine::retire_held(Operation& operation) {
    if (operation.traits.is_watched) tell_watcher(operation, false);
    wheel_.disarm(operation);
    held_.remove(operation.frame().size());
    SendBuffer::free_apart(operation.chunk);
    table_.release(operation);
}

char* KvMachine::hold(Operation& operation, std::size_t size) {
    if (!held_.has_room(size)) return nullptr;
    operation.chunk = SendBuffer::make_apart(size);
    operation.frame_at = 0;
    operation.node = index_;
    operation.state = OperationState::held;
    held_.add(size);
    begin_time(operation);
    return operation.chunk->data();
}

void KvMachine::withdraw(Operation& operation) {
    const ByteView frame = operation.frame().bytes();
    SendChunk* const apart = SendBuffer::make_apart(frame.size());
    frame.copy(apart->data(), frame.size());
    if (!operation.is_written()) send_.kill(operation.chunk, operation.frame_at);
    leave_pipeline(operation, frame.size());
    operation.chunk = apart;
    operation.frame_at = 0;
    operation.state = OperationState::held;
    held_.add(apart->end);
}

bool KvMachine::resubmit(Operation& operation) {
    SendChunk* const apart = operation.chunk;
    if (!pipeline_.has_room(apart->end)) return false;
    char* const room = append(operation, apart->end);
    if (room == nullptr) {
        operation.chunk = apart;
        return false;
    }
    std::memcpy(room, apart->data(), apart->end);
    held_.remove(apart->end);
    operation.state = OperationState::pending;
    SendBuffer::free_apart(apart);
    return true;
}

void KvMachine::renumber(Operation& operation, std::uint16_t vbucket) noexcept {
    protocol::store_be(operation.chunk->data() + protocol::vbucket_at, vbucket);
}

void KvMachine::hand_over(Operation& operation, KvMachine& to, std::uint16_t vbucket) {
    renumber(operation, vbucket);
    const std::uint32_t size = operation.chunk->end;
    held_.remove(size);
    to.held_.add(size);
    ++traffic_.moved_away;
    ++to.traffic_.moved_here;
    operation.node = to.index_;
    if (to.arms_on_submit_ && !operation.traits.is_armed) wheel_.arm(operation);
}

// False: the stream is lost.
[[gnu::always_inline]] inline bool KvMachine::on_reply(const Frame& frame) {
    if (frame.magic() == protocol::Magic::server_request) [[unlikely]] {
        if (push_listener_ != nullptr) push_listener_->on_push(*this, frame);
        return true;
    }
    Operation* const operation = table_.find(frame.opaque());
    if (operation == nullptr || operation->node != index_ || !operation->is_written()) {
        fail_stream("a reply to nothing that was asked");
        return false;
    }
    if (operation->opcode != frame.opcode()) {
        fail_stream("a reply of another command than the one asked");
        return false;
    }
    has_answered_ = true;
    if (operation->state == OperationState::pending) {
        operation->state = OperationState::completing;
        const Answer answer = operation->handler->on_reply(*operation, frame, receive_);
        if (answer == Answer::done) [[likely]]
            retire(*operation, true);
        else
            return on_unfinished(*operation, answer);
    } else if (operation->state == OperationState::abandoned) {
        ++late_replies_;
        if (is_last_reply(frame)) retire_abandoned(*operation, true);
    }
    return true;
}

// The handler wants the operation to be sent again, or has seen one of several replies. Only now may the operation be
// touched: its handler may have closed everything. False: the reply was too much for it, and the stream is lost.
bool KvMachine::on_unfinished(Operation& operation, Answer answer) {
    if (state_ == State::closed) {
        fail(operation, describe(operation, error_.code(), error_.detail().cause));
        return true;
    }
    if (answer == Answer::again) {
        ++traffic_.retried;
        withdraw(operation);
        return true;
    }
    operation.state = OperationState::pending;
    if (rejection_.empty()) return true;
    fail_stream(std::exchange(rejection_, {}));
    return false;
}

KvMachine::Event KvMachine::on_bytes(TimePoint now) {
    Frame frame;
    if (to_skip_ != 0 && !skip(now)) return Event::more_to_read;
    while (state_ == State::up || state_ == State::handshaking) {
        switch (reader_.next(receive_.unread(), frame)) {
            case ReadOutcome::frame:
                receive_.consume(frame.size());
                if (state_ == State::handshaking) {
                    if (const Event event = on_handshake(handshake_->on_frame(frame, greeting_), now);
                        event != Event::more_to_read)
                        return event;
                } else if (!on_reply(frame)) {
                    return Event::failed;
                }
                break;
            case ReadOutcome::need_more:
                if (!rejection_.empty()) return fail_stream(std::exchange(rejection_, {}));
                receive_.expect(reader_.need_total());
                note_bytes(now);
                return Event::more_to_read;
            case ReadOutcome::failed:
                if (reader_.error() == protocol::FrameError::too_large) {
                    if (!on_oversized(Frame{receive_.unread()})) return Event::failed;
                    if (!skip(now)) return Event::more_to_read;
                    break;
                }
                return fail_stream(describe_stranger(receive_.unread(), reader_.error()));
        }
    }
    return Event::more_to_read;
}

// Bytes came. A peer that owes nothing is not silent, however long the pause before the next operation will be.
void KvMachine::note_bytes(TimePoint now) noexcept {
    last_activity_ = now;
    silent_since_ = in_flight() != 0 || state_ == State::handshaking ? std::optional{now} : std::nullopt;
}

// A reply over our own limit is the end of its operation and of nothing else: its body is read over, and never kept.
// False: nobody asked for it, and the stream is lost.
bool KvMachine::on_oversized(const Frame& header) {
    const std::size_t size = protocol::header_size + header.body_size();
    std::string cause = "a reply of " + std::to_string(size) + " bytes, over the limit of " +
                        std::to_string(max_frame_) + ": raise ConnectionOptions::max_frame";
    Operation* const operation = table_.find(header.opaque());
    const bool is_push = header.magic() == protocol::Magic::server_request;
    const bool is_ours = operation != nullptr && operation->node == index_ && operation->is_written() &&
                         operation->opcode == header.opcode();
    if (state_ != State::up || !(is_push || is_ours)) {
        fail_stream(std::move(cause));
        return false;
    }
    to_skip_ = size;
    reader_ = FrameReader{Receiver::client, max_frame_};
    if (is_push) return true;
    if (operation->state == OperationState::pending) end_early(*operation, errc::too_big, std::move(cause));
    if (operation->state == OperationState::abandoned && is_last_reply(header))
        retire_abandoned(*operation, true);
    return true;
}

// Reads over what is to be skipped. False: there is more of it to come.
bool KvMachine::skip(TimePoint now) {
    const std::size_t part = std::min(to_skip_, receive_.unread().size());
    receive_.consume(part);
    to_skip_ -= part;
    if (to_skip_ == 0) return true;
    note_bytes(now);
    return false;
}

KvMachine::Event KvMachine::derive(TimePoint now) {
    return on_handshake(handshake_->derive(greeting_), now);
}

KvMachine::Event KvMachine::on_handshake(Handshake::Step step, TimePoint now) {
    switch (step) {
        case Handshake::Step::done:
            enter(State::up, now);
            ++traffic_.connects;
            was_up_ = true;
            return Event::came_up;
        case Handshake::Step::failed: return fail_stream(handshake_->cause(), handshake_->code());
        case Handshake::Step::deriving: return Event::derive;
        default: return Event::more_to_read;
    }
}

KvMachine::Event KvMachine::fail_stream(std::string cause, errc code) {
    error_ = Error{code, {.node = node_, .cause = std::move(cause)}};
    return Event::failed;
}

void KvMachine::forget_greeting() noexcept {
    protocol::wipe(greeting_.data(), greeting_.size());
    greeting_.clear();
}

void KvMachine::on_closed(const Error& error) {
    if (state_ == State::closed) return;
    ++(state_ == State::up ? traffic_.losses : traffic_.failed_connects);
    enter(State::down, wheel_.now());
    error_ = error;
    forget_greeting();
    rejection_.clear();
    receive_.clear();
    to_skip_ = 0;
    silent_since_.reset();
    send_.skip_partial_frame();
    take_back_some();
    end_all(collect(true), error);
}

// First, because whoever is told of the others may do anything.
void KvMachine::take_back_some() {
    if (watcher_ == nullptr) return;
    std::vector<Operation*> taken;
    for (Operation* const operation : collect(true)) {
        if (operation->state != OperationState::pending || !watcher_->takes_back(*operation)) continue;
        withdraw(*operation);
        taken.push_back(operation);
    }
    if (!taken.empty()) watcher_->on_taken_back(taken);
}

void KvMachine::close(const Error& error) {
    if (state_ == State::closed) return;
    before_close_ = socket_words();
    state_ = State::closed;
    error_ = error;
    forget_greeting();
    handshake_.reset();
    end_all(collect(false), error);
}

void KvMachine::on_deadline(Operation& operation) {
    const auto cause = [&]() -> std::string {
        if (operation.state == OperationState::held) return with_socket_cause("not sent in time: held back");
        if (operation.is_written()) return "sent, but not answered in time";
        if (state_ == State::up) return "not sent in time: the server does not read";
        return with_socket_cause("not sent in time: no connection");
    };
    end_early(operation, errc::timed_out, cause());
}

void KvMachine::cancel(Operation& operation) {
    end_early(operation, errc::cancelled, {});
}

// The caller is told now. What was written keeps its slot, so that the late reply finds it and is swallowed.
void KvMachine::end_early(Operation& operation, boost::system::error_code code, std::string cause) {
    const bool is_held = operation.state == OperationState::held;
    if (!is_held && operation.state != OperationState::pending) return;
    const Error error = describe(operation, code, std::move(cause));
    if (is_held) return fail_held(operation, error);
    if (!operation.is_written()) {
        send_.kill(operation.chunk, operation.frame_at);
        fail(operation, error);
        return;
    }
    wheel_.disarm(operation);
    operation.state = OperationState::completing;
    operation.handler->on_failure(operation, error);
    if (operation.traits.is_watched) tell_watcher(operation, false);
    note_end(error);
    if (state_ == State::closed) return retire(operation, false);
    operation.state = OperationState::abandoned;
    ++abandoned_;
}

void KvMachine::fail(Operation& operation, const Error& error) {
    operation.state = OperationState::completing;
    operation.handler->on_failure(operation, error);
    note_end(error);
    retire(operation, false);
}

void KvMachine::fail_held(Operation& operation, const Error& error) {
    operation.state = OperationState::completing;
    operation.handler->on_failure(operation, error);
    note_end(error);
    retire_held(operation);
}

// This machine's operations that are not over, in the order in which they were issued.
std::vector<Operation*> KvMachine::collect(bool only_written) {
    std::vector<Operation*> operations;
    table_.for_each([&](Operation& operation) {
        if (operation.node == index_ && operation.state != OperationState::completing &&
            (!only_written || operation.is_written()))
            operations.push_back(&operation);
    });
    std::sort(operations.begin(), operations.end(), [](const Operation* a, const Operation* b) {
        return static_cast<std::int32_t>(a->sequence - b->sequence) <
               0;  // older first; the counter may have wrapped
    });
    return operations;
}

void KvMachine::end_all(const std::vector<Operation*>& operations, const Error& why) {
    std::vector<std::uint32_t> opaques;
    opaques.reserve(operations.size());
    for (const Operation* operation : operations) opaques.push_back(operation->opaque);
    // A handler may cancel or close, and so end operations that are still to come here.
    for (const std::uint32_t opaque : opaques) {
        Operation* const operation = table_.find(opaque);
        if (operation == nullptr) continue;
        if (operation->state == OperationState::abandoned)
            retire_abandoned(*operation, false);
        else if (operation->state == OperationState::pending)
            fail(*operation, describe(*operation, why.code(), why.detail().cause));
        else if (operation->state == OperationState::held)
            fail_held(*operation, describe(*operation, why.code(), why.detail().cause));
    }
}

template <class Visit>
void KvMachine::for_each_unwritten(Visit visit) {
    send_.for_each_unwritten([&](ByteView bytes) {
        if (Operation* const operation = table_.find(Frame{bytes}.opaque())) visit(*operation);
    });
    if (held_.used().operations == 0) return;
    table_.for_each([&](Operation& operation) {
        if (operation.state == OperationState::held && operation.node == index_) visit(operation);
    });
}

void KvMachine::arm_unwritten() {
    if (std::exchange(arms_on_submit_, true)) return;
    for_each_unwritten([this](Operation& operation) {
        if (!operation.traits.is_armed) wheel_.arm(operation);  // else it came from another machine
    });
}

void KvMachine::rearm_unwritten() {
    if (!arms_on_submit_) return;
    for_each_unwritten([this](Operation& operation) {
        if (operation.traits.is_watched) return;
        wheel_.disarm(operation);
        wheel_.arm(operation);
    });
}

std::optional<TimePoint> KvMachine::silent_at(Duration silence) const noexcept {
    if (!silent_since_ || (in_flight() == 0 && state_ != State::handshaking)) return std::nullopt;
    return *silent_since_ + silence;
}

}  // namespace txcouchbase::net
