// How a result gets from one chain into another: stored, kept, or waited for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handler_traits.hpp>

namespace txcouchbase::detail {

/// Stores a value in a chain that holds nothing; a move that throws is the chain's Failure.
template <class T>
void store_value(Chain& chain, void* from) noexcept {
    if constexpr (!std::is_void_v<T>) {
        try {
            chain.store<T>(std::move(*static_cast<T*>(from)));
        } catch (...) {
            chain.store_current_exception();
        }
    }
}

/// For a slot that lets a value pass: stores it if the pass began with one that was never stored.
template <class T>
void keep_value(Chain& chain, void* input) noexcept {
    if (!std::is_void_v<T> && !chain.holds_value()) store_value<T>(chain, input);
}

/// Moves what a slot got out of `from` and into `to`, which holds nothing; leaves `from` with nothing.
template <class T>
void move_result(Chain& from, void* input, Chain& to) noexcept {
    if (input == nullptr) {
        to.store_failure(from.take_failure());
    } else {
        store_value<T>(to, input);
        from.clear();
    }
}

/// What a slot got, as an Outcome; the chain is left with a moved-from value or with nothing.
template <class T>
Outcome<T> take_outcome(Chain& chain, void* input) noexcept {
    if (input == nullptr) return chain.take_failure();
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        try {
            return std::move(*static_cast<T*>(input));
        } catch (...) {
            return Failure::current();
        }
    }
}

template <class T>
void store_outcome(Chain& chain, Outcome<T>&& outcome) {
    if (!outcome.has_value()) {
        chain.store_failure(outcome.failure());
    } else if constexpr (!std::is_void_v<T>) {
        chain.store<T>(*std::move(outcome));
    }
}

/// A chain that has fired and holds nothing yet; one consumer.
inline Chain& make_fired(SourceLocation at) {
    Chain* chain = Chain::make(0, Chain::fired);
    chain->trace_made(at);
    return *chain;
}

/// Last in the queue of a chain whose handle was returned from a handler of `downstream`.
template <class T>
struct ContinuationSlot : LinkedSlot {
    explicit ContinuationSlot(Chain& outer) noexcept : LinkedSlot{{&slot_ops}, &outer} {}

    static Chain* run(Slot* slot, Chain& inner, void* input) {
        auto* self = static_cast<ContinuationSlot*>(slot);
        Chain* outer = self->downstream;
        self->~ContinuationSlot();
        if (outer == nullptr) {
            if (input != nullptr) keep_value<T>(inner, input);
            return nullptr;
        }
        outer->stop_waiting()->release_consumer();
        move_result<T>(inner, input, *outer);
        return outer->hand_over();
    }
    static void drop(Slot* slot) noexcept { static_cast<ContinuationSlot*>(slot)->~ContinuationSlot(); }
    static constexpr SlotOps slot_ops{&run, &drop, true};
};

/// Makes `inner` the result of `outer`: at once if it is ready, else when it comes. The handle is consumed.
/// Errors: throws std::logic_error if `outer` would wait for itself; then it does not wait.
template <class T>
void take_over(Chain& outer, Deferred<T>&& returned) {
    ConsumerRef inner = std::move(returned).release();
    if (!inner) throw std::logic_error("a handler returned an empty Deferred");
    if (outer.would_cycle(*inner)) throw std::logic_error("a Deferred cannot wait for itself");
    outer.clear();
    if (inner->is_ready()) {
        move_result<T>(*inner, inner->input(), outer);
        return;
    }
    outer.add_producer();
    outer.wait_on(*inner);
    inner.release()->add_link<ContinuationSlot<T>>(outer);
}

}  // namespace txcouchbase::detail
