// Coroutines that return a Deferred, and what they can await.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cxxabi.h>

#include <concepts>
#include <coroutine>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handler_traits.hpp>
#include <txcouchbase/detail/handover.hpp>

namespace txcouchbase {

namespace detail {

template <class T>
struct AsOutcome {
    Deferred<T> deferred;
};

}  // namespace detail

/// `co_await as_outcome(std::move(d))` gives an Outcome and never throws, so that a loop can cancel, catch and await
/// again: C++ allows no co_await in a catch block.
template <class T>
detail::AsOutcome<T> as_outcome(Deferred<T>&& deferred) noexcept {
    return {std::move(deferred)};
}

namespace detail {

/**
 * The part of a coroutine that knows no types. While the frame runs it holds a producer of its Deferred's chain; while
 * it is suspended the slot it waits in holds that producer as its link, and the chain owns the frame, in the place of
 * the canceller: so a coroutine that can never be resumed dies with the last handle of its Deferred.
 */
class CoroutineBase {
public:
    CoroutineBase() : chain_(*Chain::make(1, Chain::relays_cancel)) { chain_.trace_made({}); }
    CoroutineBase(const CoroutineBase&) = delete;
    CoroutineBase& operator=(const CoroutineBase&) = delete;

    std::suspend_never initial_suspend() const noexcept { return {}; }

    /// Destroys the frame, parameters and all, before the first handler of the Deferred runs.
    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> frame) const noexcept {
            Chain& chain = frame.promise().chain_;
            Chain** completed = frame.promise().completed_;
            chain.forget_canceller();
            chain.begin_fire({});
            chain.set(Chain::running);  // what the frame's destructors add or cancel finds a Deferred at work
            frame.destroy();
            chain.reset(Chain::running);
            Chain* pushed = chain.hand_over();
            if (completed != nullptr) *completed = pushed;
        }
        void await_resume() const noexcept {}
    };
    FinalAwaiter final_suspend() const noexcept { return {}; }

    void unhandled_exception() {
        try {
            throw;
        } catch (const abi::__forced_unwind&) {
            throw;
        } catch (...) {
            chain_.store_current_exception();
        }
    }

    Chain& chain() noexcept { return chain_; }
    /// Runs the frame until it waits again or ends; returns the chain that can go on because it ended.
    Chain* resume(std::coroutine_handle<> frame) {
        Chain* pushed = nullptr;
        completed_ = &pushed;
        frame.resume();
        return pushed;
    }

protected:
    ~CoroutineBase() = default;

    ConsumerRef own(std::coroutine_handle<> frame) noexcept {
        *reinterpret_cast<void**>(chain_.canceller_room()) = frame.address();
        chain_.set_canceller(frame_ops);
        return ConsumerRef::adopt(&chain_);
    }

private:
    /// Cancelling a coroutine that runs cancels what it waits for next; it is never fired directly.
    static void cancel(Chain& chain) { chain.set(Chain::cancel_wanted); }
    static void drop(void* room) noexcept {
        std::coroutine_handle<>::from_address(*static_cast<void**>(room)).destroy();
    }
    static constexpr CancellerOps frame_ops{&cancel, &drop};

    Chain& chain_;
    Chain** completed_ = nullptr;
};

/// Waits for a chain, and takes what it has.
class AwaiterBase {
public:
    AwaiterBase(CoroutineBase& promise, ConsumerRef inner) noexcept
        : promise_(promise), inner_(std::move(inner)) {}

    bool await_ready() {
        Chain& outer = promise_.chain();
        if (outer.would_cycle(*inner_)) throw std::logic_error("a Deferred cannot wait for itself");
        if (!inner_->is_ready() && outer.has(Chain::cancel_wanted)) {
            outer.reset(Chain::cancel_wanted);
            inner_->cancel_and_report();
        }
        if (!inner_->is_ready()) return false;
        input_ = inner_->input();
        return true;
    }

    Chain* resume(void* input) {
        inner_ = ConsumerRef::adopt(promise_.chain().stop_waiting());
        input_ = input;
        return promise_.resume(frame_);
    }

protected:
    /// The last line may destroy the frame, and this awaiter with it: then nobody is left who could ever resume it.
    template <class Slot>
    void suspend(std::coroutine_handle<> frame) {
        frame_ = frame;
        Chain& outer = promise_.chain();
        Chain& inner = *inner_.release();
        outer.wait_on(inner);
        inner.add_link<Slot>(outer, *this);
    }
    template <class T>
    T take() {
        struct Consumed {
            Chain& chain;
            ~Consumed() { chain.clear(); }
        };
        const Consumed consumed{*inner_};
        if constexpr (!std::is_void_v<T>) return std::move(*static_cast<T*>(input_));
    }
    bool has_value() const noexcept { return input_ != nullptr; }
    Failure take_failure() noexcept { return inner_->take_failure(); }

private:
    CoroutineBase& promise_;
    ConsumerRef inner_;
    void* input_ = nullptr;
    std::coroutine_handle<> frame_;
};

/// The place of a suspended coroutine in the queue of what it awaits.
template <class T>
struct AwaitSlot : LinkedSlot {
    AwaitSlot(Chain& outer, AwaiterBase& waiting) noexcept
        : LinkedSlot{{&slot_ops}, &outer}, awaiter(waiting) {}

    static Chain* run(Slot* slot, Chain& inner, void* input) {
        auto* self = static_cast<AwaitSlot*>(slot);
        const bool is_severed = self->downstream == nullptr;
        AwaiterBase& awaiter = self->awaiter;
        self->~AwaitSlot();
        if (!is_severed) return awaiter.resume(input);
        if (input != nullptr) keep_value<T>(inner, input);
        return nullptr;
    }
    static void drop(Slot* slot) noexcept { static_cast<AwaitSlot*>(slot)->~AwaitSlot(); }
    static constexpr SlotOps slot_ops{&run, &drop, true};

    AwaiterBase& awaiter;
};

template <class T>
class ValueAwaiter : public AwaiterBase {
public:
    using AwaiterBase::AwaiterBase;

    void await_suspend(std::coroutine_handle<> frame) { suspend<AwaitSlot<T>>(frame); }
    T await_resume() {
        if (!has_value()) take_failure().rethrow();
        return take<T>();
    }
};

template <class T>
class OutcomeAwaiter : public AwaiterBase {
public:
    using AwaiterBase::AwaiterBase;

    void await_suspend(std::coroutine_handle<> frame) { suspend<AwaitSlot<T>>(frame); }
    Outcome<T> await_resume() {
        if (!has_value()) return take_failure();
        if constexpr (std::is_void_v<T>) {
            take<T>();
            return {};
        } else {
            return take<T>();
        }
    }
};

class AwaitsDeferreds : public CoroutineBase {
public:
    /// A Deferred is consumed by awaiting it, hence the rvalue.
    template <class U>
    ValueAwaiter<U> await_transform(Deferred<U>&& deferred) noexcept {
        return {*this, std::move(deferred).release()};
    }
    template <class U>
    OutcomeAwaiter<U> await_transform(AsOutcome<U>&& outcome) noexcept {
        return {*this, std::move(outcome.deferred).release()};
    }
};

template <class T>
class CoroutineReturn : public AwaitsDeferreds {
public:
    template <class U = T>
    requires(std::convertible_to<U&&, T>) void return_value(U&& value) {
        this->chain().template store<T>(std::forward<U>(value));
    }
    void return_value(Failure failure) noexcept { this->chain().store_failure(std::move(failure)); }
};

template <>
class CoroutineReturn<void> : public AwaitsDeferreds {
public:
    void return_void() const noexcept {}
};

template <DeferredValue T>
class CoroutinePromise : public CoroutineReturn<T> {
public:
    Deferred<T> get_return_object() noexcept {
        return Deferred<T>(this->own(std::coroutine_handle<CoroutinePromise>::from_promise(*this)));
    }
};

}  // namespace detail
}  // namespace txcouchbase
