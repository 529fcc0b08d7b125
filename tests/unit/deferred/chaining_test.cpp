// Handlers that return Deferreds, and chain_deferred(): who waits for whom, and in which order handlers run.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Order = std::vector<std::string>;

std::string identity(const std::string& debug_string) {
    return debug_string.substr(9, debug_string.find(' ', 9) - 9);
}

TEST(Deferred, test_callbackReturnsDeferred) {
    auto [inner_resolver, inner] = make_deferred<int>();
    PauseGuard pause(inner);
    auto [outer_resolver, outer] = make_deferred<int>();
    std::vector<int> got;
    outer.add_callback([&, &i = inner](int) { return std::move(i); });
    outer.add_callback([&](int value) { return got.push_back(value), value; });
    outer_resolver.callback(1);
    EXPECT_TRUE(got.empty());
    inner_resolver.callback(2);
    EXPECT_TRUE(got.empty()) << "the inner one is still paused";
    pause.unpause();
    EXPECT_EQ(got, (std::vector<int>{2}));
}

TEST(Deferred, test_errbackReturnsDeferred) {
    auto [resolver, inner] = make_deferred<int>();
    std::vector<int> got;
    fail<int>(GenericError("e"))
        .add_errback([&i = inner](const Failure&) { return std::move(i); })
        .add_callback([&](int value) { got.push_back(value); });
    EXPECT_TRUE(got.empty());
    resolver.callback(3);
    EXPECT_EQ(got, (std::vector<int>{3}));
}

TEST(Deferred, test_chainedPausedDeferredWithResult) {
    auto paused = succeed(4);
    PauseGuard pause(paused);
    std::vector<int> got;
    succeed().add_callback([&] { return std::move(paused); }).add_callback([&](int value) {
        got.push_back(value);
    });
    EXPECT_TRUE(got.empty()) << "fired, but not ready";
    pause.unpause();
    EXPECT_EQ(got, (std::vector<int>{4}));
}

TEST(Deferred, test_pausedDeferredChained) {
    // What comes after the hand-over on the inner Deferred is the end of its own queue here, so: the inner one ends and
    // is freed, although the outer one that took its result is paused.
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> inner_lives = held;
    auto [resolver, inner] = make_deferred<int>();
    inner.add_callback([&, held = std::move(held)](int value) { return value + *held; });
    auto outer = succeed().add_callback([&i = inner] { return std::move(i); });
    std::vector<int> got;
    outer.add_callback([&](int value) { return got.push_back(value), value; });
    outer.pause();
    resolver.callback(1);
    EXPECT_TRUE(inner_lives.expired());
    EXPECT_TRUE(got.empty());
    outer.unpause();
    EXPECT_EQ(got, (std::vector<int>{2}));
}

TEST(Deferred, test_innerCallbacksPreserved) {
    auto [leaf_resolver, leaf] = make_deferred<int>();
    auto [middle_resolver, middle] = make_deferred<int>();
    auto [top_resolver, top] = make_deferred<int>();
    Order order;
    leaf.add_callback([&](int value) { return order.push_back("leaf"), value; });
    middle.add_callback([&l = leaf](int) { return std::move(l); });
    middle.add_callback([&](int value) { return order.push_back("middle"), value; });
    top.add_callback([&m = middle](int) { return std::move(m); });
    top.add_callback([&](int value) { return order.push_back("top"), value; });
    top_resolver.callback(0);
    middle_resolver.callback(0);
    EXPECT_TRUE(order.empty());
    leaf_resolver.callback(0);
    EXPECT_EQ(order, (Order{"leaf", "middle", "top"}));
}

TEST(Deferred, test_continueCallbackNotFirst) {
    auto [leaf_resolver, leaf] = make_deferred<int>();
    auto [middle_resolver, middle] = make_deferred<int>();
    Order order;
    middle.add_callback([&l = leaf](int) { return std::move(l); });
    middle_resolver.callback(0);
    middle.add_callback([&](int value) { return order.push_back("middle, added while it waits"), value; });
    succeed().add_callback([&m = middle] { return std::move(m); }).add_callback([&](int) {
        order.push_back("top");
    });
    leaf_resolver.callback(0);
    EXPECT_EQ(order, (Order{"middle, added while it waits", "top"}));
}

TEST(Deferred, test_callbackOrderPreserved) {
    auto [leaf_resolver, leaf] = make_deferred<int>();
    auto [top_resolver, top] = make_deferred<int>();
    Order order;
    leaf.add_callback([&](int value) { return order.push_back("leaf"), value; });
    top.add_callback([&l = leaf](int) { return std::move(l); });
    top.add_callback([&](int value) { return order.push_back("top"), value; });
    top_resolver.callback(0);
    top.add_callback([&](int value) { return order.push_back("top, later"), value; });
    leaf_resolver.callback(0);
    EXPECT_EQ(order, (Order{"leaf", "top", "top, later"}));
}

TEST(Deferred, test_synchronousImplicitChain) {
    auto inner = succeed(std::string("result"));
    std::vector<Outcome<std::string>> got;
    collect(succeed().add_callback([&] { return std::move(inner); }), got);
    EXPECT_EQ(got.at(0).value(), "result");
    EXPECT_FALSE(inner) << "the inner handle is consumed";
}

TEST(Deferred, test_asynchronousImplicitChain) {
    auto [resolver, inner] = make_deferred<std::string>();
    std::vector<Outcome<std::string>> got;
    collect(succeed().add_callback([&i = inner] { return std::move(i); }), got);
    EXPECT_FALSE(inner);
    EXPECT_TRUE(got.empty());
    resolver.callback("result");
    EXPECT_EQ(got.at(0).value(), "result");
}

TEST(Deferred, test_synchronousImplicitErrorChain) {
    auto inner = fail<int>(GenericError("First Deferred's Failure"));
    std::vector<Outcome<int>> got;
    collect(succeed().add_callback([&] { return std::move(inner); }), got);
    ASSERT_NE(error_in<GenericError>(got), nullptr);  // and no report, which would fail the test
}

TEST(Deferred, test_asynchronousImplicitErrorChain) {
    auto [resolver, inner] = make_deferred<int>();
    std::vector<std::string> got;
    succeed()
        .add_callback([&i = inner] { return std::move(i); })
        .add_errback([&](const Failure& failure) { return got.push_back(failure.what()), 0; })
        .add_callback([&](int) { got.push_back("success side again"); });
    resolver.errback(GenericError("First Deferred's Failure"));
    EXPECT_EQ(got, (std::vector<std::string>{"First Deferred's Failure", "success side again"}));
}

TEST(Deferred, test_doubleAsynchronousImplicitChaining) {
    auto [leaf_resolver, leaf] = make_deferred<int>();
    auto [middle_resolver, middle] = make_deferred<int>();
    auto [top_resolver, top] = make_deferred<int>();
    middle.add_callback([&l = leaf](int) { return std::move(l); });
    top.add_callback([&m = middle](int) { return std::move(m); });
    std::vector<int> got;
    top.add_callback([&](int value) { return got.push_back(value), value; });
    top_resolver.callback(1);
    middle_resolver.callback(2);
    EXPECT_TRUE(got.empty());
    leaf_resolver.callback(3);
    EXPECT_EQ(got, (std::vector<int>{3}));
}

TEST(Deferred, test_nestedAsynchronousChainedDeferreds) {
    Order order;
    auto [failing_resolver, failing] = make_deferred<std::string>();
    auto outer = succeed(std::string("start")).add_callback([&, &f = failing](std::string) {
        order.push_back("firstCallback");
        return succeed(std::string("middle")).add_callback([&](std::string) {
            order.push_back("innerCallback");
            return std::move(f);
        });
    });
    outer.add_callback([&](std::string value) { return order.push_back("then " + value), value; });
    EXPECT_EQ(order, (Order{"firstCallback", "innerCallback"}));
    failing_resolver.callback("withers");
    EXPECT_EQ(order, (Order{"firstCallback", "innerCallback", "then withers"}));
    outer.add_callback([&](std::string value) { return order.push_back("later " + value), value; });
    EXPECT_EQ(order.back(), "later withers");
}

TEST(Deferred, test_nestedAsynchronousChainedDeferredsWithExtraCallbacks) {
    std::vector<std::vector<std::string>> got;
    auto [resolver, leaf] = make_deferred<std::string>();
    auto outer = succeed(std::string("start")).add_callback([&l = leaf](std::string) {
        return succeed(std::string("middle")).add_callback([&](std::string) {
            return std::move(l).add_callback(
                [](std::string value) { return std::vector<std::string>{value}; });
        });
    });
    std::move(outer)
        .add_callback([](std::vector<std::string> value) { return value.push_back(value.front()), value; })
        .add_callback([&](std::vector<std::string> value) { got.push_back(std::move(value)); });
    EXPECT_TRUE(got.empty());
    resolver.callback("withers");
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0], (std::vector<std::string>{"withers", "withers"}));
}

TEST(Deferred, test_chainDeferredRecordsExplicitChain) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    auto chained = std::move(first).chain_deferred(second_resolver);
    EXPECT_NE(chained.debug_string().find("will fire " + identity(second.debug_string())), std::string::npos);
}

TEST(Deferred, test_explicitChainClearedWhenResolved) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    auto chained = std::move(first).chain_deferred(second_resolver);
    first_resolver.callback(1);
    EXPECT_EQ(chained.debug_string().find("will fire"), std::string::npos);
    EXPECT_TRUE(second.is_fired());
}

TEST(Deferred, test_chainDeferredRecordsImplicitChain) {
    auto [resolver, inner] = make_deferred<int>();
    const std::string waited_for = identity(inner.debug_string());
    auto outer = succeed().add_callback([&i = inner] { return std::move(i); });
    EXPECT_NE(outer.debug_string().find("waiting on " + waited_for), std::string::npos);
    resolver.callback(1);
    EXPECT_EQ(outer.debug_string().find("waiting on"), std::string::npos);
}

// A handler cannot name its own Deferred, but it can move the handle in: the Deferred does not wait, it fails.
std::vector<Outcome<void>> result_of_returning_itself() {
    std::vector<Outcome<void>> got;
    auto [resolver, deferred] = make_deferred<void>();
    auto own = std::make_shared<Deferred<void>>();
    deferred.add_callback([own] { return std::move(*own); });
    deferred.add_both([&](Outcome<void> outcome) { got.push_back(std::move(outcome)); });
    *own = std::move(deferred);
    resolver.callback();
    return got;
}

TEST(Deferred, test_circularChainWarning) {
    EXPECT_EQ(result_of_returning_itself().size(), 1U) << "it goes on instead of waiting forever";
}

TEST(Deferred, test_circularChainException) {
    EXPECT_NE(error_in<std::logic_error>(result_of_returning_itself()), nullptr);
}

TEST(Chaining, ALongerCycleFailsTheOneThatWouldCloseIt) {
    auto [a_resolver, a] = make_deferred<void>();
    auto [b_resolver, b] = make_deferred<void>();
    std::vector<Outcome<void>> got_a;
    auto handle_of_a = std::make_shared<Deferred<void>>();
    a.add_callback([&other = b] { return std::move(other); });
    a.add_both([&](Outcome<void> outcome) { got_a.push_back(std::move(outcome)); });
    b.add_callback([handle_of_a] { return std::move(*handle_of_a); });
    *handle_of_a = std::move(a);
    a_resolver.callback();  // a waits on b
    b_resolver.callback();  // b would wait on a
    EXPECT_NE(error_in<std::logic_error>(got_a), nullptr);
}

TEST(Deferred, test_repr) {
    auto [resolver, deferred] = make_deferred<int>();
    EXPECT_EQ(deferred.debug_string().substr(0, 11), "Deferred 0x");
    EXPECT_EQ(deferred.debug_string().substr(9 + identity(deferred.debug_string()).size()), " unfired");
}

TEST(Deferred, test_reprWithResult) {
    EXPECT_NE(succeed(3).debug_string().find(" fired, holds int"), std::string::npos);
    EXPECT_NE(succeed().debug_string().find(" fired, holds nothing"), std::string::npos);
    auto failed = fail<int>(GenericError("why"));
    EXPECT_NE(failed.debug_string().find("GenericError: why"), std::string::npos);
    failed.add_errback([](const Failure&) { return 0; });
}

TEST(Deferred, test_reprWithChaining) {
    auto [resolver, inner] = make_deferred<int>();
    const std::string waited_for = identity(inner.debug_string());
    auto outer = succeed().add_callback([&i = inner] { return std::move(i); });
    const std::string text = outer.debug_string();
    EXPECT_EQ(text.substr(9 + identity(text).size()), " fired, waiting on " + waited_for);
}

TEST(Deferred, test_resultOfDeferredResultOfDeferredOfFiredDeferredCalled) {
    // Twisted adds to the middle one afterwards, which gets None. Here the middle one was moved away; what can be added
    // afterwards is at the top, and gets the value.
    auto [leaf_resolver, leaf] = make_deferred<int>();
    auto [middle_resolver, middle] = make_deferred<int>();
    auto [top_resolver, top] = make_deferred<int>();
    middle.add_callback([&l = leaf](int) { return std::move(l); });
    top.add_callback([&m = middle](int) { return std::move(m); });
    top_resolver.callback(0);
    middle_resolver.callback(0);
    leaf_resolver.callback(7);
    EXPECT_FALSE(middle);
    std::vector<int> got;
    top.add_callback([&](int value) { return got.push_back(value), value; });
    EXPECT_EQ(got, (std::vector<int>{7}));
}

TEST(ChainDeferred, FiresTheOtherBeforeItsOwnNextHandlerAndKeepsNothing) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    Order order;
    second.add_callback(
        [&](int value) { return order.push_back("second got " + std::to_string(value)), value; });
    std::move(first).chain_deferred(second_resolver).add_callback([&] { order.push_back("first goes on"); });
    first_resolver.callback(1);
    EXPECT_EQ(order, (Order{"second got 1", "first goes on"}));
}

TEST(ChainDeferred, AnErrorCountsAsHandledHereAndArrivesThere) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(std::move(second), got);
    std::move(first).chain_deferred(second_resolver);
    const Failure error(GenericError("e"));
    first_resolver.errback(error);
    EXPECT_EQ(got.at(0).failure(), error);
}

TEST(ChainDeferred, ATargetThatHasFiredFailsTheChain) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    std::vector<Outcome<void>> got;
    collect(std::move(first).chain_deferred(second_resolver), got);
    second_resolver.callback(1);
    first_resolver.callback(2);
    EXPECT_NE(error_in<AlreadyCalledError>(got), nullptr);
}

TEST(ChainDeferred, CancellingTheFirstReachesTheSecondAndNotTheOtherWayRound) {
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    auto chained = std::move(first).chain_deferred(second_resolver);
    const CancelHandle cancel_second = second.cancel_handle();
    collect(std::move(second), got);
    cancel_second.cancel();
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
    EXPECT_FALSE(chained.is_fired());
    first_resolver.callback(1);  // swallowed by the cancelled one
    EXPECT_TRUE(chained.is_fired());

    auto [third_resolver, third] = make_deferred<int>();
    auto [fourth_resolver, fourth] = make_deferred<int>();
    std::vector<Outcome<int>> reached;
    collect(std::move(fourth), reached);
    std::move(third).chain_deferred(fourth_resolver).cancel();
    EXPECT_NE(error_in<CancelledError>(reached), nullptr);
}

}  // namespace
}  // namespace txcouchbase::test
