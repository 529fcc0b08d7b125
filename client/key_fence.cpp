// SPDX-License-Identifier: Apache-2.0
#include "client/key_fence.hpp"

#include <algorithm>
#include <utility>

namespace txcouchbase {

using net::Operation;
using net::OperationState;

namespace {

// Counters of this kind wrap.
bool is_later(std::uint32_t sequence, std::uint32_t than) noexcept {
    return static_cast<std::int32_t>(sequence - than) > 0;
}

// Answers of one connection come in order: what is looked for stands in front, nearly always.
template <class Pointer>
bool take_out(std::deque<Pointer>& operations, const Operation& operation) {
    const auto found = std::find(operations.begin(), operations.end(), &operation);
    if (found == operations.end()) return false;
    operations.erase(found);
    return true;
}

}  // namespace

bool KeyFence::is_front(Hash key, const Operation& operation) const {
    const auto found = fences_.find(key);
    return found != fences_.end() && found->second.front == &operation;
}

void KeyFence::build_index() {
    latest_.clear();
    table_.for_each([this](Operation& operation) {
        // Only what is in a pipeline; abandoned ones are on their way, too.
        if (operation.state == OperationState::held || operation.node == Operation::no_node) return;
        const std::string_view key = operation.frame().key();
        if (concerns_document(operation.opcode, key)) on_sent(hash_of(key), operation.sequence);
    });
    is_attentive_ = true;
}

void KeyFence::on_sent(Hash key, std::uint32_t sequence) {
    const auto [at, is_new] = latest_.try_emplace(key, sequence);
    if (!is_new && is_later(sequence, at->second)) at->second = sequence;
}

void KeyFence::need(net::TimePoint now) {
    needed_at_ = now;
    if (!is_attentive_) build_index();
}

void KeyFence::open(Hash key, Operation& refused, net::TimePoint now) {
    need(now);
    const auto [at, is_new] = fences_.try_emplace(key);
    Fence& fence = at->second;
    if (fence.front == &refused) return;
    take_out(fence.awaited, refused);
    if (is_new) await_later(key, fence, refused);
    add_refused(fence, refused);
    if (fence.awaited.empty() && fence.front == nullptr) {
        Operation* const first = fence.refused.front();
        fence.front = first;
        fence.refused.pop_front();
        if (first != &refused) released_.push_back(first);  // while others were awaited its time went by
        fence.behind.push_front(fence.refused);
        fence.refused.clear();
    }
}

void KeyFence::add_refused(Fence& fence, Operation& refused) {
    const auto is_before = [](const Operation* operation, std::uint32_t sequence) {
        return is_later(sequence, operation->sequence);
    };
    fence.refused.insert(
        std::lower_bound(fence.refused.begin(), fence.refused.end(), refused.sequence, is_before), &refused);
}

bool KeyFence::take_back(Hash key, Operation& awaited) {
    const auto at = fences_.find(key);
    if (at == fences_.end() || !take_out(at->second.awaited, awaited)) return false;
    Fence& fence = at->second;
    add_refused(fence, awaited);
    fence.is_careful = true;
    if (fence.awaited.empty() && fence.front == nullptr) go_on(at);
    return true;
}

bool KeyFence::is_overtaken(const Operation& operation) const noexcept {
    const auto is_it = [&](const detail::OperationId& id) {
        return id.operation == &operation && id.sequence == operation.sequence;
    };
    return std::any_of(overtaken_.begin(), overtaken_.end(), is_it);
}

// Rarely are there any, and the index says so.
void KeyFence::await_later(Hash key, Fence& fence, const Operation& refused) {
    const auto latest = latest_.find(key);
    if (latest == latest_.end() || !is_later(latest->second, refused.sequence)) return;
    table_.for_each([&](Operation& operation) {
        if (operation.state != OperationState::pending || operation.node == Operation::no_node ||
            !is_later(operation.sequence, refused.sequence))
            return;
        const std::string_view other = operation.frame().key();
        if (!concerns_document(operation.opcode, other) || hash_of(other) != key) return;
        operation.traits.is_watched = true;
        if (operation.is_written())
            fence.awaited.push_back(&operation);
        else
            unsent_.push_back(&operation);
    });
    const auto is_earlier = [](const Operation* a, const Operation* b) {
        return is_later(b->sequence, a->sequence);
    };
    std::sort(fence.awaited.begin(), fence.awaited.end(), is_earlier);
    std::sort(unsent_.begin(), unsent_.end(), is_earlier);
}

void KeyFence::await(Hash key, Operation& sent, net::TimePoint now) {
    need(now);
    Fence& fence = fences_[key];
    if (fence.front == &sent ||
        std::find(fence.awaited.begin(), fence.awaited.end(), &sent) != fence.awaited.end())
        return;
    sent.traits.is_watched = true;
    fence.awaited.push_back(&sent);
}

// Whatever was refused before it was issued has been overtaken by it.
void KeyFence::overtake(Fence& fence, const Operation& by) {
    while (!fence.refused.empty() && is_later(by.sequence, fence.refused.front()->sequence)) {
        overtaken_.push_back(id_of(*fence.refused.front()));
        fence.refused.pop_front();
    }
}

void KeyFence::on_over(Hash key, const Operation& operation, End end) {
    const auto at = fences_.find(key);
    if (at == fences_.end()) return;
    Fence& fence = at->second;
    if (take_out(fence.awaited, operation)) {
        if (end == End::welcome || end == End::executed) overtake(fence, operation);
    } else if (fence.front == &operation) {
        fence.front = nullptr;
    } else {
        take_out(fence.refused, operation);
        return;  // or it stands behind, and is passed over when its turn comes
    }
    fence.is_careful = end != End::welcome;
    if (fence.awaited.empty() && fence.front == nullptr) go_on(at);
}

void KeyFence::go_on(Fences::iterator at) {
    Fence& fence = at->second;
    const bool is_careful = std::exchange(fence.is_careful, false) || !fence.refused.empty();
    fence.behind.push_front(fence.refused);
    fence.refused.clear();
    while (Operation* const next = fence.behind.front()) {
        fence.behind.pop();
        released_.push_back(next);
        fence.front = next;
        if (is_careful) return;
        next->traits.is_watched = false;
    }
    fences_.erase(at);
}

void KeyFence::relax(net::TimePoint now) {
    if (!is_attentive_) return;
    if (!fences_.empty()) needed_at_ = now;
    if (now - needed_at_ >= attention) return clear();
    // Ends are not told to the index. When most of it is about operations that are over, it is made anew.
    constexpr std::size_t not_worth_it = 1'024;
    if (latest_.size() > 2 * table_.in_use() + not_worth_it) build_index();
}

void KeyFence::clear() {
    fences_.clear();
    unsent_.clear();
    released_.clear();
    overtaken_.clear();
    latest_ = {};
    is_attentive_ = false;
}

}  // namespace txcouchbase
