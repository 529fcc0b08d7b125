// Whom a Core tells of itself: those who wait for the connection or for room, who asks for its errors, and the hook.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <txcouchbase/exceptions.hpp>

#include "client/core.hpp"

namespace txcouchbase {
namespace {

constexpr std::size_t most_recent_errors = 1'000;

}  // namespace

// Waiters that were cancelled are over, and would pile up where somebody asks again and again.
void Core::add_waiter(std::vector<Resolver<void>>& waiters, Resolver<void> waiter) {
    constexpr std::size_t few = 64;
    if (waiters.size() >= few && waiters.size() == waiters.capacity())
        std::erase_if(waiters, [](const Resolver<void>& other) { return other.is_fired(); });
    waiters.push_back(std::move(waiter));
}

void Core::wait_for_connect(Resolver<void> waiter) {
    add_waiter(connect_waiters_, std::move(waiter));
    if (state_ == State::connecting) return;
    if (loop_gone_)
        fire_connect_waiters();
    else
        wake();
}

void Core::fire_connect_waiters() {
    // Whoever is fired may register again: that one waits for the next turn.
    for (Resolver<void>& waiter : std::exchange(connect_waiters_, {})) {
        if (was_connected_)
            waiter.try_callback();
        else
            waiter.try_errback(Failure{make_exception(final_error_)});
    }
}

void Core::wait_for_room(Resolver<void> waiter) {
    add_waiter(room_waiters_, std::move(waiter));
    if (loop_gone_)
        fire_room_waiters();
    else
        wake();
}

void Core::fire_room_waiters() {
    if (room_waiters_.empty() || (!is_over() && !held_.is_writable())) return;
    for (Resolver<void>& waiter : std::exchange(room_waiters_, {})) {
        if (is_over())
            waiter.try_errback(Failure{make_exception(final_error_)});
        else
            waiter.try_callback();
    }
}

std::uint64_t Core::late_replies() const noexcept {
    std::uint64_t count = departed_.late_replies;
    for (const auto& node : nodes_)
        if (node) count += node->machine.late_replies();
    return count;
}

void Core::note(const Error& error) {
    if (recent_errors_.size() == most_recent_errors) recent_errors_.pop_front();
    recent_errors_.push_back(error);
}

std::vector<Error> Core::recent_errors(bool clear) {
    std::vector<Error> errors{recent_errors_.begin(), recent_errors_.end()};
    if (clear) recent_errors_.clear();
    return errors;
}

void Core::report_unhandled(const std::exception_ptr& exception) noexcept {
    try {
        const UnhandledHook hook = unhandled_hook_;  // it may replace itself
        if (hook) return hook(exception);
        std::rethrow_exception(exception);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "txcouchbase: unhandled: %s\n", detail::log_text(e).c_str());
    } catch (...) {
        std::fprintf(stderr, "txcouchbase: unhandled: an exception that says nothing of itself\n");
    }
}

}  // namespace txcouchbase
