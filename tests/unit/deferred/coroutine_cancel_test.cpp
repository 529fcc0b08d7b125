// Cancelling coroutines: the cancellation goes to what they await, and what they make of it is the result.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Cancel = std::function<void(Resolver<int>&)>;

/// What a coroutine does with the cancellation: the five scenarios of the original tests.
Deferred<int> passes(Deferred<int> awaited) {
    co_return co_await std::move(awaited);
}

Deferred<int> translates(Deferred<int> awaited) {
    try {
        co_return co_await std::move(awaited);
    } catch (const CancelledError&) {
        throw GenericError("translated");
    }
}

Deferred<int> recovers(Deferred<int> awaited) {
    const Outcome<int> outcome = co_await as_outcome(std::move(awaited));
    co_return outcome ? *outcome : 4321;
}

/// How deep the coroutine under test stands: alone, below another one, or awaiting something else first.
enum class Depth { plain, stacked, second_await };

Deferred<int> one_less(Deferred<int> awaited) {
    co_return co_await std::move(awaited) - 1;
}

Deferred<int> after_a_first_await(Deferred<int> (*scenario)(Deferred<int>), Deferred<int> awaited) {
    co_await succeed();
    co_return co_await scenario(std::move(awaited));
}

Deferred<int> start(Depth depth, Deferred<int> (*scenario)(Deferred<int>), Deferred<int> awaited) {
    switch (depth) {
        case Depth::plain: return scenario(std::move(awaited));
        case Depth::stacked: return passes(scenario(std::move(awaited)));
        case Depth::second_await: return after_a_first_await(scenario, std::move(awaited));
    }
    return {};
}

/// Cancels the coroutine and returns how it ended.
std::vector<Outcome<int>> cancelled(Depth depth, Deferred<int> (*scenario)(Deferred<int>),
                                    const Cancel& canceller = {}) {
    auto [resolver, awaited] = canceller ? make_deferred<int>(canceller) : make_deferred<int>();
    auto deferred = start(depth, scenario, std::move(awaited));
    EXPECT_FALSE(deferred.is_fired());
    deferred.cancel();
    EXPECT_TRUE(resolver.is_cancelled());
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    return got;
}

void expect_cascade(Depth depth) {
    EXPECT_NE(error_in<CancelledError>(cancelled(depth, passes)), nullptr);
}

void expect_errback_of_the_canceller(Depth depth) {
    const auto got = cancelled(depth, passes, [](Resolver<int>& r) { r.errback(ValueError("canceller's")); });
    EXPECT_NE(error_in<ValueError>(got), nullptr);
}

void expect_translation(Depth depth) {
    EXPECT_NE(error_in<GenericError>(cancelled(depth, translates)), nullptr);
}

void expect_success(Depth depth) {
    auto [resolver, awaited] = make_deferred<int>();
    auto deferred = one_less(start(depth, recovers, std::move(awaited)));
    deferred.cancel();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 4320);
}

void expect_wait_for_asynchronous_cancel(Depth depth) {
    auto [resolver, awaited] = make_deferred<int>();
    auto [answer_resolver, answer] = make_deferred<int>([](Resolver<int>&) { ADD_FAILURE(); });
    awaited.add_errback([&a = answer](const Failure&) { return std::move(a); });
    auto deferred = start(depth, passes, std::move(awaited));
    std::vector<int> order;
    deferred.add_callback([&](int value) { return order.push_back(value), value + 1; });
    deferred.cancel();
    EXPECT_FALSE(deferred.is_fired());
    answer_resolver.callback(6543);
    EXPECT_EQ(order, (std::vector<int>{6543}));
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 6544);
}

TEST(CancellationTests, CascadeCancellingDeferred) {
    expect_cascade(Depth::plain);
}
TEST(CancellationTests, CascadeCancellingDeferredStacked) {
    expect_cascade(Depth::stacked);
}
TEST(CancellationTests, CascadeCancellingDeferredSecondAwait) {
    expect_cascade(Depth::second_await);
}
TEST(CancellationTests, ErrbackCancellingDeferred) {
    expect_errback_of_the_canceller(Depth::plain);
}
TEST(CancellationTests, ErrbackCancellingDeferredStacked) {
    expect_errback_of_the_canceller(Depth::stacked);
}
TEST(CancellationTests, ErrbackCancellingDeferredSecondAwait) {
    expect_errback_of_the_canceller(Depth::second_await);
}
TEST(CancellationTests, ErrorToErrorTranslation) {
    expect_translation(Depth::plain);
}
TEST(CancellationTests, ErrorToErrorTranslationStacked) {
    expect_translation(Depth::stacked);
}
TEST(CancellationTests, ErrorToErrorTranslationSecondAwait) {
    expect_translation(Depth::second_await);
}
TEST(CancellationTests, ErrorToSuccessTranslation) {
    expect_success(Depth::plain);
}
TEST(CancellationTests, ErrorToSuccessTranslationStacked) {
    expect_success(Depth::stacked);
}
TEST(CancellationTests, ErrorToSuccessTranslationSecondAwait) {
    expect_success(Depth::second_await);
}
TEST(CancellationTests, AsynchronousCancellation) {
    expect_wait_for_asynchronous_cancel(Depth::plain);
}
TEST(CancellationTests, AsynchronousCancellationStacked) {
    expect_wait_for_asynchronous_cancel(Depth::stacked);
}
TEST(CancellationTests, AsynchronousCancellationSecondAwait) {
    expect_wait_for_asynchronous_cancel(Depth::second_await);
}

Deferred<int> captures_one_cancel(Deferred<int> first, Deferred<int> second) {
    (void)co_await as_outcome(std::move(first));
    co_return co_await std::move(second);
}

TEST(CancellationTests, CancelCaptured) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    auto deferred = captures_one_cancel(std::move(first), std::move(second));
    deferred.cancel();
    EXPECT_TRUE(first_resolver.is_cancelled());
    EXPECT_FALSE(deferred.is_fired());
    deferred.cancel();
    EXPECT_TRUE(second_resolver.is_cancelled());
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(CoroutineCancel, WhileItRunsReachesTheNextThingItWaitsFor) {
    auto [gate_resolver, gate] = make_deferred<void>();
    auto [ready_resolver, ready] = make_deferred<int>();
    auto [next_resolver, next] = make_deferred<int>();
    ready_resolver.callback(1);
    Deferred<int> own;
    own = [](Deferred<int>& self, Deferred<void> first, Deferred<int> second,
             Deferred<int> third) -> Deferred<int> {
        co_await std::move(first);
        self.cancel();
        const int value = co_await std::move(second);  // ready: not a wait
        co_return value + co_await std::move(third);
    }(own, std::move(gate), std::move(ready), std::move(next));
    gate_resolver.callback();
    EXPECT_TRUE(next_resolver.is_cancelled());
    std::vector<Outcome<int>> got;
    collect(std::move(own), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(CoroutineCancel, ACancellerThatThrowsComesOutAndTheCoroutineStaysSuspended) {
    auto [resolver, awaited] = make_deferred<int>([](Resolver<int>&) { throw GenericError("no"); });
    auto deferred = passes(std::move(awaited));
    EXPECT_THROW(deferred.cancel(), GenericError);
    EXPECT_FALSE(deferred.is_fired());
    resolver.callback(3);
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 3);
}

TEST(CoroutineCancel, OfAnOrphanedAwaitStillWorks) {
    auto [resolver, awaited] = make_deferred<int>();
    auto deferred = passes(std::move(awaited));
    resolver = {};
    deferred.cancel();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(CoroutineCancel, FromADestructorOfItsFrameDoesNothing) {
    struct CancelsLate {
        explicit CancelsLate(CancelHandle* of) : handle(of) {}
        CancelsLate(CancelsLate&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
        ~CancelsLate() {
            if (handle != nullptr) handle->cancel();
        }
        CancelHandle* handle;
    };
    CancelHandle handle;
    auto [resolver, awaited] = make_deferred<int>();
    auto deferred = [](CancelsLate, Deferred<int> gate) -> Deferred<int> {
        co_return co_await std::move(gate);
    }(CancelsLate(&handle), std::move(awaited));
    handle = deferred.cancel_handle();
    resolver.callback(2);
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 2);
}

TEST(CoroutineCancel, AfterCompletionDoesNothing) {
    auto deferred = passes(succeed(1));
    deferred.cancel();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 1);
}

TEST(CoroutineCancel, ALoopMayCatchItAndAwaitAgain) {
    std::vector<Resolver<int>> resolvers;
    auto deferred = [](std::vector<Resolver<int>>& made) -> Deferred<int> {
        for (;;) {
            auto ends = make_deferred<int>();
            made.push_back(std::move(ends.resolver));
            const Outcome<int> outcome = co_await as_outcome(std::move(ends.deferred));
            if (outcome) co_return *outcome;
        }
    }(resolvers);
    deferred.cancel();
    deferred.cancel();
    ASSERT_EQ(resolvers.size(), 3U);
    resolvers[2].callback(8);
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 8);
}

}  // namespace
}  // namespace txcouchbase::test
