// add_timeout() on a clock turned by hand.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Text = std::string;
using Canceller = std::function<void(Resolver<Text>&)>;

/// A Deferred, a clock, and the result kept as it leaves the timeout.
struct Timed {
    Timed() = default;
    explicit Timed(Canceller canceller) : ends(make_deferred<Text>(std::move(canceller))) {}

    void add_timeout() { ends.deferred.add_timeout(seconds(10), clock); }
    void add_custom_timeout(Outcome<Text> instead = Text("custom")) {
        ends.deferred.add_timeout(seconds(10), clock,
                                  [this, instead](Outcome<Text> outcome, std::chrono::nanoseconds timeout) {
                                      EXPECT_EQ(timeout, seconds(10));
                                      seen_by_custom.push_back(std::move(outcome));
                                      return instead;
                                  });
    }
    std::vector<Outcome<Text>>& result() {
        if (ends.deferred) collect(std::move(ends.deferred), got);
        return got;
    }
    Deferred<Text>& deferred() { return ends.deferred; }

    ManualClock clock;
    DeferredEnds<Text> ends = make_deferred<Text>();
    std::vector<Outcome<Text>> got;
    std::vector<Outcome<Text>> seen_by_custom;
};

TEST(Deferred, test_successResultBeforeTimeout) {
    Timed d;
    d.add_timeout();
    d.ends.resolver.callback("in time");
    EXPECT_EQ(d.clock.pending(), 0U);
    auto [inner_resolver, inner] = make_deferred<Text>();
    d.deferred().add_callback([&i = inner](const Text& value) {
        EXPECT_EQ(value, "in time");
        return std::move(i);
    });
    d.clock.advance(seconds(15));
    EXPECT_FALSE(inner_resolver.is_cancelled()) << "what later handlers wait for is not under the clock";
    inner_resolver.callback("later");
    EXPECT_EQ(d.result().at(0).value(), "later");
}

TEST(Deferred, test_successResultBeforeTimeoutCustom) {
    Timed d;
    d.add_custom_timeout();
    d.ends.resolver.callback("in time");
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "in time");
    EXPECT_TRUE(d.seen_by_custom.empty());
}

TEST(Deferred, test_failureBeforeTimeout) {
    Timed d;
    const Failure error(GenericError("e"));
    d.add_timeout();
    d.ends.resolver.errback(error);
    EXPECT_EQ(d.clock.pending(), 0U);
    EXPECT_EQ(d.result().at(0).failure(), error);
}

TEST(Deferred, test_failureBeforeTimeoutCustom) {
    Timed d;
    const Failure error(GenericError("e"));
    d.add_custom_timeout();
    d.ends.resolver.errback(error);
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).failure(), error);
    EXPECT_TRUE(d.seen_by_custom.empty());
}

TEST(Deferred, test_timedOut) {
    Timed d;
    d.add_timeout();
    d.clock.advance(seconds(15));
    ASSERT_NE(error_in<DeferredTimeoutError>(d.result()), nullptr);
    EXPECT_EQ(error_in<DeferredTimeoutError>(d.result())->timeout(), seconds(10));
    EXPECT_EQ(d.result()[0].failure().what().find("Deferred timed out after 10"), 0U);
}

TEST(Deferred, test_timedOutCustom) {
    Timed d;
    d.add_custom_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "custom");
    EXPECT_NE(error_in<CancelledError>(d.seen_by_custom), nullptr);
}

TEST(Deferred, test_timedOutProvidedCancelSuccess) {
    Timed d([](Resolver<Text>& resolver) { resolver.callback("canceller's"); });
    d.add_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "canceller's");
}

TEST(Deferred, test_timedOutProvidedCancelFailure) {
    const Failure error(ValueError("canceller's"));
    Timed d([&](Resolver<Text>& resolver) { resolver.errback(error); });
    d.add_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).failure(), error);
}

TEST(Deferred, test_cancelBeforeTimeout) {
    int cancelled = 0;
    Timed d([&](Resolver<Text>&) { ++cancelled; });
    d.add_timeout();
    d.deferred().cancel();
    EXPECT_EQ(d.clock.pending(), 0U);
    d.clock.advance(seconds(15));
    EXPECT_EQ(cancelled, 1);
    EXPECT_NE(error_in<CancelledError>(d.result()), nullptr);
}

TEST(Deferred, test_cancelBeforeTimeoutCustom) {
    Timed d;
    d.add_custom_timeout();
    d.deferred().cancel();
    d.clock.advance(seconds(15));
    EXPECT_NE(error_in<CancelledError>(d.result()), nullptr);
    EXPECT_TRUE(d.seen_by_custom.empty());
}

TEST(Deferred, test_providedCancelCalledBeforeTimeoutCustom) {
    int cancelled = 0;
    Timed d([&](Resolver<Text>& resolver) {
        ++cancelled;
        resolver.errback(ValueError("canceller's"));
    });
    d.add_custom_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(cancelled, 1);
    EXPECT_EQ(d.result().at(0).value(), "custom");
    EXPECT_NE(error_in<ValueError>(d.seen_by_custom), nullptr);
}

TEST(Deferred, test_errbackAddedBeforeTimeout) {
    Timed d;
    bool saw_cancel = false;
    d.deferred().add_errback([&](const Failure& failure) {
        saw_cancel = static_cast<bool>(failure.check<CancelledError>());
        return failure;
    });
    d.add_timeout();
    d.clock.advance(seconds(15));
    EXPECT_TRUE(saw_cancel);
    EXPECT_NE(error_in<DeferredTimeoutError>(d.result()), nullptr);
}

TEST(Deferred, test_errbackAddedBeforeTimeoutSuppressesCancellation) {
    Timed d;
    d.deferred().add_errback(
        [](const Failure& failure) { return failure.trap<CancelledError>(), Text("swallowed"); });
    d.add_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "swallowed");
}

TEST(Deferred, test_errbackAddedBeforeTimeoutCustom) {
    Timed d;
    bool saw_cancel = false;
    d.deferred().add_errback([&](const Failure& failure) {
        saw_cancel = static_cast<bool>(failure.check<CancelledError>());
        return failure;
    });
    d.add_custom_timeout();
    d.clock.advance(seconds(15));
    EXPECT_TRUE(saw_cancel);
    EXPECT_EQ(d.result().at(0).value(), "custom");
}

TEST(Deferred, test_errbackAddedBeforeTimeoutSuppressesCancellationCustom) {
    Timed d;
    d.deferred().add_errback(
        [](const Failure& failure) { return failure.trap<CancelledError>(), Text("swallowed"); });
    d.add_custom_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "custom");
    EXPECT_EQ(d.seen_by_custom.at(0).value(), "swallowed");
}

TEST(Deferred, test_callbackAddedToCancelerBeforeTimeout) {
    Timed d([](Resolver<Text>& resolver) { resolver.callback("success"); });
    d.deferred().add_callback([](const Text& value) { return value + " seen"; });
    d.add_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "success seen");
}

TEST(Deferred, test_callbackAddedToCancelerBeforeTimeoutCustom) {
    Timed d([](Resolver<Text>& resolver) { resolver.callback("success"); });
    d.deferred().add_callback([](const Text& value) { return value + " seen"; });
    d.add_custom_timeout();
    d.clock.advance(seconds(15));
    EXPECT_EQ(d.result().at(0).value(), "custom");
    EXPECT_EQ(d.seen_by_custom.at(0).value(), "success seen");
}

TEST(AddTimeout, OfTwoTheOneThatExpiresFirstTranslatesAtItsOwnPlace) {
    Timed d;
    d.deferred().add_timeout(seconds(20), d.clock);
    d.deferred().add_timeout(seconds(5), d.clock);
    d.clock.advance(seconds(5));
    EXPECT_EQ(d.clock.pending(), 0U);
    ASSERT_NE(error_in<DeferredTimeoutError>(d.result()), nullptr);
    EXPECT_EQ(error_in<DeferredTimeoutError>(d.result())->timeout(), seconds(5));

    Timed other;
    other.deferred().add_timeout(seconds(5), other.clock);
    other.deferred().add_timeout(seconds(20), other.clock);
    other.clock.advance(seconds(30));
    ASSERT_NE(error_in<DeferredTimeoutError>(other.result()), nullptr);
    EXPECT_EQ(error_in<DeferredTimeoutError>(other.result())->timeout(), seconds(5));
}

TEST(AddTimeout, ReachesTheDeferredThatAnEarlierHandlerWaitsFor) {
    Timed d;
    auto [inner_resolver, inner] = make_deferred<Text>();
    d.deferred().add_callback([&i = inner](const Text&) { return std::move(i); });
    d.add_timeout();
    d.ends.resolver.callback("first");
    d.clock.advance(seconds(10));
    EXPECT_TRUE(inner_resolver.is_cancelled());
    EXPECT_NE(error_in<DeferredTimeoutError>(d.result()), nullptr);
}

TEST(AddTimeout, OnADeferredThatHasItsResultStopsTheClockAtOnce) {
    ManualClock clock;
    auto deferred = succeed(1);
    deferred.add_timeout(seconds(1), clock);
    EXPECT_EQ(clock.pending(), 0U);
}

TEST(AddTimeout, WhilePausedTakesEffectAtTheUnpause) {
    Timed d;
    d.deferred().pause();
    d.add_timeout();
    d.clock.advance(seconds(10));
    d.deferred().unpause();
    EXPECT_NE(error_in<DeferredTimeoutError>(d.result()), nullptr);

    Timed fired;
    fired.deferred().pause();
    fired.add_timeout();
    fired.ends.resolver.callback("kept");
    fired.clock.advance(seconds(10));
    fired.deferred().unpause();
    EXPECT_EQ(fired.result().at(0).value(), "kept");
}

TEST(AddTimeout, AloneFinishesADeferredThatNobodyElseCanFire) {
    ManualClock clock;
    std::vector<Outcome<Text>> got;
    {
        auto [resolver, deferred] = make_deferred<Text>();
        deferred.add_timeout(seconds(1), clock);
        collect(std::move(deferred), got);
    }
    EXPECT_TRUE(got.empty());
    clock.advance(seconds(1));
    EXPECT_NE(error_in<DeferredTimeoutError>(got), nullptr);
}

TEST(AddTimeout, OfAnOrphanThroughTheOuterOneWorks) {
    ManualClock clock;
    std::vector<Outcome<Text>> got;
    {
        auto [resolver, inner] = make_deferred<Text>();
        auto outer = succeed().add_callback([&i = inner] { return std::move(i); });
        resolver = {};
        outer.add_timeout(seconds(1), clock);
        collect(std::move(outer), got);
    }
    clock.advance(seconds(1));
    EXPECT_NE(error_in<DeferredTimeoutError>(got), nullptr);
}

TEST(AddTimeout, ACancellerThatThrowsIsReportedAndTheClockGoesOn) {
    Reports reports;
    Timed d([](Resolver<Text>&) { throw GenericError("in the canceller"); });
    d.add_timeout();
    d.clock.advance(seconds(10));
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_EQ(reports[0].kind, FailureReport::Kind::canceller_threw);
    EXPECT_FALSE(d.deferred().is_fired());
}

TEST(AddTimeout, ACustomFunctionMayReturnADeferredOrAFailureOrNothing) {
    Timed waits;
    auto [inner_resolver, inner] = make_deferred<Text>();
    waits.deferred().add_timeout(
        seconds(1), waits.clock,
        [&i = inner](Outcome<Text>, std::chrono::nanoseconds) { return std::move(i); });
    waits.clock.advance(seconds(1));
    inner_resolver.callback("from the inner one");
    EXPECT_EQ(waits.result().at(0).value(), "from the inner one");

    Timed passes;
    passes.deferred().add_timeout(seconds(1), passes.clock, [](Outcome<Text>, std::chrono::nanoseconds) {
        return succeed(Text("unused"));
    });
    passes.ends.resolver.callback("in time");
    EXPECT_EQ(passes.result().at(0).value(), "in time");

    ManualClock clock;
    auto [resolver, deferred] = make_deferred<void>();
    int called = 0;
    deferred.add_timeout(seconds(1), clock, [&](Outcome<void>, std::chrono::nanoseconds) { ++called; });
    clock.advance(seconds(1));
    EXPECT_EQ(called, 1);

    Timed fails;
    fails.deferred().add_timeout(seconds(1), fails.clock, [](Outcome<Text>, std::chrono::nanoseconds) {
        return Failure(ValueError("other"));
    });
    fails.clock.advance(seconds(1));
    EXPECT_NE(error_in<ValueError>(fails.result()), nullptr);
}

}  // namespace
}  // namespace txcouchbase::test
