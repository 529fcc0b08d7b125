// add_timeout(): the clock it needs, and what happens when it runs out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handler_traits.hpp>
#include <txcouchbase/detail/handover.hpp>

namespace txcouchbase {

/**
 * What can call a function later.
 *
 * `call_later(delay, function)` keeps a copyable function of no arguments, calls it once when `delay` has passed (on
 * the thread of the Deferred, never inside call_later) and then destroys it. It returns a default-constructible,
 * movable token: `active()` until the call, `cancel()` while active, which destroys the function uncalled. Dropping
 * the token does not cancel.
 */
template <class C>
concept TimeoutClock = requires(C& clock, std::chrono::nanoseconds delay, void (*function)()) {
    clock.call_later(delay, function);
    requires std::default_initializable<decltype(clock.call_later(delay, function))>;
    requires std::movable<decltype(clock.call_later(delay, function))>;
    { clock.call_later(delay, function).active() } -> std::convertible_to<bool>;
    clock.call_later(delay, function).cancel();
};

namespace detail {

/// What becomes of a result that the timeout has cancelled, unless the caller says otherwise.
template <class T>
struct TimeoutTranslation {
    Outcome<T> operator()(Outcome<T> result, std::chrono::nanoseconds timeout) const {
        if (!result && result.failure().template check<CancelledError>())
            return Failure(DeferredTimeoutError(timeout));
        return result;
    }
};

template <class H, class T>
concept TimeoutHandler = std::invocable<H, Outcome<T>, std::chrono::nanoseconds> &&
    Recovery<std::remove_cv_t<std::invoke_result_t<H, Outcome<T>, std::chrono::nanoseconds>>, T>;

template <class Token>
struct TimeoutState {
    Token token;
    bool has_passed = false;
};

/// The handler that add_timeout() adds: stops the clock, and translates the result if the time had passed.
template <class T, class Token, class H>
struct TimeoutEnd {
    using Returned = std::remove_cv_t<std::invoke_result_t<H, Outcome<T>, std::chrono::nanoseconds>>;
    using Result = std::conditional_t<is_deferred<Returned>, Deferred<T>, Outcome<T>>;

    Result operator()(Outcome<T> result) {
        if (state->token.active()) state->token.cancel();
        if (!state->has_passed) return unchanged(std::move(result));
        if constexpr (std::is_void_v<Returned>) {
            std::invoke(std::move(handler), std::move(result), timeout);
            return {};
        } else {
            return std::invoke(std::move(handler), std::move(result), timeout);
        }
    }
    static Result unchanged(Outcome<T>&& result) {
        if constexpr (is_deferred<Returned>) {
            Result made(ConsumerRef::adopt(&make_fired({})));
            store_outcome<T>(made.chain(), std::move(result));
            return made;
        } else {
            return std::move(result);
        }
    }

    std::shared_ptr<TimeoutState<Token>> state;
    std::chrono::nanoseconds timeout;
    H handler;
};

/// The clock holds a producer of the chain: a timeout alone can still finish what nobody else will fire.
template <class T, class Clock, class H>
auto start_timeout(Chain& chain, std::chrono::nanoseconds timeout, Clock& clock, H&& handler) {
    using Token = decltype(clock.call_later(timeout, static_cast<void (*)()>(nullptr)));
    auto state = std::make_shared<TimeoutState<Token>>();
    state->token = clock.call_later(timeout, [pin = ProducerRef(chain), weak = std::weak_ptr(state)] {
        if (const auto alive = weak.lock()) alive->has_passed = true;
        pin->cancel_and_report();
    });
    return TimeoutEnd<T, Token, std::decay_t<H>>{std::move(state), timeout, std::forward<H>(handler)};
}

}  // namespace detail
}  // namespace txcouchbase
