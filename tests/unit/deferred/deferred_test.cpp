// Handlers, sides, pausing and order on one Deferred.
// SPDX-License-Identifier: Apache-2.0
#include "client/deferred.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Order = std::vector<int>;

TEST(Deferred, testCallbackWithoutArgs) {
    auto [resolver, deferred] = make_deferred<std::string>();
    std::vector<std::string> got;
    deferred.add_callbacks([&](std::string value) { return got.push_back(value), value; },
                           [](const Failure& failure) { return ADD_FAILURE(), failure; });
    resolver.callback("hello");
    EXPECT_EQ(got, (std::vector<std::string>{"hello"}));
}

TEST(Deferred, testCallbackWithArgs) {
    auto [resolver, deferred] = make_deferred<std::string>();
    std::vector<std::string> got;
    std::move(deferred).add_callback([&got, bound = std::string("world")](const std::string& value) {
        got = {value, bound};
    });
    resolver.callback("hello");
    EXPECT_EQ(got, (std::vector<std::string>{"hello", "world"}));
}

TEST(Deferred, testTwoCallbacks) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<std::string> got;
    std::move(deferred)
        .add_callback([](int value) { return std::to_string(value) + "!"; })
        .add_callback([&](const std::string& value) { got.push_back(value); });
    resolver.callback(5);
    EXPECT_EQ(got, (std::vector<std::string>{"5!"}));
}

TEST(Deferred, test_addCallbacksNoneErrback) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<std::string> seen;
    deferred.add_callback(
        [&](int value) { return ADD_FAILURE(), value; });  // its missing errback lets the error pass
    std::move(deferred).add_callbacks([](int) { ADD_FAILURE(); },
                                      [&](const Failure& f) { seen.push_back(f.what()); });
    resolver.errback(GenericError("foo"));
    EXPECT_EQ(seen, (std::vector<std::string>{"foo"}));
}

TEST(Deferred, testImmediateSuccess) {
    std::vector<std::string> got;
    succeed(std::string("success")).add_callback([&](std::string value) { got.push_back(value); });
    EXPECT_EQ(got, (std::vector<std::string>{"success"}));
}

TEST(Deferred, test_succeedMatchesManualSuccess) {
    auto [resolver, manual] = make_deferred<int>();
    resolver.callback(7);
    auto made = succeed(7);
    const auto without_identity = [](const std::string& text) { return text.substr(text.find(' ', 9)); };
    EXPECT_EQ(made.is_fired(), manual.is_fired());
    EXPECT_EQ(without_identity(made.debug_string()), without_identity(manual.debug_string()));
    std::vector<int> got;
    for (auto* each : {&made, &manual})
        each->add_callback([&](int value) { return got.push_back(value), value; });
    EXPECT_EQ(got, (std::vector<int>{7, 7}));
}

TEST(Deferred, testImmediateFailure) {
    std::vector<Failure> got;
    fail<int>(GenericError("fail")).add_errback([&](const Failure& failure) {
        return got.push_back(failure), 0;
    });
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].what(), "fail");
}

TEST(Deferred, testPausedFailure) {
    std::vector<std::string> got;
    auto deferred = fail<int>(GenericError("fail"));
    deferred.pause();
    deferred.add_errback([&](const Failure& failure) { return got.push_back(failure.what()), 0; });
    EXPECT_TRUE(got.empty());
    deferred.unpause();
    EXPECT_EQ(got, (std::vector<std::string>{"fail"}));
}

TEST(Deferred, testCallbackErrors) {
    std::vector<std::string> got;
    const auto keep = [&](const Failure& failure) { return got.push_back(failure.what()), 0; };
    succeed(1).add_callback([](int) -> int { throw GenericError("thrown"); }).add_errback(keep);
    succeed(1)
        .add_callback([](int) -> Outcome<int> { return Failure(GenericError("returned")); })
        .add_errback(keep);
    EXPECT_EQ(got, (std::vector<std::string>{"thrown", "returned"}));
}

TEST(Deferred, testUnpauseBeforeCallback) {
    auto [resolver, deferred] = make_deferred<int>();
    deferred.pause();
    deferred.add_callback([](int value) { return ADD_FAILURE(), value; });
    deferred.unpause();
    EXPECT_FALSE(deferred.is_fired());
}

TEST(Deferred, test_callbackMaybeReturnsFailure) {
    const Failure error(GenericError("maybe"));
    const auto maybe = [&](bool succeeds) -> Outcome<int> {
        if (succeeds) return 3;
        return error;
    };
    std::vector<Outcome<int>> got;
    collect(succeed(true).add_callback(maybe), got);
    collect(succeed(false).add_callback(maybe), got);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].value(), 3);
    EXPECT_EQ(got[1].failure(), error);
}

TEST(Deferred, test_maybeDeferredSync) {
    std::vector<Outcome<std::string>> got;
    collect(maybe_deferred([] { return std::string("value"); }), got);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].value(), "value");
}

TEST(Deferred, test_maybeDeferredSyncWithArgs) {
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([](int x) { return x + 5; }, 10), got);
    EXPECT_EQ(got.at(0).value(), 15);
}

TEST(Deferred, test_maybeDeferredSyncException) {
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([]() -> int { throw ValueError("that value is unacceptable"); }), got);
    ASSERT_NE(error_in<ValueError>(got), nullptr);
    EXPECT_STREQ(error_in<ValueError>(got)->what(), "that value is unacceptable");
}

TEST(Deferred, test_maybeDeferredSyncFailure) {
    const Failure error(GenericError("as it is"));
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([&]() -> Outcome<int> { return error; }), got);
    EXPECT_EQ(got.at(0).failure(), error);
}

TEST(Deferred, test_maybeDeferredAsync) {
    auto [resolver, deferred] = make_deferred<int>();
    const std::string identity = deferred.debug_string();
    auto same = maybe_deferred([&d = deferred] { return std::move(d); });
    EXPECT_EQ(same.debug_string(), identity);
    std::vector<Outcome<int>> got;
    collect(std::move(same), got);
    resolver.callback(8);
    EXPECT_EQ(got.at(0).value(), 8);
}

TEST(Deferred, test_maybeDeferredAsyncError) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([&d = deferred] { return std::move(d); }), got);
    const Failure error(GenericError("later"));
    resolver.errback(error);
    EXPECT_EQ(got.at(0).failure(), error);
}

TEST(MaybeDeferred, AThrowBeforeTheDeferredIsReturnedIsAFailure) {
    std::vector<Outcome<int>> got;
    collect(maybe_deferred([]() -> Deferred<int> { throw ValueError("too early"); }), got);
    EXPECT_NE(error_in<ValueError>(got), nullptr);
}

TEST(Execute, GivesAValueOrAFailure) {
    std::vector<Outcome<int>> got;
    collect(execute([](int x) { return 2 * x; }, 4), got);
    EXPECT_EQ(got.at(0).value(), 8);
    std::vector<Outcome<void>> failed;
    collect(execute([] { throw ValueError("no"); }), failed);
    EXPECT_NE(error_in<ValueError>(failed), nullptr);
}

TEST(Deferred, test_reentrantRunCallbacks) {
    auto [resolver, deferred] = make_deferred<void>();
    Order order;
    deferred.add_callback([&, &d = deferred] {
        order.push_back(1);
        d.add_callback([&] { order.push_back(3); });
    });
    deferred.add_callback([&] { order.push_back(2); });
    resolver.callback();
    EXPECT_EQ(order, (Order{1, 2, 3}));
}

TEST(Deferred, test_nonReentrantCallbacks) {
    auto [resolver, deferred] = make_deferred<void>();
    Order order;
    deferred.add_callback([&, &d = deferred] {
        order.push_back(1);
        d.add_callback([&] { order.push_back(2); });
        EXPECT_EQ(order, (Order{1}));
    });
    resolver.callback();
    EXPECT_EQ(order, (Order{1, 2}));
}

TEST(Deferred, test_reentrantRunCallbacksWithFailure) {
    auto [resolver, deferred] = make_deferred<void>();
    std::vector<Outcome<void>> got;
    deferred.add_callback(
        [&d = deferred] { d.add_callback([] { throw GenericError("in the added one"); }); });
    resolver.callback();
    collect(std::move(deferred), got);
    ASSERT_NE(error_in<GenericError>(got), nullptr);
    EXPECT_STREQ(error_in<GenericError>(got)->what(), "in the added one");
}

TEST(Deferred, test_timeoutChainable) {
    ManualClock clock;
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<Outcome<std::string>> got;
    collect(std::move(deferred).add_timeout(seconds(10), clock).add_callback([](int v) {
        return std::to_string(v);
    }),
            got);
    resolver.callback(4);
    EXPECT_EQ(got.at(0).value(), "4");
}

TEST(Pause, WithinAHandlerHoldsOnlyWhatIsAddedLater) {
    auto [resolver, deferred] = make_deferred<void>();
    Order order;
    deferred.add_callback([&, &d = deferred] { order.push_back(1), d.pause(); });
    deferred.add_callback([&] { order.push_back(2); });
    resolver.callback();
    EXPECT_EQ(order, (Order{1, 2}));
    deferred.add_callback([&] { order.push_back(3); });
    EXPECT_EQ(order, (Order{1, 2}));
    deferred.unpause();
    EXPECT_EQ(order, (Order{1, 2, 3}));
}

TEST(Pause, IsCountedAndFiringWhilePausedRunsNothing) {
    auto [resolver, deferred] = make_deferred<int>();
    int got = 0;
    deferred.pause();
    deferred.pause();
    deferred.add_callback([&](int value) { return got = value; });
    resolver.callback(9);
    EXPECT_TRUE(deferred.is_fired());
    deferred.unpause();
    EXPECT_EQ(got, 0);
    deferred.unpause();
    EXPECT_EQ(got, 9);
    EXPECT_THROW(deferred.unpause(), std::logic_error);
}

TEST(PauseGuard, HoldsTheDeferredUpForItsLifeAndKeepsItAlive) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<int> got;
    auto guard = std::make_unique<PauseGuard>(deferred);
    std::move(deferred).add_callback([&](int value) { got.push_back(value); });
    resolver.callback(1);
    resolver = {};
    deferred = {};
    EXPECT_TRUE(got.empty());
    guard.reset();
    EXPECT_EQ(got, (std::vector<int>{1}));
}

TEST(Finally, RunsOnBothSidesAndKeepsTheResult) {
    int runs = 0;
    std::vector<Outcome<int>> got;
    collect(succeed(3).finally([&] { ++runs; }), got);
    collect(fail<int>(GenericError("kept")).finally([&] { ++runs; }), got);
    collect(succeed(3).finally([] { throw ValueError("instead"); }), got);
    EXPECT_EQ(runs, 2);
    EXPECT_EQ(got.at(0).value(), 3);
    EXPECT_EQ(got.at(1).failure().what(), "kept");
    EXPECT_EQ(got.at(2).failure().what(), "instead");
}

TEST(AddCallbacks, TheErrbackOfOneEntryNeverSeesWhatItsCallbackThrows) {
    std::vector<Outcome<int>> got;
    collect(succeed(1).add_callbacks([](int) -> int { throw GenericError("from f"); },
                                     [](const Failure&) { return ADD_FAILURE(), 0; }),
            got);
    EXPECT_NE(error_in<GenericError>(got), nullptr);
}

TEST(AddErrback, WhatItReturnsGoesOnAsAValue) {
    std::vector<Outcome<int>> got;
    collect(
        fail<int>(GenericError("e")).add_errback([](const Failure&) { return 5; }).add_callback([](int v) {
            return v + 1;
        }),
        got);
    EXPECT_EQ(got.at(0).value(), 6);
}

TEST(AddErrback, ATrapThatDoesNotMatchPassesTheSameExceptionOn) {
    const Failure error(GenericError("e"));
    std::vector<Outcome<int>> got;
    collect(
        fail<int>(error).add_errback([](const Failure& failure) { return failure.trap<ValueError>(), 0; }),
        got);
    EXPECT_EQ(got.at(0).failure(), error);
}

TEST(Handlers, AreFreedWhenTheyHaveRunNotWithTheDeferred) {
    auto [resolver, deferred] = make_deferred<int>();
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    deferred.add_callback([held = std::move(held)](int value) { return value + *held; });
    bool was_freed = false;
    deferred.add_callback([&](int value) { return was_freed = watch.expired(), value; });
    resolver.callback(1);
    EXPECT_TRUE(was_freed);
    EXPECT_TRUE(watch.expired());
}

TEST(Handlers, MayBeAddedToADeferredThatFiredBeforeAndRunAtOnce) {
    auto deferred = succeed(1);
    Order order;
    for (int at = 0; at < 3; ++at)
        deferred.add_callback([&](int value) { return order.push_back(value), value + 1; });
    EXPECT_EQ(order, (Order{1, 2, 3}));
}

TEST(Handlers, OfADeferredWhoseHandleWasDroppedStillRun) {
    int got = 0;
    auto [resolver, deferred] = make_deferred<int>();
    std::move(deferred).add_callback([&](int value) { got = value; });
    deferred = {};
    resolver.callback(4);
    EXPECT_EQ(got, 4);
}

TEST(Values, TooLargeForTheChainAreKeptOnTheHeap) {
    struct Large {
        std::array<int, 100> numbers{};
        std::shared_ptr<int> held;
    };
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    auto deferred = succeed(Large{{1, 2}, std::move(held)});
    deferred.add_callback([](Large large) { return large.numbers[1] = 7, large; });
    int got = 0;
    std::move(deferred)
        .add_callback([](Large large) { return succeed(std::move(large)); })
        .add_callback([&](Large&& large) { got = large.numbers[1]; });
    EXPECT_EQ(got, 7);
    EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace txcouchbase::test
