// Which handlers a Deferred<T> takes, and what Deferred they leave.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>

#include <txcouchbase/failure.hpp>

namespace txcouchbase {

namespace detail {

template <class T>
inline constexpr bool is_deferred = false;
template <class T>
inline constexpr bool is_outcome = false;
template <class T>
inline constexpr bool is_outcome<Outcome<T>> = true;

}  // namespace detail

/// What a Deferred can hold: void, or any movable object type that is not itself one of the wrappers. No references:
/// hold a pointer.
template <class T>
concept DeferredValue = std::is_void_v<T> ||
    (std::is_object_v<T> && !std::is_array_v<T> && std::same_as<T, std::remove_cv_t<T>> &&
     !std::same_as<T, Failure> && !std::same_as<T, std::exception_ptr> && !detail::is_outcome<T> &&
     !detail::is_deferred<T>);

template <DeferredValue T>
class Deferred;
template <DeferredValue T>
class Resolver;

namespace detail {

template <class T>
inline constexpr bool is_deferred<Deferred<T>> = true;

/// What is left of a handler's return type when Deferred and Outcome are taken off.
template <class R>
struct Flat {
    using type = std::remove_cv_t<R>;
};
template <class U>
struct Flat<Deferred<U>> {
    using type = U;
};
template <class U>
struct Flat<Outcome<U>> {
    using type = U;
};

template <class F, class T>
struct InvokeWithValue : std::invoke_result<F, T> {};
template <class F>
struct InvokeWithValue<F, void> : std::invoke_result<F> {};

/// A return type from which a chain can go on; a bare Failure says nothing about the type, an Outcome does.
template <class R>
concept HandlerReturn = DeferredValue<typename Flat<R>::type>;

/// A success handler: called with the value, as an rvalue; for void, without argument.
template <class F, class T>
concept ValueHandler = requires {
    typename InvokeWithValue<F, T>::type;
}
&&HandlerReturn<typename InvokeWithValue<F, T>::type>;

template <class F, class T>
using ValueHandlerResult = typename Flat<typename InvokeWithValue<F, T>::type>::type;

/// What may take the place of a T on the error side: nothing but a T, whether later or not at all.
template <class R, class T>
concept Recovery = std::same_as<R, Failure> || std::same_as<R, Deferred<T>> || std::same_as<R, Outcome<T>> ||
                   (std::is_void_v<T>&& std::is_void_v<R>) ||
                   (!std::is_void_v<T> && !is_deferred<R> && !is_outcome<R> && std::convertible_to<R, T>);

/// An error handler.
template <class G, class T>
concept FailureHandler =
    std::invocable<G, Failure> && Recovery<std::remove_cv_t<std::invoke_result_t<G, Failure>>, T>;

/// A handler of both sides.
template <class H, class T>
concept BothHandler = ValueHandler<H, Outcome<T>>;

template <class F, class T>
concept KeepsType = std::same_as<ValueHandlerResult<F, T>, T>;

}  // namespace detail
}  // namespace txcouchbase
