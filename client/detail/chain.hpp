// Chain: the one state behind a Deferred, its Resolvers and everything that waits; it knows no types, only slots.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include <txcouchbase/detail/chain_pool.hpp>
#include <txcouchbase/detail/chain_slot.hpp>
#include <txcouchbase/detail/source_location.hpp>
#include <txcouchbase/failure.hpp>

namespace txcouchbase::detail {

/// The flags of a chain that may fire on the straight path: unfired, one handler, nothing special. While debugging is
/// on, a value that no chain's flags have, so that no chain takes that path.
extern constinit std::atomic<std::uint32_t> straight_flags;

/**
 * A Deferred is one object that changes, not a list of nodes: a result, and a queue of handlers that each replace it.
 *
 *     unfired --fire--> fired, the queue runs ------------------> idle: a result, nothing queued
 *                         |  a handler returned a Deferred  ^
 *                         +--> waiting on that inner chain -+      paused: as it is, but nothing runs
 *
 * Who keeps it alive. Two counts, since a chain is held from two directions:
 *
 *   consumers  Deferred handles, and an outer chain that waits on this one: they can cancel and read it
 *   producers  Resolvers, timers, PauseGuards, a pass that runs, and whatever this chain waits on: they make it go on
 *
 * Both zero: it dies. Producers zero while something waits downstream: nobody can fire it any more, so it lets go of
 * its downstream (see LinkedSlot), and the whole orphaned chain dies with its last consumer, without a collector. A
 * chain that comes back (a consumer pauses it, or cancels it) takes its downstream up again.
 *
 * Nothing recurses over chains: hand-over, destruction, orphaning and cancelling walk `link_` or `waits_on_`.
 * One thread at a time: no count here is atomic.
 */
class Chain {
public:
    enum Flag : std::uint32_t {
        fired = 1U << 0U,
        running = 1U << 1U,  ///< a handler of this chain is on the stack: adds only queue
        paused = 1U << 2U,
        waiting = 1U << 3U,         ///< on waits_on_
        cancelling = 1U << 4U,      ///< its canceller is on the stack
        cancelled = 1U << 5U,       ///< what Resolver::is_cancelled() tells
        suppress = 1U << 6U,        ///< swallow one late fire
        relays_cancel = 1U << 7U,   ///< the canceller passes cancel() on; the chain itself is not fired by it
        cancel_wanted = 1U << 8U,   ///< a coroutine was cancelled while it ran: its next wait is
        owns_canceller = 1U << 9U,  ///< the canceller has a destructor to run
        watched = 1U << 10U,        ///< there are CancelHandles
        traced = 1U << 11U,         ///< there is DebugInfo
        failed = 1U << 12U,         ///< the result is a Failure
        dead = 1U << 13U,           ///< nobody holds it: being destroyed, or about to be
        hollow = 1U << 14U,         ///< destroyed; only CancelHandles still know the place
        holds = 1U << 15U,          ///< there is a result, a value or a Failure
        own_slot = 1U << 16U,       ///< the first slot of the queue lies in this chain
        more_slots = 1U << 17U,     ///< there are slots in the list
        never = 1U << 31U,
    };

    /// Read when a Deferred is made and when it fires; may change at any time.
    static bool is_debugging() noexcept { return straight_flags.load(std::memory_order_relaxed) == never; }

    static constexpr std::size_t slot_capacity = 64;  // two pointers and 48 bytes of captures
    static constexpr std::size_t value_capacity = 80;
    static constexpr std::size_t canceller_capacity = 16;

    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    /// A new chain with one consumer, and perhaps a producer.
    static Chain* make(std::uint32_t producers, std::uint32_t flags = 0) {
        Chain* chain = acquire();
        chain->counts_ = producers + one_consumer;
        chain->flags_ = flags;
        chain->canceller_ = nullptr;
        return chain;
    }
    /// Called once the new chain is complete.
    void trace_made(SourceLocation at) noexcept {
        if (is_debugging()) [[unlikely]]
            trace_creation(at);
    }

    bool has(std::uint32_t flags) const noexcept { return (flags_ & flags) != 0; }
    void set(Flag flag) noexcept { flags_ |= flag; }
    void reset(Flag flag) noexcept { flags_ &= ~static_cast<std::uint32_t>(flag); }
    /// Fired, and nothing is left to run: its result can be taken.
    bool is_ready() const noexcept { return (flags_ & (fired | paused | waiting | running)) == fired; }

    // Handles. A chain whose last one goes while it is fired, and nothing else is special about it, needs no more than
    // to be put back in stock: nothing is queued or held then.
    void add_producer() noexcept {
        if (!has_producers() && has_slots()) revive();
        ++counts_;
    }
    void release_producer() noexcept {
        assert_owner();
        if (--counts_ == 0 && flags_ == fired) [[likely]] {
            recycle();
        } else if (!has_producers()) {
            let_go();
        }
    }
    void add_consumer() noexcept { counts_ += one_consumer; }
    void release_consumer() noexcept {
        assert_owner();
        if ((counts_ -= one_consumer) != 0) [[likely]]
            return;
        if (flags_ == fired) {
            recycle();
        } else {
            bury();
        }
    }
    void add_watcher() noexcept {
        ++watchers_;
        set(watched);
    }
    void release_watcher() noexcept;
    bool has_producers() const noexcept { return static_cast<std::uint32_t>(counts_) != 0; }

    // The result.
    /// What a slot gets: the value (for void, any address), or null for a Failure.
    void* input() noexcept {
        if (holds_failure()) return nullptr;
        void* at = value_room_;
        return holds_value() && value_ops_->is_boxed ? *static_cast<void**>(at) : at;
    }
    bool holds_failure() const noexcept { return has(failed); }
    bool holds_value() const noexcept { return has(holds); }
    const Failure& failure() const noexcept {
        assert(holds_failure());
        return *std::launder(reinterpret_cast<const Failure*>(value_room_));
    }
    Failure take_failure() noexcept {
        Failure taken = failure();
        clear();
        return taken;
    }
    /// Leaves the chain with nothing: the void result.
    void clear() noexcept {
        if (holds_value()) clear_slowly();
    }
    /// Only after clear(). A T whose constructor throws leaves the chain with nothing.
    template <class T, class... A>
    void store(A&&... arguments) {
        assert(!holds_value());
        if constexpr (fits_value_room<T>) {
            ::new (static_cast<void*>(value_room_)) T(std::forward<A>(arguments)...);
        } else {
            *reinterpret_cast<void**>(value_room_) = new T(std::forward<A>(arguments)...);
        }
        value_ops_ = &value_ops_of<T>;
        set(holds);
    }
    void store_failure(Failure failure) noexcept {
        clear();
        store<Failure>(std::move(failure));
        set(failed);
    }
    void store_current_exception() noexcept { store_failure(Failure::current()); }
    /// The tail-type tag: whether a stored result has the type that a slot expects.
    template <class T>
    bool result_is() const noexcept {
        if constexpr (std::is_void_v<T>) {
            return !holds_value();
        } else {
            return holds_value() && *value_ops_->type == typeid(T);
        }
    }

    // The queue.
    bool has_slots() const noexcept { return has(own_slot | more_slots); }
    /// Queues a slot; runs it at once if the chain has fired and nothing stands in the way. The chain's own room is
    /// free for it while nothing is queued and no handler runs.
    template <class Node, class... A>
    void add(A&&... arguments) {
        static_assert(alignof(Node) <= alignof(std::max_align_t));
        if constexpr (sizeof(Node) <= slot_capacity) {
            if (flags_ == 0) [[likely]] {
                ::new (static_cast<void*>(slot_room_)) Node(std::forward<A>(arguments)...);
                flags_ = own_slot;
                return;
            }
        }
        queue(make_slot<Node>(std::forward<A>(arguments)...));
        settle();
    }
    /// Queues a slot that feeds `downstream`, and takes over one producer of that: this chain holds it for as long as
    /// it has producers itself.
    template <class Node, class... A>
    void add_link(Chain& downstream, A&&... arguments) {
        const bool is_orphan = !has_producers();
        add<Node>(downstream, std::forward<A>(arguments)...);
        if (is_orphan) downstream.release_producer();
    }
    /// Nobody is downstream of this chain's links to `downstream` any more; the slots stay, and feed nothing.
    void sever(Chain& downstream) noexcept;

    // Firing.
    /// The straight path of firing, for an unfired chain with one slot: the value is never stored.
    /// run_straight() takes over a producer.
    bool can_run_straight() const noexcept {
        return flags_ == straight_flags.load(std::memory_order_relaxed);
    }
    void run_straight(void* input) {
        flags_ = fired | running;
        Slot* slot = own();
        Chain* pushed = slot->ops->run(slot, *this, input);
        if (counts_ == 1 && pushed == nullptr && flags_ == (fired | running)) [[likely]] {
            recycle();
        } else {
            continue_pass(pushed);
        }
    }
    /// Marks the chain fired and lets go of the canceller. False: this fire is swallowed.
    /// Errors: AlreadyCalledError. The caller holds a producer, stores the result and calls settle().
    bool begin_fire(SourceLocation at);
    void fire_failure(Failure failure, SourceLocation at);
    /// Runs the queue as far as it goes.
    void settle() {
        if (is_ready() && has_slots()) run_pass();
    }
    /// After the result of a waiting or unfired chain was stored from below: marks it as running and returns it, to be
    /// pushed on the pass that is under way; null if there is nothing to run. Takes over one producer.
    Chain* hand_over() noexcept;

    // Waiting.
    /// Takes over one consumer of `inner`.
    void wait_on(Chain& inner) noexcept {
        waits_on_ = &inner;
        set(waiting);
    }
    /// Gives that consumer back.
    Chain* stop_waiting() noexcept {
        reset(waiting);
        return std::exchange(waits_on_, nullptr);
    }
    /// Whether `this` would wait for itself by waiting on `inner`.
    bool would_cycle(const Chain& inner) const noexcept;

    // Cancelling and pausing.
    void cancel();
    /// For callers who have nobody to throw at: a canceller's exception goes to the failure hook.
    void cancel_and_report() noexcept;
    void pause() noexcept {
        ++pauses_;
        set(paused);
    }
    void unpause();
    std::byte* canceller_room() noexcept { return canceller_room_; }
    void set_canceller(const CancellerOps& ops) noexcept {
        canceller_ = &ops;
        if (ops.drop != nullptr) set(owns_canceller);
    }
    void forget_canceller() noexcept {
        canceller_ = nullptr;
        reset(owns_canceller);
    }
    void drop_canceller() noexcept;

    std::string describe() const;

private:
    friend class Burial;
    friend struct ChainPool;

    static constexpr std::uint64_t one_consumer = std::uint64_t{1} << 32U;

    Chain() noexcept = default;
    ~Chain() = default;

    static Chain* acquire() {
        Chain* chain = chain_pool.top[-1];
        if (chain == nullptr) [[unlikely]] {
            chain = make_fresh();
        } else {
            --chain_pool.top;
        }
        chain->take_ownership();
        return chain;
    }
    /// What a chain in stock must be: without slots, pauses, DebugInfo and watchers, and not waiting. Flags, counts and
    /// canceller do not matter.
    void recycle() noexcept {
        if (chain_pool.top == chain_pool.end) [[unlikely]] {
            discard();
        } else {
            *chain_pool.top++ = this;
        }
    }
    static Chain* make_fresh();
    /// Out of line: g++ 12 counts no references, and would warn the user of a use after the free that it can see.
    void discard() noexcept;

    Slot* own() noexcept { return std::launder(reinterpret_cast<Slot*>(slot_room_)); }
    const Slot* own() const noexcept { return std::launder(reinterpret_cast<const Slot*>(slot_room_)); }
    template <class Node, class... A>
    Node* make_slot(A&&... arguments) {
        void* room = has_room<Node>() ? slot_room_ : ::operator new(sizeof(Node));
        try {
            return ::new (room) Node(std::forward<A>(arguments)...);
        } catch (...) {
            if (room != slot_room_) ::operator delete(room);
            throw;
        }
    }
    template <class Node>
    bool has_room() const noexcept {
        if constexpr (sizeof(Node) > slot_capacity) {
            return false;
        } else {
            return !has(running | own_slot | more_slots);
        }
    }
    void queue(Slot* slot) noexcept;
    Slot* pop() noexcept;
    void free_slot(Slot* slot) noexcept {
        if (slot != own()) ::operator delete(static_cast<void*>(slot));
    }
    template <class Visitor>
    void for_each_slot(Visitor visit) const {
        if (has(own_slot)) visit(own());
        if (!has(more_slots)) return;
        for (const Slot* slot = first_; slot != nullptr; slot = slot->next) visit(slot);
    }
    template <class Visitor>
    void for_each_downstream(Visitor visit) const {
        for_each_slot([&](const Slot* slot) {
            if (!slot->ops->is_link) return;
            if (Chain* downstream = static_cast<const LinkedSlot*>(slot)->downstream) visit(*downstream);
        });
    }
    void clear_slowly() noexcept;
    void end_pass() noexcept {
        reset(running);
        release_producer();
    }
    void run_pass();
    void continue_pass(Chain* pushed);
    static void drive(Chain* top);

    void let_go() noexcept;
    void let_go_downstream(Chain*& work) noexcept;
    void revive() noexcept;
    void bury() noexcept;
    void destroy() noexcept;
    void report_end() noexcept;
    void run_canceller();
    void end_cancelling() noexcept;
    void trace_creation(SourceLocation at) noexcept;
    void trace_fire(SourceLocation at);
    std::string trace() const;

#ifdef NDEBUG
    void take_ownership() noexcept {}
    void assert_owner() const noexcept {}
#else
    void take_ownership() noexcept {
        owner_ = &errno;
    }
    void assert_owner() const noexcept {
        assert((owner_ == nullptr || owner_ == &errno) && "a Deferred belongs to the thread that made it");
    }
#endif

    std::uint64_t counts_ =
        0;  // producers in the lower half, consumers in the upper: one comparison sees both
    std::uint32_t flags_ = 0;
    std::uint32_t pauses_ = 0;
    Slot* first_ = nullptr;  // meaningful, with last_, while flagged `more_slots`
    Slot* last_ = nullptr;
    const ValueOps* value_ops_ = nullptr;      // meaningful while flagged `holds`
    const CancellerOps* canceller_ = nullptr;  // meaningful while unfired, or flagged `owns_canceller`
    alignas(8) std::byte canceller_room_[canceller_capacity];
    Chain* waits_on_ = nullptr;
    Chain* link_ =
        nullptr;  // the pass below, or the next to be orphaned, revived or buried: never two of these
    DebugInfo* debug_ = nullptr;
    const int* owner_ = nullptr;  // the thread's errno, in builds with assertions
    std::uint32_t watchers_ = 0;
    alignas(16) std::byte slot_room_[slot_capacity];
    alignas(16) std::byte value_room_[value_capacity];
};

}  // namespace txcouchbase::detail
