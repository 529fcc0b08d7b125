// Which chains compile and which must not; that this file compiles is the test.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/asio/use_awaitable.hpp>
#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "client/deferred.hpp"
#include "client/deferred_list.hpp"

namespace txcouchbase::test {
namespace {

using Text = std::string;

template <class D, class F>
using AfterCallback = decltype(std::declval<D>().add_callback(std::declval<F>()));
template <class D, class F>
concept TakesCallback = requires(D&& d, F f) {
    std::forward<D>(d).add_callback(f);
};
template <class D, class G>
concept TakesErrback = requires(D&& d, G g) {
    std::forward<D>(d).add_errback(g);
};
template <class D, class F, class G>
concept TakesCallbacks = requires(D&& d, F f, G g) {
    std::forward<D>(d).add_callbacks(f, g);
};
template <class D, class H>
concept TakesBoth = requires(D&& d, H h) {
    std::forward<D>(d).add_both(h);
};
template <class D, class F>
concept TakesFinally = requires(D&& d, F f) {
    std::forward<D>(d).finally(f);
};
template <class D, class R>
concept ChainsTo = requires(D&& d, R r) {
    std::forward<D>(d).chain_deferred(r);
};
template <class R, class V>
concept Fires = requires(R r, V&& v) {
    r.callback(std::forward<V>(v));
};
template <class T, class C>
concept TakesCanceller = requires(C c) {
    make_deferred<T>(c);
};
template <class V>
concept Succeeds = requires(V&& v) {
    succeed(std::forward<V>(v));
};
template <class... V>
concept Fails = requires(V&&... v) {
    fail(std::forward<V>(v)...);
};
template <class F>
concept Executes = requires(F f) {
    execute(f);
};
template <class F>
concept MaybeDefers = requires(F f) {
    maybe_deferred(f);
};
template <class C>
concept Lists = requires(const C& children) {
    deferred_list(children);
};
template <class P, class A>
concept Awaits = requires(P& p, A&& a) {
    p.await_transform(std::forward<A>(a));
};
template <class D>
concept Completes = requires(D&& d) {
    std::forward<D>(d)(boost::asio::use_awaitable);
};

// C2: the handle names the type at the tail. A change of type needs an rvalue; without one, any handle will do.
static_assert(std::same_as<AfterCallback<Deferred<int>, Text (*)(int)>, Deferred<Text>>);
static_assert(std::same_as<AfterCallback<Deferred<int>&, int (*)(int)>, Deferred<int>&>);
static_assert(!TakesCallback<Deferred<int>&, Text (*)(int)>);
static_assert(TakesCallback<Deferred<int>, Text (*)(int)>);

// C3, C4: Deferred moves, Resolver copies; each is one pointer.
static_assert(std::movable<Deferred<int>> && !std::copyable<Deferred<int>>);
static_assert(std::copyable<Resolver<int>>);
static_assert(sizeof(Deferred<Text>) == sizeof(void*) && sizeof(Resolver<Text>) == sizeof(void*));
static_assert(std::same_as<decltype(make_deferred<int>([](Resolver<int>&) {}).deferred), Deferred<int>>);
static_assert(TakesCanceller<int, void (*)(Resolver<int>&)>);
static_assert(!TakesCanceller<int, void (*)(Resolver<Text>&)>);

// C7: void handlers take nothing, and what returns nothing leaves Deferred<void>.
static_assert(std::same_as<AfterCallback<Deferred<int>, void (*)(int)>, Deferred<void>>);
static_assert(TakesCallback<Deferred<void>&, void (*)()>);
static_assert(!TakesCallback<Deferred<void>, void (*)(int)>);
static_assert(!TakesCallback<Deferred<int>, void (*)()>);

// C8: nothing is dropped silently; what is returned from a handler is consumed.
static_assert(!std::convertible_to<Deferred<int>, Deferred<void>>);
static_assert(std::same_as<decltype(std::declval<Deferred<int>>().ignore()), Deferred<void>>);
static_assert(!TakesCallback<Deferred<int>, Deferred<int>& (*)(int)>);
static_assert(ChainsTo<Deferred<int>, Resolver<int>>);
static_assert(!ChainsTo<Deferred<int>&, Resolver<int>>);
static_assert(
    std::same_as<decltype(std::declval<Deferred<int>>().chain_deferred(Resolver<int>())), Deferred<void>>);
static_assert(!ChainsTo<Deferred<int>, Resolver<Text>>);

// C9: move-only values go anywhere.
using Pointer = std::unique_ptr<int>;
static_assert(std::same_as<AfterCallback<Deferred<Pointer>, Pointer (*)(Pointer)>, Deferred<Pointer>>);
static_assert(TakesCallback<Deferred<Pointer>, void (*)(Pointer&&)>);
static_assert(TakesCallback<Deferred<Pointer>, void (*)(const Pointer&)>);
static_assert(!TakesCallback<Deferred<Pointer>, void (*)(Pointer&)>);
static_assert(Fires<Resolver<Pointer>, Pointer> && !Fires<Resolver<Pointer>, const Pointer&>);

// C10: a handler returns U, void, Deferred<U> or Outcome<U>, and each leaves Deferred<U>.
static_assert(std::same_as<AfterCallback<Deferred<int>, Deferred<Text> (*)(int)>, Deferred<Text>>);
static_assert(std::same_as<AfterCallback<Deferred<int>, Outcome<Text> (*)(int)>, Deferred<Text>>);
static_assert(std::same_as<AfterCallback<Deferred<int>, Deferred<void> (*)(int)>, Deferred<void>>);
static_assert(!DeferredValue<Deferred<int>> && !DeferredValue<Outcome<int>> && !DeferredValue<Failure>);
static_assert(!DeferredValue<std::exception_ptr> && !DeferredValue<int&> && !DeferredValue<const int>);
static_assert(!DeferredValue<int[3]> && DeferredValue<std::reference_wrapper<int>> && DeferredValue<int*>);
static_assert(!TakesCallback<Deferred<int>, Failure (*)(int)>);
static_assert(!TakesCallback<Deferred<int>, int& (*)(int)>);
static_assert(!TakesCallback<Deferred<int>, std::exception_ptr (*)(int)>);
static_assert(!TakesCallback<Deferred<int>, Outcome<Outcome<int>> (*)(int)>);

// C11: an errback gives a T, now, later or not at all, or stays on the error side.
static_assert(TakesErrback<Deferred<int>&, int (*)(const Failure&)>);
static_assert(TakesErrback<Deferred<int>, short (*)(Failure)>);
static_assert(TakesErrback<Deferred<int>, Deferred<int> (*)(const Failure&)>);
static_assert(TakesErrback<Deferred<int>, Outcome<int> (*)(const Failure&)>);
static_assert(TakesErrback<Deferred<int>, Failure (*)(const Failure&)>);
static_assert(!TakesErrback<Deferred<int>, void (*)(const Failure&)>);
static_assert(!TakesErrback<Deferred<int>, Text (*)(const Failure&)>);
static_assert(!TakesErrback<Deferred<int>, Deferred<Text> (*)(const Failure&)>);
static_assert(!TakesErrback<Deferred<int>, int (*)(Failure&)>);
static_assert(!TakesErrback<Deferred<int>, int (*)()>);
static_assert(TakesErrback<Deferred<void>, void (*)(const Failure&)>);
static_assert(TakesErrback<Deferred<void>, Failure (*)(const Failure&)>);
static_assert(!TakesErrback<Deferred<void>, int (*)(const Failure&)>);
static_assert(TakesCallbacks<Deferred<int>, Text (*)(int), Text (*)(const Failure&)>);
static_assert(TakesCallbacks<Deferred<int>, Text (*)(int), Failure (*)(const Failure&)>);
static_assert(!TakesCallbacks<Deferred<int>, Text (*)(int), int (*)(const Failure&)>);
static_assert(!TakesCallbacks<Deferred<int>&, Text (*)(int), Text (*)(const Failure&)>);

// C12: add_both() takes an Outcome.
static_assert(TakesBoth<Deferred<int>&, int (*)(Outcome<int>)>);
static_assert(TakesBoth<Deferred<int>, Text (*)(Outcome<int>&&)>);
static_assert(!TakesBoth<Deferred<int>&, Text (*)(Outcome<int>)>);
static_assert(!TakesBoth<Deferred<int>, int (*)(int)>);
static_assert(TakesFinally<Deferred<int>, void (*)()> && !TakesFinally<Deferred<int>, int (*)()>);

// C15: a Deferred is never a value.
static_assert(Fires<Resolver<int>, int> && Fires<Resolver<int>, Failure> &&
              !Fires<Resolver<int>, Deferred<int>>);
static_assert(Succeeds<int> && !Succeeds<Deferred<int>> && !Succeeds<Failure>);

static_assert(!Fails<CancelledError>);
static_assert(std::same_as<decltype(fail<int>(CancelledError())), Deferred<int>>);
static_assert(Executes<int (*)()> && !Executes<Deferred<int> (*)()> && !Executes<Outcome<int> (*)()>);
static_assert(MaybeDefers<int (*)()> && MaybeDefers<Deferred<int> (*)()> && !MaybeDefers<int& (*)()>);

// C23: children that the caller keeps are copied from.
template <class T>
using Kept = std::vector<std::reference_wrapper<Deferred<T>>>;
static_assert(Lists<Kept<int>> && !Lists<Kept<Pointer>>);

// C27: only an rvalue can be awaited, and only by a coroutine that returns a Deferred.
using Promise = std::coroutine_traits<Deferred<int>>::promise_type;
static_assert(Awaits<Promise, Deferred<Text>> && !Awaits<Promise, Deferred<Text>&>);

static_assert(!Awaits<Promise, std::suspend_always>);

// A completion token wants a T that it can make up beside an exception.
struct NoDefault {
    explicit NoDefault(int) {}
};
static_assert(Completes<Deferred<int>> && Completes<Deferred<void>> && !Completes<Deferred<int>&>);

static_assert(!Completes<Deferred<NoDefault>>);

TEST(Types, CompileAsTheyShould) {}

}  // namespace
}  // namespace txcouchbase::test
