// SPDX-License-Identifier: Apache-2.0
#include "client/retry_queue.hpp"

#include <algorithm>
#include <array>

namespace txcouchbase {

using namespace std::chrono_literals;
using net::Operation;
using net::TimePoint;
using protocol::Opcode;
using protocol::Status;

bool is_refusal_for_now(Opcode opcode, Status status) noexcept {
    if (opcode == Opcode::get_locked || opcode == Opcode::unlock_key) return false;
    return status == Status::enomem || status == Status::ebusy || status == Status::etmpfail;
}

std::chrono::microseconds retry_delay(std::size_t attempt) noexcept {
    constexpr std::chrono::microseconds first = 10ms;
    constexpr std::chrono::microseconds longest = 500ms;
    return std::min(first * (1 << std::min<std::size_t>(attempt - 1, 10)), longest);
}

std::chrono::microseconds wrong_node_delay(std::size_t attempt) noexcept {
    constexpr std::array<std::chrono::milliseconds, 6> delays{{1ms, 10ms, 50ms, 100ms, 500ms, 1000ms}};
    return delays[std::min(attempt, delays.size()) - 1];
}

std::chrono::microseconds rule_delay(const protocol::ErrorRetry& rule, std::size_t attempt) noexcept {
    const std::chrono::milliseconds least{std::min<std::size_t>(attempt, 50)};
    return std::max(rule.delay(attempt), least);
}

std::chrono::microseconds with_jitter(std::chrono::microseconds delay, std::uint32_t random) noexcept {
    return delay - std::chrono::microseconds{random % (delay.count() / 4 + 1)};
}

void RetryQueue::note(Operation& operation, Status status, std::string_view words, TimePoint now,
                      std::uint32_t random, const protocol::ErrorRetry* rule) {
    Attempts& attempts = attempts_[&operation];
    if (attempts.count == 0) attempts.first_at = now;
    if (attempts.refusals.size() == most_kept) attempts.refusals.erase(attempts.refusals.begin());
    attempts.refusals.push_back({now, status});
    attempts.last_words = words;
    const std::size_t attempt = ++attempts.count;
    const auto delay = rule != nullptr         ? rule_delay(*rule, attempt)
                       : is_wrong_node(status) ? wrong_node_delay(attempt)
                                               : retry_delay(attempt);
    due_.push({now + with_jitter(delay, random), id_of(operation)});
}

void RetryQueue::drop_ended() {
    while (!due_.empty() && !is_held(due_.top().id)) due_.pop();
}

std::optional<TimePoint> RetryQueue::next_due() {
    drop_ended();
    return due_.empty() ? std::nullopt : std::optional{due_.top().at};
}

Operation* RetryQueue::take_due(TimePoint now) {
    drop_ended();
    if (due_.empty() || due_.top().at > now) return nullptr;
    Operation* const operation = due_.top().id.operation;
    due_.pop();
    return operation;
}

const RetryQueue::Attempts* RetryQueue::find(const Operation& operation) const {
    const auto found = attempts_.find(&operation);
    return found == attempts_.end() ? nullptr : &found->second;
}

void RetryQueue::clear() {
    attempts_.clear();
    due_ = {};
}

}  // namespace txcouchbase
