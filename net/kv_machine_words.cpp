// What a KvMachine says of an operation that failed, and of its own state.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "net/kv_machine.hpp"

namespace txcouchbase::net {

namespace {

Timeline::Offset offset_of(TimePoint at, TimePoint begin) noexcept {
    return std::max(Timeline::Offset{}, std::chrono::duration_cast<Timeline::Offset>(at - begin));
}

}  // namespace

std::string KvMachine::socket_words() const {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(wheel_.now() - state_since_);
    const std::string time = std::to_string(since.count()) + " ms";
    const std::string& why = error_.detail().cause;
    switch (state_) {
        case State::up: return "up for " + time;
        case State::handshaking: return "connected, handshaking for " + time;
        case State::closed: return "closed by the client; before that: " + before_close_;
        case State::down: break;
    }
    if (was_up_) return "down for " + time + (why.empty() ? "" : ": " + why);
    return why.empty() ? "connecting for the first time" : "never up: " + why;
}

std::string KvMachine::with_socket_cause(std::string cause) const {
    const std::string& why = error_.detail().cause;
    if (state_ != State::up && !why.empty()) cause += " (" + why + ')';
    return cause;
}

// Offsets are exact to a tick of the wheel (4 ms), because all that an operation knows of its begin is its deadline.
Timeline KvMachine::timeline_of(const Operation& operation) const {
    Timeline timeline{.socket = socket_words(), .in_flight = in_flight()};
    if (watcher_ != nullptr) watcher_->describe_route(operation, timeline);
    if (!arms_on_submit_) return timeline;  // its time had not begun: it waited for the first connection
    const TimePoint begin = wheel_.begin_of(operation);
    timeline.timeout = std::chrono::duration_cast<Timeline::Offset>(operation.timeout * DeadlineWheel::tick);
    timeline.ended = offset_of(wheel_.now(), begin);
    if (operation.state != OperationState::held) timeline.queued_until = Timeline::Offset{};
    const auto end = static_cast<std::uint32_t>(operation.frame_at + operation.frame().size());
    if (operation.is_written()) {
        const auto written = operation.chunk->times.find(std::min(end, operation.chunk->written));
        if (written) {
            timeline.written_after = offset_of(written->after, begin);
            timeline.written_before = offset_of(written->before, begin);
        }
    }
    if (operation.traits.is_watched) watcher_->describe(operation, begin, timeline);
    return timeline;
}

// `was_written`: what the server has refused meanwhile was not executed, and does not count.
Error KvMachine::describe(const Operation& operation, boost::system::error_code code,
                          std::string cause) const {
    const bool is_watched = operation.traits.is_watched;
    return Error{
        code,
        {.operation = std::string{protocol::name(operation.opcode)},
         .key = std::string{operation.frame().key()},
         .node = node_,
         .cause = std::move(cause),
         .server_text = std::string{is_watched ? watcher_->last_words(operation) : std::string_view{}},
         .was_written = operation.is_written(),
         .timeline = std::make_shared<const Timeline>(timeline_of(operation))}};
}

}  // namespace txcouchbase::net
