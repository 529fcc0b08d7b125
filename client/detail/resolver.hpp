// Resolver, the producing end of a Deferred, and the cancellers that are given one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handler_traits.hpp>
#include <txcouchbase/detail/handover.hpp>
#include <txcouchbase/detail/source_location.hpp>

namespace txcouchbase {

namespace detail {

/// The general way of firing: paused, cancelled, traced, or with nobody waiting yet. Takes over a producer.
template <class T>
[[gnu::noinline]] void fire_slowly(Chain& chain, void* value, SourceLocation at) {
    const ProducerRef pin = ProducerRef::adopt(&chain);
    if (!chain.begin_fire(at)) return;
    store_value<T>(chain, value);
    chain.settle();
}

/// Fires with the value at `value`: the first handler gets it from there, without a copy in the chain. Takes over a
/// producer.
template <class T>
void fire_value(Chain& chain, void* value, SourceLocation at) {
    if (chain.can_run_straight()) [[likely]] {
        chain.run_straight(value);
    } else {
        fire_slowly<T>(chain, value, at);
    }
}

/// What Resolvers of all types share.
class ResolverBase {
public:
    /**
     * Fires the Deferred with an error: a Failure, or an exception object, which is wrapped.
     *
     * When:     handlers run inside this call; what they throw goes along the chain and never comes out here.
     * Errors:   AlreadyCalledError if the Deferred was fired before. One late fire after a cancel() that found no
     *           canceller is swallowed instead.
     */
    void errback(Failure failure, SourceLocation at = SourceLocation::current()) const {
        chain_->fire_failure(std::move(failure), at);
    }
    /// Fires with the exception being handled. Errors: NoCurrentExceptionError if there is none; then nothing fires.
    void errback(SourceLocation at = SourceLocation::current()) const {
        chain_->fire_failure(Failure::current(), at);
    }
    /// As errback(), but says whether it fired instead of throwing.
    bool try_errback(Failure failure, SourceLocation at = SourceLocation::current()) const noexcept {
        if (chain_->has(Chain::fired)) return false;
        chain_->fire_failure(std::move(failure), at);
        return true;
    }

    /// Whether the Deferred was cancelled before it fired: a producer may stop working.
    bool is_cancelled() const noexcept { return chain_->has(Chain::cancelled); }
    bool is_fired() const noexcept { return chain_->has(Chain::fired); }
    explicit operator bool() const noexcept { return static_cast<bool>(chain_); }

    /// For the machinery of Deferred.
    Chain& chain() const noexcept { return *chain_; }

protected:
    ResolverBase() noexcept = default;
    explicit ResolverBase(ProducerRef chain) noexcept : chain_(std::move(chain)) {}

    ProducerRef chain_;
};

}  // namespace detail

/**
 * Fires a Deferred. T is what the Deferred was made with, whatever its handlers have made of it since.
 *
 * Lifetime: copies fire the same Deferred and keep it alive, also after its last handle was dropped: its handlers still
 *           run. When the last Resolver is dropped unfired nothing fires, and nothing is reported. One pointer wide.
 */
template <DeferredValue T>
class Resolver : public detail::ResolverBase {
public:
    Resolver() noexcept = default;
    explicit Resolver(detail::ProducerRef chain) noexcept : ResolverBase(std::move(chain)) {}

    /**
     * Fires the Deferred with a value.
     *
     * When:     handlers run inside this call; what they throw goes along the chain and never comes out here.
     * Lifetime: the first handler may get a reference to `value` itself, so it must outlive the handlers: pass a
     *           temporary or a local variable, not a member of something that a handler may destroy.
     * Errors:   as errback().
     * Cost:     nothing is allocated, and the value not moved unless a handler takes it by value.
     */
    void callback(T&& value, detail::SourceLocation at = detail::SourceLocation::current()) const& {
        detail::fire_value<T>(*detail::ProducerRef(chain_).release(), &value, at);
    }
    void callback(const T& value, detail::SourceLocation at = detail::SourceLocation::current())
        const requires std::copy_constructible<T> {
        T copy(value);
        detail::fire_value<T>(*detail::ProducerRef(chain_).release(), &copy, at);
    }
    /// The cheapest: this Resolver is done with, and gives its share in the Deferred up.
    void callback(T&& value, detail::SourceLocation at = detail::SourceLocation::current()) && {
        detail::fire_value<T>(*chain_.release(), &value, at);
    }
    /// The same as errback().
    void callback(Failure failure, detail::SourceLocation at = detail::SourceLocation::current()) const {
        errback(std::move(failure), at);
    }
    /// As callback(), but says whether it fired instead of throwing; the value is untouched if it did not.
    bool try_callback(T&& value,
                      detail::SourceLocation at = detail::SourceLocation::current()) const noexcept {
        if (is_fired()) return false;
        callback(std::move(value), at);
        return true;
    }
};

template <>
class Resolver<void> : public detail::ResolverBase {
public:
    Resolver() noexcept = default;
    explicit Resolver(detail::ProducerRef chain) noexcept : ResolverBase(std::move(chain)) {}

    void callback(detail::SourceLocation at = detail::SourceLocation::current()) const& {
        detail::fire_value<void>(*detail::ProducerRef(chain_).release(), chain_.get(), at);
    }
    void callback(detail::SourceLocation at = detail::SourceLocation::current()) && {
        detail::Chain& chain = *chain_.release();
        detail::fire_value<void>(chain, &chain, at);
    }
    void callback(Failure failure, detail::SourceLocation at = detail::SourceLocation::current()) const {
        errback(std::move(failure), at);
    }
    bool try_callback(detail::SourceLocation at = detail::SourceLocation::current()) const noexcept {
        if (is_fired()) return false;
        callback(at);
        return true;
    }
};

namespace detail {

/// A canceller of the user: up to two pointers of captures lie in the chain.
template <class T, class F>
struct UserCanceller {
    static constexpr bool fits = sizeof(F) <= Chain::canceller_capacity && alignof(F) <= alignof(void*);

    static F& get(void* room) noexcept {
        if constexpr (fits) {
            return *static_cast<F*>(room);
        } else {
            return **static_cast<F**>(room);
        }
    }
    static void cancel(Chain& chain) {
        Resolver<T> resolver{ProducerRef(chain)};
        std::invoke(get(chain.canceller_room()), resolver);
    }
    static void drop(void* room) noexcept {
        if constexpr (fits) {
            get(room).~F();
        } else {
            delete &get(room);
        }
    }
    static constexpr CancellerOps ops{&cancel, fits&& std::is_trivially_destructible_v<F> ? nullptr : &drop};

    template <class A>
    static void install(Chain& chain, A&& canceller) {
        if constexpr (fits) {
            ::new (static_cast<void*>(chain.canceller_room())) F(std::forward<A>(canceller));
        } else {
            *reinterpret_cast<F**>(chain.canceller_room()) = new F(std::forward<A>(canceller));
        }
        chain.set_canceller(ops);
    }
};

}  // namespace detail
}  // namespace txcouchbase
