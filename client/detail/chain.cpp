// SPDX-License-Identifier: Apache-2.0
#include "client/detail/chain.hpp"

#include <memory>
#include <stdexcept>

#include "client/detail/chain_ref.hpp"

namespace txcouchbase::detail {

static_assert(sizeof(Chain) == 256, "four cache lines; the room for slot and value is what is left");
static_assert(Chain::value_capacity == value_room_size);

constinit std::atomic<std::uint32_t> straight_flags{Chain::own_slot};

Chain* Chain::make_fresh() {
    chain_pool.open();
    return new Chain();
}

void Chain::discard() noexcept {
    delete this;
}

void Chain::clear_slowly() noexcept {
    reset(holds);
    reset(failed);
    if (value_ops_->drop != nullptr) value_ops_->drop(value_room_);
}

void Chain::queue(Slot* slot) noexcept {
    if (slot == own()) {
        set(own_slot);
        return;
    }
    if (has(more_slots)) {
        last_->next = slot;
    } else {
        first_ = slot;
        set(more_slots);
    }
    last_ = slot;
}

Slot* Chain::pop() noexcept {
    if (has(own_slot)) {
        reset(own_slot);
        return own();
    }
    Slot* slot = first_;
    first_ = slot->next;
    if (first_ == nullptr) reset(more_slots);
    return slot;
}

void Chain::sever(Chain& downstream) noexcept {
    for_each_slot([&](const Slot* slot) {
        if (!slot->ops->is_link) return;
        auto* link = const_cast<LinkedSlot*>(static_cast<const LinkedSlot*>(slot));
        if (link->downstream != &downstream) return;
        link->downstream = nullptr;
        if (has_producers()) downstream.release_producer();
    });
}

bool Chain::begin_fire(SourceLocation at) {
    if (has(fired)) {
        if (!has(suppress)) throw AlreadyCalledError(trace());
        reset(suppress);
        return false;
    }
    set(fired);
    if (is_debugging()) trace_fire(at);
    if (!has(cancelling)) drop_canceller();
    return true;
}

void Chain::fire_failure(Failure failure, SourceLocation at) {
    const ProducerRef pin(*this);
    if (!begin_fire(at)) return;
    store_failure(std::move(failure));
    settle();
}

Chain* Chain::hand_over() noexcept {
    if (!is_ready() || !has_slots()) {
        release_producer();
        return nullptr;
    }
    set(running);
    return this;
}

void Chain::run_pass() {
    add_producer();
    set(running);
    continue_pass(nullptr);
}

void Chain::continue_pass(Chain* pushed) {
    link_ = nullptr;
    if (pushed != nullptr) pushed->link_ = this;
    drive(pushed != nullptr ? pushed : this);
}

/// The work stack of chains whose handlers run, linked from top to bottom. A slot that makes another chain go on pushes
/// it; it runs to its end before the one below continues. So chains of any depth take one frame of native stack.
void Chain::drive(Chain* top) {
    while (top != nullptr) {
        Chain& chain = *top;
        // Not `paused`: a pause from within a handler holds for what is added later, not for what is queued in this
        // pass (Twisted's rule, which programs rely on).
        if (!chain.has_slots() || chain.has(waiting)) {
            top = chain.link_;
            chain.end_pass();
            continue;
        }
        Slot* slot = chain.pop();
        Chain* pushed = slot->ops->run(slot, chain, chain.input());
        chain.free_slot(slot);
        if (pushed != nullptr) {
            pushed->link_ = top;
            top = pushed;
        }
    }
}

bool Chain::would_cycle(const Chain& inner) const noexcept {
    for (const Chain* chain = &inner; chain != nullptr; chain = chain->waits_on_) {
        if (chain == this) return true;
    }
    return false;
}

void Chain::unpause() {
    if (pauses_ == 0) throw std::logic_error("unpause() without pause()");
    if (--pauses_ != 0) return;
    reset(paused);
    settle();
}

void Chain::cancel() {
    Chain* leaf = this;
    while (leaf->waits_on_ != nullptr) leaf = leaf->waits_on_;
    if (leaf->has(fired | cancelling | dead)) return;
    const ProducerRef pin(*leaf);
    leaf->set(cancelled);
    if (leaf->canceller_ != nullptr) {
        leaf->run_canceller();
    } else {
        leaf->set(suppress);
        leaf->fire_failure(CancelledError(), {});
    }
}

void Chain::cancel_and_report() noexcept {
    try {
        cancel();
    } catch (...) {
        const Failure failure = Failure::current();
        report_failure({FailureReport::Kind::canceller_threw, &failure, {}});
    }
}

void Chain::run_canceller() {
    set(cancelling);
    try {
        canceller_->cancel(*this);
    } catch (...) {
        end_cancelling();
        throw;
    }
    end_cancelling();
    if (!has(fired | relays_cancel)) fire_failure(CancelledError(), {});
}

/// Out of line: where a flag is cleared and, under a condition, another one after it, g++ 12 -O2 drops the first store
/// on the way of an exception (tree-dse; the test of a canceller that throws fails then).
[[gnu::noinline]] void Chain::end_cancelling() noexcept {
    reset(cancelling);
    if (has(fired)) drop_canceller();
}

void Chain::drop_canceller() noexcept {
    if (!has(owns_canceller)) return;
    const CancellerOps* ops = canceller_;
    forget_canceller();
    ops->drop(canceller_room_);
}

}  // namespace txcouchbase::detail
