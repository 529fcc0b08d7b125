// SPDX-License-Identifier: Apache-2.0
#include "client/key_fence.hpp"

#include <utility>

namespace txcouchbase {

using net::Operation;
using net::OperationState;

namespace {

// Counters of this kind wrap.
bool is_later(std::uint32_t sequence, std::uint32_t than) noexcept {
    return static_cast<std::int32_t>(sequence - than) > 0;
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

bool KeyFence::open(Hash key, Operation& refused, net::TimePoint now) {
    needed_at_ = now;
    if (fences_.contains(key)) return is_front(key, refused);
    if (!is_attentive_) build_index();
    const auto latest = latest_.find(key);
    if (latest != latest_.end() && is_later(latest->second, refused.sequence)) return false;
    fences_[key].front = &refused;
    return true;
}

void KeyFence::stay_careful(Hash key, const Operation& refused) {
    if (is_front(key, refused)) fences_[key].is_careful = true;
}

void KeyFence::on_over(Hash key, const Operation& operation, bool was_welcome,
                       std::vector<Operation*>& let_out) {
    if (!is_front(key, operation)) return;  // one of those behind is passed over when its turn comes
    Fence& fence = fences_[key];
    const bool all_follow = was_welcome && !std::exchange(fence.is_careful, false);
    while (Operation* const next = fence.behind.front()) {
        fence.behind.pop();
        let_out.push_back(next);
        fence.front = next;
        if (!all_follow) return;
        next->traits.is_watched = false;
    }
    fences_.erase(key);
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
    latest_ = {};
    is_attentive_ = false;
}

}  // namespace txcouchbase
