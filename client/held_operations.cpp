// SPDX-License-Identifier: Apache-2.0
#include "client/held_operations.hpp"

#include <algorithm>

namespace txcouchbase {

using net::Amount;
using net::KvMachine;
using net::Operation;
using net::OperationState;
using net::TimePoint;

namespace {

bool is_below_three_quarters(const Amount& used, const Amount& limit) noexcept {
    const auto is_below = [](std::size_t part, std::size_t whole) {
        return part <= whole - whole / 4 - (whole % 4 != 0 ? 1 : 0);
    };
    return is_below(used.operations, limit.operations) && is_below(used.bytes, limit.bytes);
}

bool concerns_document(const Operation& operation) noexcept {
    return KeyFence::concerns_document(operation.opcode, operation.frame().key());
}
KeyFence::Hash hash_of(const Operation& operation) noexcept {
    return KeyFence::hash_of(operation.frame().key());
}

}  // namespace

void HeldOperations::add(KvMachine& machine) {
    pipelines_.admit(machine.pipeline());
    held_.admit(machine.held());
    if (lines_.size() <= machine.index()) lines_.resize(machine.index() + std::size_t{1});
    lines_[machine.index()].machine = &machine;
}

void HeldOperations::remove(KvMachine& machine) noexcept {
    pipelines_.dismiss(machine.pipeline());
    held_.dismiss(machine.held());
    lines_[machine.index()] = {};
}

void HeldOperations::push(HeldQueue& queue, Operation& operation) {
    queue.push(operation);
    is_active_ = true;
}

char* HeldOperations::admit(KvMachine& machine, Operation& operation, std::string_view key,
                            std::size_t size) {
    Line& line = lines_[machine.index()];
    pump(line);
    if (is_blocked(line)) return wait(line, operation, size);
    const bool is_on_document = KeyFence::concerns_document(operation.opcode, key);
    const KeyFence::Hash hash = is_on_document ? KeyFence::hash_of(key) : 0;
    if (is_on_document && fence_.is_fenced(hash)) {
        char* const room = machine.hold(operation, size);
        if (room == nullptr) return nullptr;
        operation.traits.is_watched = true;
        fence_.enqueue(hash, operation);
        return room;
    }
    char* const room = machine.submit(operation, size);
    if (room == nullptr) return wait(line, operation, size);
    if (is_on_document && fence_.is_attentive()) fence_.on_sent(hash, operation.sequence);
    return room;
}

char* HeldOperations::wait(Line& line, Operation& operation, std::size_t size) {
    is_congested_ = true;
    if (policy_ == Overload::fail || size > line.machine->pipeline().limit().bytes) return nullptr;
    char* const room = line.machine->hold(operation, size);
    if (room != nullptr) push(line.waiting, operation);
    return room;
}

std::string_view words_for(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::again:
        case Verdict::answered: break;
        case Verdict::retry_was_declined: return "not retried: the call asked for Retry::none";
        case Verdict::server_gave_up: return "not retried any more: the server's error map says for how long";
        case Verdict::has_no_room: return "not retried: no room to hold it, see max_operations";
    }
    return {};
}

Verdict HeldOperations::retry(Operation& operation, protocol::Status status, std::string_view words,
                              TimePoint now, const protocol::ErrorMapEntry* explained) {
    now_ = now;
    const bool is_in_cluster = router_.map() != nullptr;
    const bool is_misdirected = is_in_cluster && (is_stale_session(status) ||
                                                  (is_wrong_node(status) && concerns_document(operation)));
    const bool may_pass =
        is_refusal_for_now(operation.opcode, status) || (explained != nullptr && explained->may_be_retried());
    if (!is_misdirected && !may_pass) return Verdict::answered;
    is_active_ = true;  // from the first refusal on the fence wants to know what is sent
    const protocol::ErrorRetry* const rule =
        explained != nullptr && explained->retry ? &*explained->retry : nullptr;
    const Verdict verdict = judge(operation, is_misdirected, rule);
    if (verdict == Verdict::again) {
        operation.traits.is_watched = true;
        retries_.note(operation, status, words, now, static_cast<std::uint32_t>(random_()), rule);
        if (concerns_document(operation)) fence_.open(hash_of(operation), operation, now);
        for (Operation* const later : fence_.take_unsent()) {
            machine_of(*later).withdraw(*later);
            fence_.enqueue(hash_of(*later), *later);
        }
        follow_fence();
    } else if (operation.traits.is_watched) {
        declined_ = &operation;
    }
    return verdict;
}

// A node that does not keep the key has done nothing with the request: that is nobody's wish to hear of.
Verdict HeldOperations::judge(Operation& refused, bool is_sure_to_be_wanted,
                              const protocol::ErrorRetry* rule) {
    if (!refused.traits.may_retry && !is_sure_to_be_wanted) return Verdict::retry_was_declined;
    const RetryQueue::Attempts* const attempts = retries_.find(refused);
    if (rule != nullptr && attempts != nullptr && rule->max_duration.count() != 0 &&
        now_ - attempts->first_at >= rule->max_duration)
        return Verdict::server_gave_up;
    if (!machine_of(refused).may_hold(refused.frame().size())) return Verdict::has_no_room;
    return Verdict::again;
}

void HeldOperations::on_over(Operation& operation, bool was_answered) {
    const KeyFence::End end = end_of(operation, was_answered);
    sent_at_.erase(&operation);
    if (!concerns_document(operation)) return;
    fence_.on_over(hash_of(operation), operation, end);
    follow_fence();
}

KeyFence::End HeldOperations::end_of(Operation& operation, bool was_answered) {
    const bool was_refused = retries_.forget(operation);
    const bool was_declined = declined_ == &operation;
    if (was_declined) declined_ = nullptr;
    if (!was_answered) return KeyFence::End::early;
    if (was_declined) return KeyFence::End::refused;
    return was_refused ? KeyFence::End::executed : KeyFence::End::welcome;
}

// Nobody's callbacks run in here: what must end does so in run().
void HeldOperations::follow_fence() {
    for (Operation* const next : fence_.take_released()) {
        if (retries_.find(*next) != nullptr) next->traits.is_watched = true;
        if (next->state == OperationState::held) choose_node(*next);
        push(lines_[next->node].ready, *next);
    }
}

void HeldOperations::end_overtaken() {
    for (const detail::OperationId& id : fence_.take_overtaken()) {
        if (!is_held(id)) continue;  // cancelled meanwhile
        Operation& operation = *id.operation;
        // A read that was sent and taken back was not refused.
        const RetryQueue::Attempts* const attempts = retries_.find(operation);
        const boost::system::error_code why =
            attempts != nullptr ? boost::system::error_code{attempts->refusals.back().status}
                                : boost::system::error_code{errc::connection_lost};
        machine_of(operation).end_early(operation, why,
                                        "not retried: a later operation on its key was executed");
    }
}

// For its timeline, should it fail. What is retried was sent at once: only the refusals matter.
void HeldOperations::note_sent(Operation& operation) {
    if (retries_.find(operation) != nullptr) return;
    operation.traits.is_watched = true;
    sent_at_.try_emplace(&operation, now_);
}

void HeldOperations::describe(const Operation& operation, TimePoint begin, Timeline& timeline) const {
    const auto offset = [begin](TimePoint at) {
        return std::max(Timeline::Offset{}, std::chrono::duration_cast<Timeline::Offset>(at - begin));
    };
    if (const auto sent = sent_at_.find(&operation); sent != sent_at_.end())
        timeline.queued_until = offset(sent->second);
    const RetryQueue::Attempts* const attempts = retries_.find(operation);
    if (attempts == nullptr) return;
    if (!timeline.queued_until) timeline.queued_until = Timeline::Offset{};
    for (const RetryQueue::Refusal& refusal : attempts->refusals)
        timeline.retries.push_back({offset(refusal.at), std::string{protocol::name(refusal.status)}});
}

std::string_view HeldOperations::last_words(const Operation& operation) const {
    const RetryQueue::Attempts* const attempts = retries_.find(operation);
    return attempts == nullptr ? std::string_view{} : attempts->last_words;
}

namespace {

// A caller has nothing to do with which node keeps a key: to it, there was no answer in time.
boost::system::error_code error_of(protocol::Status last) {
    if (is_wrong_node(last) || is_stale_session(last)) return errc::timed_out;
    return last;
}

}  // namespace

void HeldOperations::on_deadline(Operation& operation) {
    KvMachine& machine = machine_of(operation);
    const RetryQueue::Attempts* const attempts = retries_.find(operation);
    const bool is_here = operation.state == OperationState::held;
    // One that is on its way may yet be executed: that is no refusal any more.
    if (attempts != nullptr && (is_here || !operation.is_written()))
        machine.end_early(operation, error_of(attempts->refusals.back().status),
                          machine.with_socket_cause("refused " + std::to_string(attempts->count) +
                                                    (attempts->count == 1 ? " time" : " times") +
                                                    " until its time was over"));
    else if (is_here)
        machine.end_early(
            operation, errc::timed_out,
            machine.with_socket_cause(operation.traits.is_watched
                                          ? "not sent in time: an operation before it on its key was being "
                                            "retried"
                                          : "not sent in time: it waited for room, see max_operations"));
    else
        machine.on_deadline(operation);
}

bool HeldOperations::advance(Line& line, HeldQueue& queue) {
    Operation* const operation = queue.front();
    if (operation == nullptr) return false;
    if (operation->node != line.machine->index()) {  // it has moved, and stands in another line as well
        queue.pop();
        return true;
    }
    const bool is_on_document = concerns_document(*operation);
    const KeyFence::Hash hash = is_on_document ? hash_of(*operation) : 0;
    if (is_on_document && fence_.is_fenced(hash) && !fence_.is_front(hash, *operation)) {
        operation->traits.is_watched = true;
        fence_.enqueue(hash, *operation);
    } else {
        if (!line.machine->resubmit(*operation)) return false;
        note_sent(*operation);
        if (is_on_document && fence_.is_attentive()) fence_.on_sent(hash, operation->sequence);
    }
    queue.pop();
    return true;
}

void HeldOperations::pump(Line& line) {
    while (advance(line, line.ready)) {
    }
    while (line.ready.front() == nullptr && advance(line, line.waiting)) {
    }
}

void HeldOperations::run(TimePoint now) {
    now_ = now;
    end_overtaken();
    while (Operation* const due = retries_.take_due(now)) send_due(*due);
    fence_.relax(now);
    is_active_ = fence_.is_attentive();
    for (Line& line : lines_) {
        if (line.machine == nullptr) continue;
        pump(line);
        is_active_ |= is_blocked(line);
    }
}

// One that stands behind others on its key, or waits for their answers, is let out by the fence.
void HeldOperations::send_due(Operation& operation) {
    if (concerns_document(operation)) {
        const KeyFence::Hash hash = hash_of(operation);
        if (fence_.is_fenced(hash) && !fence_.is_front(hash, operation)) return;
        choose_node(operation);
    }
    push(lines_[operation.node].ready, operation);
}

bool HeldOperations::is_writable() {
    const auto is_full = [](Line& line) {
        return line.machine != nullptr && !line.machine->pipeline().has_room(1);
    };
    if (!is_congested_) is_congested_ = std::ranges::any_of(lines_, is_full);
    if (!is_congested_) return true;
    const auto has_calmed = [this](Line& line) {
        if (line.machine == nullptr) return true;
        return !is_blocked(line) &&
               is_below_three_quarters(line.machine->pipeline().used(), line.machine->pipeline().limit());
    };
    is_congested_ = !std::ranges::all_of(lines_, has_calmed) ||
                    !is_below_three_quarters(pipelines_.used(), pipelines_.limit());
    return !is_congested_;
}

void HeldOperations::clear() {
    for (Line& line : lines_) {
        line.ready.clear();
        line.waiting.clear();
    }
    is_active_ = is_congested_ = false;
    fence_.clear();
    retries_.clear();
    sent_at_.clear();
    declined_ = nullptr;
}

}  // namespace txcouchbase
