// Many Deferreds as one: deferred_list(), gather(), first_success() and race().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <txcouchbase/deferred.hpp>
#include <txcouchbase/detail/collector.hpp>
#include <txcouchbase/failure.hpp>

namespace txcouchbase {

/// What becomes of the error of a child, which the list has been told.
enum class ChildErrors : unsigned char {
    consume,  ///< it counts as handled
    keep,     ///< it stays in the child, and is reported when the child dies unless somebody handles it there
};

struct DeferredListOptions {
    bool fire_on_one_errback = false;  ///< fail with FirstError at the first child that fails
    ChildErrors child_errors = ChildErrors::consume;
};

namespace detail {

template <class T>
class ListCollector : public Collector {
public:
    ListCollector(std::vector<ConsumerRef> children, bool fires_on_error)
        : Collector(std::move(children)),
          results_(child_count()),
          missing_(child_count()),
          fires_on_error_(fires_on_error) {}

    void on_child(std::size_t index, Outcome<T>&& outcome) {
        if (fires_on_error_ && !outcome) return fail(FirstError(index, outcome.failure()));
        results_[index].emplace(std::move(outcome));
        if (--missing_ == 0) finish();
    }
    void finish() {
        std::vector<Outcome<T>> all;
        all.reserve(results_.size());
        for (auto& result : results_) all.push_back(*std::move(result));
        fire<std::vector<Outcome<T>>>(std::move(all));
    }

private:
    std::vector<std::optional<Outcome<T>>> results_;
    std::size_t missing_;
    bool fires_on_error_;
};

template <class T>
using Gathered =
    std::conditional_t<std::is_void_v<T>, void, std::vector<std::conditional_t<std::is_void_v<T>, char, T>>>;

template <class T>
class GatherCollector : public Collector {
public:
    explicit GatherCollector(std::vector<ConsumerRef> children)
        : Collector(std::move(children)), values_(child_count()), missing_(child_count()) {}

    void on_child(std::size_t index, Outcome<T>&& outcome) {
        if (!outcome) return fail(FirstError(index, outcome.failure()));
        if constexpr (!std::is_void_v<T>) values_[index].emplace(*std::move(outcome));
        if (--missing_ == 0) finish();
    }
    void finish() {
        if constexpr (std::is_void_v<T>) {
            fire<void>();
        } else {
            std::vector<T> all;
            all.reserve(values_.size());
            for (auto& value : values_) all.push_back(*std::move(value));
            fire<std::vector<T>>(std::move(all));
        }
    }

private:
    std::vector<std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>>> values_;
    std::size_t missing_;
};

template <class T>
using TupleElement = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class... T>
class TupleCollector : public Collector {
public:
    explicit TupleCollector(std::vector<ConsumerRef> children) : Collector(std::move(children)) {}

    template <std::size_t I, class U>
    void on_child(std::integral_constant<std::size_t, I> index, Outcome<U>&& outcome) {
        if (!outcome) return fail(FirstError(index, outcome.failure()));
        if constexpr (std::is_void_v<U>) {
            std::get<I>(values_).emplace();
        } else {
            std::get<I>(values_).emplace(*std::move(outcome));
        }
        if (--missing_ == 0) finish(std::index_sequence_for<T...>());
    }

private:
    template <std::size_t... I>
    void finish(std::index_sequence<I...>) {
        fire<std::tuple<TupleElement<T>...>>(*std::move(std::get<I>(values_))...);
    }

    std::tuple<std::optional<TupleElement<T>>...> values_;
    std::size_t missing_ = sizeof...(T);
};

/// Remembers the Failures for the case that there is nothing else.
class SuccessCollector : public Collector {
public:
    explicit SuccessCollector(std::vector<ConsumerRef> children)
        : Collector(std::move(children)), failures_(child_count()), missing_(child_count()) {}

protected:
    void on_failure(std::size_t index, const Failure& failure);

private:
    std::vector<std::optional<Failure>> failures_;
    std::size_t missing_;
};

template <class T>
using FirstSuccess =
    std::conditional_t<std::is_void_v<T>, std::size_t,
                       std::pair<std::conditional_t<std::is_void_v<T>, char, T>, std::size_t>>;
template <class T>
using RaceWinner = std::conditional_t<std::is_void_v<T>, std::size_t,
                                      std::pair<std::size_t, std::conditional_t<std::is_void_v<T>, char, T>>>;

template <class T>
class FirstSuccessCollector : public SuccessCollector {
public:
    FirstSuccessCollector(std::vector<ConsumerRef> children, bool fires_on_error)
        : SuccessCollector(std::move(children)), fires_on_error_(fires_on_error) {}

    void on_child(std::size_t index, Outcome<T>&& outcome) {
        if (!outcome) {
            if (fires_on_error_) return fail(FirstError(index, outcome.failure()));
            return on_failure(index, outcome.failure());
        }
        if constexpr (std::is_void_v<T>) {
            fire<std::size_t>(index);
        } else {
            fire<FirstSuccess<T>>(*std::move(outcome), index);
        }
    }

private:
    bool fires_on_error_;
};

template <class T>
class RaceCollector : public SuccessCollector {
public:
    using SuccessCollector::SuccessCollector;

    void on_child(std::size_t index, Outcome<T>&& outcome) {
        if (has_winner_) return;
        if (!outcome) return on_failure(index, outcome.failure());
        has_winner_ = true;
        // The losers' cancellers may do anything, also finish the race, and this collector with it. To the winner,
        // which has fired, a cancel is nothing.
        const ProducerRef result(*result_);
        cancel_all(std::vector<ConsumerRef>(children_));
        if (result->has(Chain::fired)) return;
        if constexpr (std::is_void_v<T>) {
            fire<std::size_t>(index);
        } else {
            fire<RaceWinner<T>>(index, *std::move(outcome));
        }
    }

private:
    bool has_winner_ = false;
};

template <class T, class R, class C>
Deferred<R> collect(std::unique_ptr<C> collector, const std::vector<ConsumerRef>& children,
                    bool fires_after_cancel, ChildErrors child_errors) {
    Collecting<R, C> collecting(std::move(collector), fires_after_cancel);
    for (std::size_t at = 0; at < children.size(); ++at)
        collecting.template attach<T>(*children[at], at, child_errors == ChildErrors::consume);
    return std::move(collecting).result();
}

template <class... T, std::size_t... I>
Deferred<std::tuple<TupleElement<T>...>> gather_tuple(std::index_sequence<I...>,
                                                      const std::vector<ConsumerRef>& children) {
    using C = TupleCollector<T...>;
    Collecting<std::tuple<TupleElement<T>...>, C> collecting(std::make_unique<C>(children), false);
    (collecting.template attach<T>(*children[I], std::integral_constant<std::size_t, I>(), true), ...);
    return std::move(collecting).result();
}

}  // namespace detail

/**
 * Waits for all: gives every child's end, value or Failure, in the order of the children.
 *
 * Shape:    none, for no children. The list takes the children and keeps them until it fires; if it fires early, the
 *           others go on, unheard.
 * Errors:   none, unless fire_on_one_errback.
 * Cancel:   cancels every child in order. The list then fires by what they make of it, and not otherwise. What a
 *           child's canceller throws goes to the failure hook.
 * Spec:     DeferredList.
 */
template <class T>
Deferred<std::vector<Outcome<T>>> deferred_list(std::vector<Deferred<T>> children,
                                                DeferredListOptions options = {}) {
    using R = std::vector<Outcome<T>>;
    if (children.empty()) return succeed(R());
    const std::vector<detail::ConsumerRef> kept = detail::release_all(std::move(children));
    return detail::collect<T, R>(
        std::make_unique<detail::ListCollector<T>>(kept, options.fire_on_one_errback), kept, false,
        options.child_errors);
}

/**
 * The same over Deferreds that the caller keeps: each child's result goes to the list and, as a copy, on along the
 * child's own handlers. The same child may stand in it twice.
 *
 * Errors: ChildErrors::consume leaves a T() in a child that failed; std::invalid_argument if there is no such T.
 */
template <class T>
requires(std::is_void_v<T> || std::copy_constructible<T>) Deferred<std::vector<Outcome<T>>> deferred_list(
    const std::vector<std::reference_wrapper<Deferred<T>>>& children,
    DeferredListOptions options = {.child_errors = ChildErrors::keep}) {
    using R = std::vector<Outcome<T>>;
    if constexpr (!std::is_void_v<T> && !std::default_initializable<T>) {
        if (options.child_errors == ChildErrors::consume) {
            throw std::invalid_argument(
                "consuming the errors of borrowed children needs a default-constructible T");
        }
    }
    if (children.empty()) return succeed(R());
    std::vector<detail::ConsumerRef> kept;
    for (Deferred<T>& child : children) kept.emplace_back(child.chain());
    using C = detail::ListCollector<T>;
    detail::Collecting<R, C> collecting(std::make_unique<C>(kept, options.fire_on_one_errback), false);
    for (std::size_t at = 0; at < kept.size(); ++at) {
        collecting.template attach<T, detail::ChildKind::borrowed>(
            *kept[at], at, options.child_errors == ChildErrors::consume);
    }
    return std::move(collecting).result();
}

/**
 * Waits for all to succeed: gives their values in the order of the children; for Deferred<void>, nothing.
 *
 * Errors:   FirstError with the index and the Failure of the first child that fails; the others go on, unheard.
 * Cancel:   as deferred_list(), so FirstError around a CancelledError, as a rule.
 * Spec:     gatherResults.
 */
template <class T>
Deferred<detail::Gathered<T>> gather(std::vector<Deferred<T>> children,
                                     ChildErrors child_errors = ChildErrors::consume) {
    using R = detail::Gathered<T>;
    if (children.empty()) {
        if constexpr (std::is_void_v<T>) {
            return succeed();
        } else {
            return succeed(R());
        }
    }
    const std::vector<detail::ConsumerRef> kept = detail::release_all(std::move(children));
    return detail::collect<T, R>(std::make_unique<detail::GatherCollector<T>>(kept), kept, false,
                                 child_errors);
}

/// The same for Deferreds of several types: gives a tuple, with a std::monostate where a child is Deferred<void>.
template <class First, class... T>
Deferred<std::tuple<detail::TupleElement<First>, detail::TupleElement<T>...>> gather(Deferred<First> first,
                                                                                     Deferred<T>... rest) {
    std::vector<detail::ConsumerRef> kept;
    kept.reserve(1 + sizeof...(T));
    kept.push_back(std::move(first).release());
    (kept.push_back(std::move(rest).release()), ...);
    return detail::gather_tuple<First, T...>(std::index_sequence_for<First, T...>(), kept);
}

/**
 * Waits for the first that succeeds: gives its value and its index; for Deferred<void>, the index. The others go on,
 * unheard.
 *
 * Errors:   FailureGroup if every child fails; std::invalid_argument without children; with fire_on_one_errback, a
 *           FirstError if a child fails before one succeeds.
 * Cancel:   as deferred_list().
 * Spec:     DeferredList with fireOnOneCallback.
 */
template <class T>
Deferred<detail::FirstSuccess<T>> first_success(std::vector<Deferred<T>> children,
                                                DeferredListOptions options = {}) {
    using R = detail::FirstSuccess<T>;
    if (children.empty()) return fail<R>(std::invalid_argument("first_success() of no Deferreds"));
    const std::vector<detail::ConsumerRef> kept = detail::release_all(std::move(children));
    return detail::collect<T, R>(
        std::make_unique<detail::FirstSuccessCollector<T>>(kept, options.fire_on_one_errback), kept, false,
        options.child_errors);
}

/**
 * Lets the children race: gives the index and the value of the first that succeeds (for Deferred<void>, the index),
 * after having cancelled all others.
 *
 * Errors:   FailureGroup if every child fails; std::invalid_argument without children. A loser's error is nobody's.
 * Cancel:   cancels every child in order; the race fails with CancelledError if that does not finish it.
 * Spec:     race.
 */
template <class T>
Deferred<detail::RaceWinner<T>> race(std::vector<Deferred<T>> children) {
    using R = detail::RaceWinner<T>;
    if (children.empty()) return fail<R>(std::invalid_argument("race() of no Deferreds"));
    const std::vector<detail::ConsumerRef> kept = detail::release_all(std::move(children));
    return detail::collect<T, R>(std::make_unique<detail::RaceCollector<T>>(kept), kept, true,
                                 ChildErrors::consume);
}

}  // namespace txcouchbase
