// What becomes of operations when the map of the cluster changes under them.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "client/held_operations.hpp"

namespace txcouchbase {

using net::KvMachine;
using net::Operation;
using net::OperationState;
using net::TimePoint;

namespace {

bool was_issued_before(const Operation* one, const Operation* other) noexcept {
    return static_cast<std::int32_t>(one->sequence - other->sequence) < 0;  // the counter may have wrapped
}

std::string_view key_of(const Operation& operation) noexcept {
    return operation.frame().key();
}

/// Whether the present map names this node for the key, the one that a rebalance will make of it included.
bool is_routed_to(std::uint8_t node, protocol::Opcode opcode, std::string_view key,
                  const Router& router) noexcept {
    if (opcode != protocol::Opcode::get_replica)
        return router.route(key).node == node || router.forward(key) == node;
    for (unsigned i = 0; i < router.map()->table.replicas(); ++i)
        if (router.replica(key, i) == node) return true;
    return false;
}

}  // namespace

void HeldOperations::hand_over(Operation& operation, Router::Target target) {
    if (target.node == operation.node) return KvMachine::renumber(operation, target.vbucket);
    machine_of(operation).hand_over(operation, *lines_[target.node].machine, target.vbucket);
}

bool HeldOperations::is_misplaced(const Operation& operation) const {
    const Router::Target target = router_.route(key_of(operation));
    return target.node != operation.node || target.vbucket != operation.frame().vbucket();
}

// It was refused, and is about to be sent again: to the key's node; and if it was that one that said it was not, to the
// one which the rebalance will make of it.
void HeldOperations::choose_node(Operation& operation) {
    const RetryQueue::Attempts* const attempts = retries_.find(operation);
    if (router_.map() == nullptr || attempts == nullptr) return;
    Router::Target target = router_.route(key_of(operation));
    if (target.node == operation.node && is_wrong_node(attempts->refusals.back().status))
        target.node = router_.forward(key_of(operation)).value_or(target.node);
    hand_over(operation, target);
}

// Operations on documents that are at another node than their key's, or under another number of its vBucket, in the
// order of issue.
HeldOperations::Operations HeldOperations::misplaced() {
    Operations found;
    table_.for_each([&](Operation& operation) {
        if (operation.node == Operation::no_node ||
            (operation.state != OperationState::pending && operation.state != OperationState::held) ||
            !KeyFence::concerns_document(operation.opcode, key_of(operation)))
            return;
        if (is_misplaced(operation)) found.push_back(&operation);
    });
    std::sort(found.begin(), found.end(), was_issued_before);
    return found;
}

// Those of them that were in a pipeline and not written.
HeldOperations::Operations HeldOperations::take_back(const Operations& moved, TimePoint now) {
    Operations unwritten;
    for (Operation* const operation : moved) {
        if (operation->state != OperationState::pending) continue;
        if (operation->is_written()) {
            fence_.await(KeyFence::hash_of(key_of(*operation)), *operation, now);
        } else {
            machine_of(*operation).withdraw(*operation);
            unwritten.push_back(operation);
        }
    }
    return unwritten;
}

void HeldOperations::queue_again(Operations ready, Operations waiting) {
    std::sort(ready.begin(), ready.end(), was_issued_before);
    std::sort(waiting.begin(), waiting.end(), was_issued_before);
    for (Operation* const operation : ready) push(lines_[operation->node].ready, *operation);
    for (Operation* const operation : waiting) push(lines_[operation->node].waiting, *operation);
}

// Reading twice does no harm, so a read need not end with the connection that it was sent on. Everything else may have
// been executed, and its caller is told so.
bool HeldOperations::takes_back(const Operation& operation) const {
    return router_.map() != nullptr && operation.opcode == protocol::Opcode::get &&
           operation.traits.may_retry;
}

// Others on their keys may wait in the pipeline unwritten, and must not overtake them. Whoever was awaited is not any
// more, and is to be sent again as if it had been refused.
void HeldOperations::on_taken_back(const Operations& operations) {
    Operations ready;
    const std::uint8_t node = operations.front()->node;
    for (Operation* const operation : operations) {
        if (router_.map() != nullptr && is_misplaced(*operation))
            hand_over(*operation, router_.route(key_of(*operation)));
        if (!fence_.take_back(KeyFence::hash_of(key_of(*operation)), *operation)) ready.push_back(operation);
    }
    table_.for_each([&](Operation& operation) {
        if (operation.node != node || operation.state != OperationState::pending || operation.is_written() ||
            !KeyFence::concerns_document(operation.opcode, key_of(operation)))
            return;
        machine_of(operation).withdraw(operation);
        ready.push_back(&operation);
    });
    for (Operation* const operation : lines_[node].ready.take_all()) ready.push_back(operation);
    queue_again(std::move(ready), {});
    follow_fence();
}

// A written operation stays at its node when a newer map names another: the older map's number is not kept for it.
void HeldOperations::describe_route(const Operation& operation, Timeline& timeline) const {
    const std::string_view key = key_of(operation);
    if (router_.map() == nullptr || key.empty() || operation.opcode == protocol::Opcode::stat) return;
    timeline.vbucket = operation.frame().vbucket();
    if (is_routed_to(operation.node, operation.opcode, key, router_))
        timeline.map_revision = static_cast<std::uint64_t>(router_.map()->version.revision);
}

void HeldOperations::on_map_changed(TimePoint now) {
    now_ = now;
    const Operations moved = misplaced();
    Operations ready = take_back(moved, now);
    Operations waiting;
    for (Line& line : lines_) {
        for (Operation* const operation : line.ready.take_all()) ready.push_back(operation);
        for (Operation* const operation : line.waiting.take_all()) waiting.push_back(operation);
    }
    for (Operation* const operation : moved) {
        if (operation->state != OperationState::held || fence_.is_overtaken(*operation)) continue;
        hand_over(*operation, router_.route(key_of(*operation)));
        // What only waited for this map has waited long enough.
        const KeyFence::Hash hash = KeyFence::hash_of(key_of(*operation));
        const RetryQueue::Attempts* const attempts = retries_.find(*operation);
        if (attempts != nullptr && is_wrong_node(attempts->refusals.back().status) &&
            (!fence_.is_fenced(hash) || fence_.is_front(hash, *operation)))
            ready.push_back(operation);
    }
    queue_again(std::move(ready), std::move(waiting));
    is_active_ |= fence_.is_attentive();
}

}  // namespace txcouchbase
