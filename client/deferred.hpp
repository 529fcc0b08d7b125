// Deferred<T>, a result that comes later: handlers to run on it, chaining, cancelling, waiting.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_deferred.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/completion_token.hpp>
#include <txcouchbase/detail/coroutine.hpp>
#include <txcouchbase/detail/handler_slot.hpp>
#include <txcouchbase/detail/handler_traits.hpp>
#include <txcouchbase/detail/resolver.hpp>
#include <txcouchbase/detail/timeout.hpp>
#include <txcouchbase/failure.hpp>

namespace txcouchbase {

/**
 * Cancels a Deferred whose handle was moved away; it does not keep it alive.
 *
 *     const CancelHandle handle = d.cancel_handle();
 *     on_close([handle] { handle.cancel(); });
 */
class CancelHandle {
public:
    CancelHandle() noexcept = default;
    explicit CancelHandle(detail::Chain& chain) noexcept : chain_(chain) {}

    /// As Deferred::cancel(); nothing happens when the Deferred is gone.
    void cancel() const {
        if (chain_ && !chain_->has(detail::Chain::dead)) chain_->cancel();
    }

private:
    detail::WatcherRef chain_;
};

/**
 * The consuming end of a result that comes later.
 *
 *     cb.get("user:7")
 *         .add_callback([](const ValueResult& found) { return parse(found.value()); })    // Deferred<User>
 *         .add_errback([](const Failure& f) { f.trap<NotFoundError>(); return User(); })  // still Deferred<User>
 *         .add_callback([&](User user) { return cb.set("user:8", render(user)); });       // waits for the set
 *
 * A Deferred holds a result, once fired, and a queue of handlers. Each handler is called with the result and what it
 * returns is the next result; what it throws is the next result too, as a Failure, for the next error handler. A
 * handler that returns a Deferred holds the queue up until that one has its result. T is the type of the result at the
 * end of the queue: a handler that changes it leaves a new handle, and the old one is empty.
 *
 * Shape:    move-only handle, one pointer wide. Using an empty handle is undefined, but for operator bool.
 * When:     nothing is ever posted: a handler runs inside the call that made its result available, which is
 *           add_callback() itself if the Deferred has fired already. Handlers run one after the other; those added by
 *           a running handler of the same Deferred go to the end of the queue.
 * Lifetime: dropping the handle cancels nothing, the handlers still run when a Resolver fires. What nobody can fire any
 *           more is destroyed with its last handle, handlers unrun.
 * Errors:   an error that no handler took is reported to the failure hook when the Deferred is destroyed.
 * Cost:     in steady state a Deferred with one handler of up to 48 bytes of captures allocates nothing.
 *           One thread at a time: all ends of a Deferred belong to the thread that made it.
 * Spec:     Twisted's Deferred (defer.py), with types.
 */
template <DeferredValue T>
class Deferred {
public:
    using value_type = T;
    using promise_type = detail::CoroutinePromise<T>;

    Deferred() noexcept = default;
    explicit Deferred(detail::ConsumerRef chain) noexcept : chain_(std::move(chain)) {}
    Deferred(Deferred&&) noexcept = default;
    Deferred& operator=(Deferred&&) noexcept = default;
    ~Deferred() = default;

    explicit operator bool() const noexcept { return static_cast<bool>(chain_); }

    /**
     * Adds a handler for a value. It takes the value (nothing if T is void) and returns the next one, void, an Outcome
     * or a Deferred. A Failure passes by.
     */
    template <class F>
    requires detail::ValueHandler<std::decay_t<F>, T> Deferred<detail::ValueHandlerResult<std::decay_t<F>, T>>
    add_callback(F&& on_value) && {
        using U = detail::ValueHandlerResult<std::decay_t<F>, T>;
        return moved_by<U, detail::SidesSlot<T, U, std::decay_t<F>, detail::PassThrough>>(
            std::forward<F>(on_value), pass);
    }
    /// The same in place, where the type stays T.
    template <class F>
    requires(detail::ValueHandler<std::decay_t<F>, T>&& detail::KeepsType<std::decay_t<F>, T>)
        Deferred& add_callback(F&& on_value) & {
        add<detail::SidesSlot<T, T, std::decay_t<F>, detail::PassThrough>>(std::forward<F>(on_value), pass);
        return *this;
    }

    /**
     * Adds a handler for a Failure. It returns a T, or what becomes one (Deferred<T>, Outcome<T>), and the chain goes
     * on as if nothing had happened; or a Failure, to stay on the error side. A value passes by.
     */
    template <class G>
    requires detail::FailureHandler<std::decay_t<G>, T> Deferred add_errback(G&& on_failure) && {
        return moved_by<T, detail::SidesSlot<T, T, detail::PassThrough, std::decay_t<G>>>(
            pass, std::forward<G>(on_failure));
    }
    template <class G>
    requires detail::FailureHandler<std::decay_t<G>, T> Deferred& add_errback(G&& on_failure) & {
        add<detail::SidesSlot<T, T, detail::PassThrough, std::decay_t<G>>>(pass, std::forward<G>(on_failure));
        return *this;
    }

    /// Adds one entry with both handlers: unlike two calls, `on_failure` never sees what `on_value` throws.
    template <class F, class G>
    requires(detail::ValueHandler<std::decay_t<F>, T>&&
                 detail::FailureHandler<std::decay_t<G>, detail::ValueHandlerResult<std::decay_t<F>, T>>)
        Deferred<detail::ValueHandlerResult<std::decay_t<F>, T>> add_callbacks(F&& on_value,
                                                                               G&& on_failure) && {
        using U = detail::ValueHandlerResult<std::decay_t<F>, T>;
        return moved_by<U, detail::SidesSlot<T, U, std::decay_t<F>, std::decay_t<G>>>(
            std::forward<F>(on_value), std::forward<G>(on_failure));
    }
    template <class F, class G>
    requires(detail::ValueHandler<std::decay_t<F>, T>&& detail::KeepsType<std::decay_t<F>, T>&&
                 detail::FailureHandler<std::decay_t<G>, T>) Deferred& add_callbacks(F&& on_value,
                                                                                     G&& on_failure) & {
        add<detail::SidesSlot<T, T, std::decay_t<F>, std::decay_t<G>>>(std::forward<F>(on_value),
                                                                       std::forward<G>(on_failure));
        return *this;
    }

    /// Adds one handler for both: it takes an Outcome<T>, and returns as one of add_callback() does.
    template <class H>
    requires detail::BothHandler<std::decay_t<H>, T>
        Deferred<detail::ValueHandlerResult<std::decay_t<H>, Outcome<T>>> add_both(H&& handler) && {
        using U = detail::ValueHandlerResult<std::decay_t<H>, Outcome<T>>;
        return moved_by<U, detail::BothSlot<T, U, std::decay_t<H>>>(std::forward<H>(handler));
    }
    template <class H>
    requires(detail::BothHandler<std::decay_t<H>, T>&& std::same_as<
             detail::ValueHandlerResult<std::decay_t<H>, Outcome<T>>, T>) Deferred& add_both(H&& handler) & {
        add<detail::BothSlot<T, T, std::decay_t<H>>>(std::forward<H>(handler));
        return *this;
    }

    /// Runs `handler()` whatever the result is; the result passes by, unless the handler throws.
    template <class F>
    requires(std::is_void_v<std::invoke_result_t<std::decay_t<F>>>) Deferred finally(F&& handler) && {
        return moved_by<T, detail::FinallySlot<T, std::decay_t<F>>>(std::forward<F>(handler));
    }
    template <class F>
    requires(std::is_void_v<std::invoke_result_t<std::decay_t<F>>>) Deferred& finally(F&& handler) & {
        add<detail::FinallySlot<T, std::decay_t<F>>>(std::forward<F>(handler));
        return *this;
    }

    /// Drops the value and keeps the error: how a Deferred of anything becomes a Deferred<void>.
    Deferred<void> ignore() && {
        if constexpr (std::is_void_v<T>) {
            return std::move(*this);
        } else {
            return std::move(*this).add_callback([](T&&) {});
        }
    }

    /**
     * Fires another Deferred with this one's result, of either side; here nothing remains, and an error counts as
     * handled.
     *
     * Errors: the other one was fired already: this Deferred fails with AlreadyCalledError.
     * Cancel: cancelling this one reaches the other as CancelledError; cancelling the other leaves this one alone.
     */
    Deferred<void> chain_deferred(Resolver<T> target) && {
        return moved_by<void, detail::ChainSlot<T>>(std::move(target));
    }

    /**
     * Cancels the Deferred if `timeout` passes before the handlers added so far have run; the CancelledError that comes
     * of it turns into a DeferredTimeoutError. Handlers added later are not under the clock.
     *
     * Shape: `clock` is a TimeoutClock. `on_timeout`, if given, is called in place of that translation with
     *        (Outcome<T>, timeout), whatever the cancelling led to; it returns what an errback may return.
     */
    template <TimeoutClock Clock, class OnTimeout = detail::TimeoutTranslation<T>>
    requires detail::TimeoutHandler<std::decay_t<OnTimeout>, T> Deferred
    add_timeout(std::chrono::nanoseconds timeout, Clock& clock, OnTimeout&& on_timeout = {}) && {
        add_timeout(timeout, clock, std::forward<OnTimeout>(on_timeout));
        return std::move(*this);
    }
    template <TimeoutClock Clock, class OnTimeout = detail::TimeoutTranslation<T>>
    requires detail::TimeoutHandler<std::decay_t<OnTimeout>, T> Deferred& add_timeout(
        std::chrono::nanoseconds timeout, Clock& clock, OnTimeout&& on_timeout = {}) & {
        auto translate =
            detail::start_timeout<T>(*chain_, timeout, clock, std::forward<OnTimeout>(on_timeout));
        add<detail::BothSlot<T, T, decltype(translate)>>(std::move(translate));
        return *this;
    }

    /**
     * Asks the producer to stop. Unfired: the canceller is called, which may fire the Deferred as it likes; if it does
     * not, or there is none, the Deferred fails with CancelledError. Waiting on another Deferred: that one is
     * cancelled, and this one goes on with what it then gives. Else nothing happens.
     *
     * Errors: what the canceller throws; then the Deferred stays unfired.
     */
    void cancel() { chain_->cancel(); }
    CancelHandle cancel_handle() const noexcept { return CancelHandle(*chain_); }

    /// Holds the queue up, counted; handlers that are queued in a pass that runs still run. See PauseGuard.
    void pause() noexcept { chain_->pause(); }
    /// Errors: std::logic_error without a pause().
    void unpause() { chain_->unpause(); }

    bool is_fired() const noexcept { return chain_->has(detail::Chain::fired); }
    /// Where it stands: identity, state, what it waits on or the type of what it holds.
    std::string debug_string() const { return chain_->describe(); }

    /**
     * Ends the chain in an Asio completion token: `d(asio::use_awaitable)`, `d(asio::use_future)`, `d(callback)`.
     *
     * Shape:  the signature is void(std::exception_ptr, T), T default-constructible; void(std::exception_ptr) for void.
     * When:   inside the call that fires the Deferred, through the handler's associated executor if it has one. If the
     *         Deferred has its result already: a handler with an executor is posted there, one without is called.
     * Cancel: the token's cancellation slot cancels the Deferred.
     */
    template <class CompletionToken>
    requires(std::is_void_v<T> || std::default_initializable<T>) auto operator()(CompletionToken&& token) && {
        return detail::complete_with(std::move(*this), std::forward<CompletionToken>(token));
    }

    /// For the machinery of Deferred: gives the chain away.
    detail::ConsumerRef release() && noexcept { return std::move(chain_); }
    detail::Chain& chain() const noexcept { return *chain_; }

private:
    static constexpr detail::PassThrough pass{};

    /// A handler that runs at once may destroy this handle, so nothing of it is touched afterwards.
    template <class Slot, class... A>
    void add(A&&... arguments) {
        chain_->template add<Slot>(std::forward<A>(arguments)...);
    }
    template <class U, class Slot, class... A>
    Deferred<U> moved_by(A&&... arguments) {
        Deferred<U> moved(std::move(chain_));
        moved.chain().template add<Slot>(std::forward<A>(arguments)...);
        return moved;
    }

    detail::ConsumerRef chain_;
};

/// Pauses a Deferred for as long as it lives, also beyond the Deferred's handles.
class PauseGuard {
public:
    template <class T>
    explicit PauseGuard(Deferred<T>& deferred) : chain_(deferred.chain()) {
        chain_->pause();
    }
    PauseGuard(PauseGuard&&) noexcept = default;
    PauseGuard& operator=(PauseGuard&& other) noexcept {
        unpause();
        chain_ = std::move(other.chain_);
        return *this;
    }
    ~PauseGuard() { unpause(); }

    /// Lets the Deferred go on, now.
    void unpause() noexcept {
        if (!chain_) return;
        const detail::ProducerRef chain = std::move(chain_);
        chain->unpause();
    }

private:
    detail::ProducerRef chain_;
};

/// Both ends of a new Deferred: `auto [resolver, deferred] = make_deferred<int>();`
template <DeferredValue T>
struct DeferredEnds {
    Resolver<T> resolver;
    Deferred<T> deferred;
};

/// Makes a Deferred to be fired by its Resolver.
template <DeferredValue T>
DeferredEnds<T> make_deferred(detail::SourceLocation at = detail::SourceLocation::current()) {
    detail::Chain* chain = detail::Chain::make(1);
    chain->trace_made(at);
    return {Resolver<T>(detail::ProducerRef::adopt(chain)), Deferred<T>(detail::ConsumerRef::adopt(chain))};
}

/**
 * The same with a canceller, which cancel() calls with the Resolver while the Deferred is unfired.
 *
 * Lifetime: destroyed when the Deferred fires. It must not hold a Resolver of its own Deferred, or neither is ever
 *           freed.
 * Cost:     up to two pointers of captures are stored in place.
 */
template <DeferredValue T, class Canceller>
requires std::invocable < std::decay_t<Canceller>
&, Resolver<T>& >
       DeferredEnds<T> make_deferred(Canceller&& canceller,
                                     detail::SourceLocation at = detail::SourceLocation::current()) {
    detail::Chain* chain = detail::Chain::make(1);
    DeferredEnds<T> ends{Resolver<T>(detail::ProducerRef::adopt(chain)),
                         Deferred<T>(detail::ConsumerRef::adopt(chain))};
    detail::UserCanceller<T, std::decay_t<Canceller>>::install(*chain, std::forward<Canceller>(canceller));
    chain->trace_made(at);
    return ends;
}

/// A Deferred that has its value already.
template <DeferredValue T>
requires(!std::is_void_v<T>) Deferred<T> succeed(
    T value, detail::SourceLocation at = detail::SourceLocation::current()) {
    Deferred<T> made(detail::ConsumerRef::adopt(&detail::make_fired(at)));
    made.chain().template store<T>(std::move(value));
    return made;
}
inline Deferred<void> succeed(detail::SourceLocation at = detail::SourceLocation::current()) {
    return Deferred<void>(detail::ConsumerRef::adopt(&detail::make_fired(at)));
}

/// A Deferred that has failed already.
template <DeferredValue T>
Deferred<T> fail(Failure failure, detail::SourceLocation at = detail::SourceLocation::current()) {
    Deferred<T> made(detail::ConsumerRef::adopt(&detail::make_fired(at)));
    made.chain().store_failure(std::move(failure));
    return made;
}
/// With the exception being handled. Errors: NoCurrentExceptionError if there is none.
template <DeferredValue T>
Deferred<T> fail(detail::SourceLocation at = detail::SourceLocation::current()) {
    return fail<T>(Failure::current(), at);
}

/**
 * Calls `function(arguments...)` and gives its end as a Deferred: what it returns, what it throws. A Deferred that it
 * returns (a coroutine does) passes through.
 */
template <class F, class... A>
requires(std::invocable<F, A...>&& detail::HandlerReturn<std::invoke_result_t<F, A...>>) auto maybe_deferred(
    F&& function, A&&... arguments) -> Deferred<typename detail::Flat<std::invoke_result_t<F, A...>>::type> {
    using R = std::remove_cv_t<std::invoke_result_t<F, A...>>;
    using U = typename detail::Flat<R>::type;
    if constexpr (detail::is_deferred<R>) {
        try {
            return std::invoke(std::forward<F>(function), std::forward<A>(arguments)...);
        } catch (const abi::__forced_unwind&) {
            throw;
        } catch (...) {
            return fail<U>();
        }
    } else {
        Deferred<U> made(detail::ConsumerRef::adopt(&detail::make_fired({})));
        detail::run_handler<U>(made.chain(), [&]() -> decltype(auto) {
            return std::invoke(std::forward<F>(function), std::forward<A>(arguments)...);
        });
        return made;
    }
}

/// As maybe_deferred(), for a function that returns a plain value: a Deferred or an Outcome is refused.
template <class F, class... A>
requires(std::invocable<F, A...>&&
             DeferredValue<std::remove_cv_t<std::invoke_result_t<F, A...>>>) auto execute(F&& function,
                                                                                          A&&... arguments) {
    return maybe_deferred(std::forward<F>(function), std::forward<A>(arguments)...);
}

/// While on, Deferreds remember where they were made and fired, AlreadyCalledError and reports say so, and a Deferred
/// that dies unfired is reported. Off by default.
inline void set_deferred_debugging(bool on) noexcept {
    detail::straight_flags.store(on ? detail::Chain::never : detail::Chain::own_slot,
                                 std::memory_order_relaxed);
}
inline bool deferred_debugging() noexcept {
    return detail::Chain::is_debugging();
}

}  // namespace txcouchbase
