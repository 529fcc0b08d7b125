// Coroutines that return Deferreds: results, order, nesting, lifetimes.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

template <class T>
Deferred<T> give(T value) {
    co_return value;
}

Deferred<int> doubled(Deferred<int> awaited) {
    const int value = co_await std::move(awaited);
    co_return 2 * value;
}

template <class T>
const Outcome<T>& only(const std::vector<Outcome<T>>& got) {
    EXPECT_EQ(got.size(), 1U);
    return got.at(0);
}

TEST(Deferred, test_fromCoroutine) {
    std::vector<Outcome<int>> got;
    collect(give(1), got);
    EXPECT_EQ(only(got).value(), 1);
}

TEST(Deferred, test_maybeDeferredCoroutineSuccess) {
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([]() -> Deferred<int> { co_return 7; }), got);
    EXPECT_EQ(only(got).value(), 7);
}

TEST(Deferred, test_maybeDeferredCoroutineSuccessIndirect) {
    std::vector<Outcome<int>> got;
    const auto plain = [] { return give(7); };
    collect(maybe_deferred(plain).add_callback([](int value) { return value + 1; }), got);
    EXPECT_EQ(only(got).value(), 8);
}

TEST(Deferred, test_maybeDeferredCoroutineFailure) {
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([]() -> Deferred<int> {
                throw ValueError("from the coroutine");
                co_return 1;
            }),
            got);
    EXPECT_NE(error_in<ValueError>(got), nullptr);
}

TEST(EnsureDeferredTests, test_passesThroughDeferreds) {
    auto deferred = succeed(1);
    const std::string identity = deferred.debug_string();
    EXPECT_EQ(maybe_deferred([&] { return std::move(deferred); }).debug_string(), identity);
}

TEST(Deferred, test_ensureDeferredCoroutine) {
    std::vector<Outcome<std::string>> got;
    collect([]() -> Deferred<std::string> { co_return co_await succeed(std::string("foo")); }(), got);
    EXPECT_EQ(only(got).value(), "foo");
}

Deferred<int> holds(std::shared_ptr<int> argument, Deferred<void> gate) {
    co_await std::move(gate);
    co_return *argument;
}

TEST(Deferred, test_coroutineNoCircularReference) {
    auto argument = std::make_shared<int>(3);
    const std::weak_ptr<int> watch = argument;
    auto [resolver, gate] = make_deferred<void>();
    auto deferred = holds(std::move(argument), std::move(gate));
    bool was_freed = false;
    deferred.add_callback([&](int value) { return was_freed = watch.expired(), value; });
    EXPECT_FALSE(watch.expired());
    resolver.callback();
    EXPECT_TRUE(was_freed) << "parameters die before the first handler runs";
}

TEST(AwaitTests, fromCoroutine) {
    std::vector<Outcome<std::string>> got;
    collect(give(std::string("foo")), got);
    EXPECT_EQ(only(got).value(), "foo");
}

TEST(AwaitTests, basic) {
    std::vector<Outcome<int>> got;
    collect(doubled(succeed(21)), got);
    EXPECT_EQ(only(got).value(), 42);
}

TEST(AwaitTests, basicEnsureDeferred) {
    auto [resolver, pending] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(doubled(std::move(pending)), got);
    EXPECT_TRUE(got.empty());
    resolver.callback(21);
    EXPECT_EQ(only(got).value(), 42);
}

TEST(AwaitTests, exception) {
    std::vector<Outcome<int>> got;
    collect(
        []() -> Deferred<int> {
            co_await succeed();
            throw ValueError("Oh no!");
        }(),
        got);
    EXPECT_NE(error_in<ValueError>(got), nullptr);
}

Deferred<void> section(std::vector<int>& sections, int first, Deferred<void> gate) {
    sections.push_back(first);
    co_await std::move(gate);
    sections.push_back(first + 1);
}

Deferred<void> two_sections(std::vector<int>& sections, Deferred<void> first, Deferred<void> second) {
    co_await section(sections, 1, std::move(first));
    co_await section(sections, 3, std::move(second));
    sections.push_back(5);
}

TEST(AwaitTests, twoDeep) {
    std::vector<int> sections;
    auto [first_timer, first] = make_deferred<void>();
    auto [second_timer, second] = make_deferred<void>();
    auto deferred = two_sections(sections, std::move(first), std::move(second));
    EXPECT_EQ(sections, (std::vector<int>{1}));
    first_timer.callback();
    EXPECT_EQ(sections, (std::vector<int>{1, 2, 3}));
    second_timer.callback();
    EXPECT_EQ(sections, (std::vector<int>{1, 2, 3, 4, 5}));
    EXPECT_TRUE(deferred.is_fired());
}

TEST(AwaitTests, reraise) {
    std::vector<std::string> got;
    auto run = [&]() -> Deferred<void> {
        try {
            co_await fail<int>(ValueError("Boom"));
        } catch (const ValueError& error) {
            got.push_back(error.what());
        }
    };
    EXPECT_TRUE(run().is_fired());
    EXPECT_EQ(got, (std::vector<std::string>{"Boom"}));
}

TEST(AwaitTests, chained) {
    auto [resolver, inner] = make_deferred<int>();
    auto waiting = succeed().add_callback([&i = inner] { return std::move(i); });
    std::vector<Outcome<int>> got;
    collect(doubled(std::move(waiting)), got);
    EXPECT_TRUE(got.empty()) << "fired, but waiting";
    resolver.callback(4);
    EXPECT_EQ(only(got).value(), 8);
}

Deferred<std::string> values_and_errors(std::vector<std::string>& log, Deferred<int> value,
                                        Deferred<int> error) {
    log.push_back(std::to_string(co_await std::move(value)));
    try {
        co_await std::move(error);
    } catch (const GenericError& caught) {
        log.push_back(caught.what());
    }
    co_return "WOOSH";
}

TEST(BasicTests, Basics) {
    std::vector<std::string> log;
    std::vector<Outcome<std::string>> got;
    collect(values_and_errors(log, succeed(1), fail<int>(GenericError("e"))), got);
    EXPECT_EQ(only(got).value(), "WOOSH");
    EXPECT_EQ(log, (std::vector<std::string>{"1", "e"}));
}

TEST(BasicTests, BasicsAsync) {
    std::vector<std::string> log;
    std::vector<Outcome<std::string>> got;
    auto [first, value] = make_deferred<int>();
    auto [second, error] = make_deferred<int>();
    collect(values_and_errors(log, std::move(value), std::move(error)), got);
    first.callback(1);
    EXPECT_TRUE(got.empty());
    second.errback(GenericError("e"));
    EXPECT_EQ(only(got).value(), "WOOSH");
    EXPECT_EQ(log, (std::vector<std::string>{"1", "e"}));
}

TEST(BasicTests, ProducesException) {
    std::vector<Outcome<int>> got;
    auto [resolver, gate] = make_deferred<void>();
    collect(
        [](Deferred<void> awaited) -> Deferred<int> {
            co_await std::move(awaited);
            throw GenericError("produced");
        }(std::move(gate)),
        got);
    resolver.callback();
    EXPECT_NE(error_in<GenericError>(got), nullptr);
}

TEST(BasicTests, Nothing) {
    std::vector<Outcome<void>> got;
    collect([]() -> Deferred<void> { co_return; }(), got);
    EXPECT_TRUE(only(got));
}

Deferred<int> handles_its_last_failure(Deferred<int> failing) {
    try {
        co_await std::move(failing);
    } catch (const GenericError&) {
        co_return 5;
    }
    co_return 0;
}

TEST(BasicTests, HandledTerminalFailure) {
    std::vector<Outcome<int>> got;
    collect(handles_its_last_failure(fail<int>(GenericError("terminal"))), got);
    EXPECT_EQ(only(got).value(), 5);
}

TEST(BasicTests, HandledTerminalAsyncFailure) {
    auto [resolver, failing] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(handles_its_last_failure(std::move(failing)), got);
    resolver.errback(GenericError("terminal"));
    EXPECT_EQ(only(got).value(), 5);
}

const void* stack_here() {
    return __builtin_frame_address(0);
}

TEST(BasicTests, StackUsage) {
    std::vector<Outcome<bool>> got;
    collect(
        []() -> Deferred<bool> {
            const void* before = stack_here();
            for (int at = 0; at < 20'000; ++at) co_await succeed(at);
            co_return before == stack_here();
        }(),
        got);
    EXPECT_TRUE(only(got).value());
}

TEST(BasicTests, StackUsage2) {
    std::vector<Outcome<int>> got;
    collect(
        []() -> Deferred<int> {
            int sum = 0;
            for (int at = 0; at < 5'000; ++at) sum += co_await give(1);
            co_return sum;
        }(),
        got);
    EXPECT_EQ(only(got).value(), 5'000);
}

TEST(BasicTests, NoCircularReference) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    std::vector<Outcome<int>> got;
    collect(holds(std::move(held), succeed()), got);
    EXPECT_TRUE(watch.expired());
}

// Nested coroutines write down where they are; the numbers of the original tests are kept.
struct Stacked {
    Deferred<void> inner(Deferred<void> gate, int at) {
        log.push_back(at);
        co_await std::move(gate);
        log.push_back(at + 1);
    }
    std::vector<int> log;
    DeferredEnds<void> first = make_deferred<void>();
    DeferredEnds<void> second = make_deferred<void>();
};

TEST(StackedInlineCallbacksTests, testEntryIsOuterToInnerAndExitInnerToOuter) {
    Stacked s;
    auto outer = [&]() -> Deferred<void> {
        s.log.push_back(1);
        co_await [&]() -> Deferred<void> {
            s.log.push_back(2);
            co_await s.inner(std::move(s.first.deferred), 3);
            s.log.push_back(5);
        }();
        s.log.push_back(6);
    };
    auto deferred = outer();
    deferred.add_callback([&] { s.log.push_back(7); });
    EXPECT_EQ(s.log, (std::vector<int>{1, 2, 3}));
    s.first.resolver.callback();
    EXPECT_EQ(s.log, (std::vector<int>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(StackedInlineCallbacksTests, testNonCallerCanceledValueFlowsUpTheLevels) {
    auto [resolver, leaf] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(doubled(doubled(doubled(std::move(leaf)))), got);
    resolver.callback(1);
    EXPECT_EQ(only(got).value(), 8);
}

TEST(StackedInlineCallbacksTests, testRepeatedAwaitsAdvanceOneByOne) {
    std::vector<Resolver<int>> resolvers;
    std::vector<Outcome<int>> got;
    collect(
        [](std::vector<Resolver<int>>& made) -> Deferred<int> {
            int sum = 0;
            for (int at = 0; at < 5; ++at) {
                auto ends = make_deferred<int>();
                made.push_back(std::move(ends.resolver));
                sum += co_await doubled(std::move(ends.deferred));
            }
            co_return sum;
        }(resolvers),
        got);
    for (std::size_t at = 0; at < 5; ++at) {
        ASSERT_EQ(resolvers.size(), at + 1);
        resolvers[at].callback(2);
    }
    EXPECT_EQ(only(got).value(), 20);
}

TEST(StackedInlineCallbacksTests, testCallbackAddedBeforeTheAwaitIsAppliedFirst) {
    auto [resolver, leaf] = make_deferred<int>();
    auto inner = doubled(std::move(leaf));
    inner.add_callback([](int value) { return value + 1; });
    std::vector<Outcome<int>> got;
    collect(doubled(std::move(inner)), got);
    resolver.callback(10);
    EXPECT_EQ(only(got).value(), 42);
}

template <class Error>
Deferred<int> catches(Deferred<int> inner, int instead) {
    try {
        co_return co_await std::move(inner);
    } catch (const Error&) {
        co_return instead;
    }
}

TEST(StackedInlineCallbacksTests, testErrorIsCaughtAtTheInnerLevel) {
    auto [resolver, leaf] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(catches<GenericError>(catches<GenericError>(std::move(leaf), 1), 2), got);
    resolver.errback(GenericError("e"));
    EXPECT_EQ(only(got).value(), 1);
}

TEST(StackedInlineCallbacksTests, testErrorIsCaughtAtTheOuterLevel) {
    auto [resolver, leaf] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(catches<GenericError>(catches<ValueError>(std::move(leaf), 1), 2), got);
    resolver.errback(GenericError("e"));
    EXPECT_EQ(only(got).value(), 2);
}

TEST(StackedInlineCallbacksTests, testErrorNobodyCatchesFailsTheOutermost) {
    auto [resolver, leaf] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(catches<ValueError>(catches<ValueError>(std::move(leaf), 1), 2), got);
    resolver.errback(GenericError("e"));
    EXPECT_NE(error_in<GenericError>(got), nullptr);
}

TEST(StackedInlineCallbacksTests, testErrorThrownBetweenAwaitsIsCaughtByTheCaller) {
    auto [resolver, gate] = make_deferred<void>();
    std::vector<Outcome<int>> got;
    auto throws = [](Deferred<void> awaited) -> Deferred<int> {
        co_await std::move(awaited);
        throw ValueError("between");
    };
    collect(catches<ValueError>(throws(std::move(gate)), 3), got);
    resolver.callback();
    EXPECT_EQ(only(got).value(), 3);
}

TEST(StackedInlineCallbacksTests, testErrorRaisedSynchronouslyIsCaughtByTheCaller) {
    std::vector<Outcome<int>> got;
    auto throws = []() -> Deferred<int> {
        throw ValueError("at once");
        co_return 0;
    };
    collect(catches<ValueError>(throws(), 4), got);
    EXPECT_EQ(only(got).value(), 4);
}

TEST(Coroutine, MayReturnAFailureWithoutAThrow) {
    std::vector<Outcome<int>> got;
    collect([]() -> Deferred<int> { co_return Failure(ValueError("returned")); }(), got);
    EXPECT_NE(error_in<ValueError>(got), nullptr);
}

TEST(Coroutine, AwaitingConsumesTheDeferredReadyOrNot) {
    auto ready = succeed(1);
    auto [resolver, pending] = make_deferred<int>();
    auto both = [](Deferred<int>& first, Deferred<int>& second) -> Deferred<int> {
        const int value = co_await std::move(first);
        co_return value + co_await std::move(second);
    };
    auto sum = both(ready, pending);
    EXPECT_FALSE(ready);
    EXPECT_FALSE(pending);
    resolver.callback(2);
    EXPECT_TRUE(sum.is_fired());
}

TEST(Coroutine, WhoseDeferredWasDroppedGoesOnAndItsErrorIsReported) {
    Reports reports;
    auto [resolver, gate] = make_deferred<void>();
    bool went_on = false;
    [](Deferred<void> awaited, bool& went) -> Deferred<void> {
        co_await std::move(awaited);
        went = true;
        throw GenericError("nobody listens");
    }(std::move(gate), went_on);
    resolver.callback();
    EXPECT_TRUE(went_on);
    EXPECT_EQ(reports.count(), 1U);
}

TEST(Coroutine, ThatNobodyCanResumeIsDestroyedWithItsDeferred) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    auto [resolver, gate] = make_deferred<void>();
    auto deferred = holds(std::move(held), std::move(gate));
    resolver = {};
    EXPECT_FALSE(watch.expired()) << "it can still be cancelled";
    deferred = {};
    EXPECT_TRUE(watch.expired());

    auto again = std::make_shared<int>(1);
    const std::weak_ptr<int> watch_again = again;
    auto [other_resolver, other_gate] = make_deferred<void>();
    holds(std::move(again), std::move(other_gate));
    EXPECT_FALSE(watch_again.expired()) << "dropped, but to be resumed";
    other_resolver = {};
    EXPECT_TRUE(watch_again.expired());
}

TEST(Coroutine, ThatAwaitsAnOrphanDiesInsteadOfWaitingForever) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    auto [gate_resolver, gate] = make_deferred<void>();
    [](std::shared_ptr<int> argument, Deferred<void> first) -> Deferred<void> {
        co_await std::move(first);
        auto orphan = make_deferred<void>();
        orphan.resolver = {};
        co_await std::move(orphan.deferred);
        ADD_FAILURE() << *argument;
    }(std::move(held), std::move(gate));
    EXPECT_FALSE(watch.expired());
    gate_resolver.callback();
    EXPECT_TRUE(watch.expired());
}

TEST(Coroutine, AwaitingItselfFails) {
    std::vector<Outcome<void>> got;
    auto [resolver, gate] = make_deferred<void>();
    Deferred<void> own;
    own = [](Deferred<void>& self, Deferred<void> first) -> Deferred<void> {
        co_await std::move(first);
        co_await std::move(self);
    }(own, std::move(gate));
    own.add_both([&](Outcome<void> outcome) { got.push_back(std::move(outcome)); });
    resolver.callback();
    EXPECT_NE(error_in<std::logic_error>(got), nullptr);
}

}  // namespace
}  // namespace txcouchbase::test
