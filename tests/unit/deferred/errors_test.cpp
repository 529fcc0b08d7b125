// Firing twice, errors that nobody handles, and what debugging adds to both.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Kind = FailureReport::Kind;

struct Debugging {
    Debugging() { set_deferred_debugging(true); }
    ~Debugging() { set_deferred_debugging(false); }
    Debugging(const Debugging&) = delete;
    Debugging& operator=(const Debugging&) = delete;
};

std::string place(unsigned line) {
    return std::string(__FILE__) + ":" + std::to_string(line);
}
std::size_t occurrences(const std::string& text, const std::string& of) {
    std::size_t found = 0;
    for (auto at = text.find(of); at != std::string::npos; at = text.find(of, at + 1)) ++found;
    return found;
}

enum class Fire { callback, errback };

void fire(const Resolver<int>& resolver, Fire how,
          detail::SourceLocation at = detail::SourceLocation::current()) {
    if (how == Fire::callback) {
        resolver.callback(1, at);
    } else {
        resolver.errback(GenericError("e"), at);
    }
}

void expect_second_fire_throws(Fire first, Fire second) {
    auto [resolver, deferred] = make_deferred<int>();
    deferred.add_errback([](const Failure&) { return 0; });
    fire(resolver, first);
    EXPECT_THROW(fire(resolver, second), AlreadyCalledError);
    EXPECT_FALSE(resolver.try_callback(1));
    EXPECT_FALSE(resolver.try_errback(GenericError("e")));
}

TEST(Deferred, testAlreadyCalled_CC) {
    expect_second_fire_throws(Fire::callback, Fire::callback);
}
TEST(Deferred, testAlreadyCalled_CE) {
    expect_second_fire_throws(Fire::callback, Fire::errback);
}
TEST(Deferred, testAlreadyCalled_EE) {
    expect_second_fire_throws(Fire::errback, Fire::errback);
}
TEST(Deferred, testAlreadyCalled_EC) {
    expect_second_fire_throws(Fire::errback, Fire::callback);
}

void expect_error_names_creator_and_first_invoker(Fire first, Fire second) {
    const Debugging debugging;
    const unsigned made = __LINE__ + 1;
    auto [resolver, deferred] = make_deferred<int>();
    deferred.add_errback([](const Failure&) { return 0; });
    const unsigned fired = __LINE__ + 1;
    fire(resolver, first);
    try {
        fire(resolver, second);
        FAIL() << "a second fire must throw";
    } catch (const AlreadyCalledError& error) {
        EXPECT_EQ(error.what(), "made at " + place(made) + ", fired at " + place(fired));
    }
}

TEST(Deferred, testAlreadyCalledDebug_CC) {
    expect_error_names_creator_and_first_invoker(Fire::callback, Fire::callback);
}
TEST(Deferred, testAlreadyCalledDebug_CE) {
    expect_error_names_creator_and_first_invoker(Fire::callback, Fire::errback);
}
TEST(Deferred, testAlreadyCalledDebug_EC) {
    expect_error_names_creator_and_first_invoker(Fire::errback, Fire::callback);
}
TEST(Deferred, testAlreadyCalledDebug_EE) {
    expect_error_names_creator_and_first_invoker(Fire::errback, Fire::errback);
}

TEST(Deferred, testNoDebugging) {
    auto [resolver, deferred] = make_deferred<int>();
    resolver.callback(1);
    try {
        resolver.callback(2);
        FAIL();
    } catch (const AlreadyCalledError& error) {
        EXPECT_STREQ(error.what(), "");
    }
}

TEST(Deferred, testSwitchDebugging) {
    auto [made_without, first] = make_deferred<int>();
    int got = 0;
    first.add_callback([&](int value) { return got += value; });
    set_deferred_debugging(true);
    made_without.callback(1);
    auto [made_with, second] = make_deferred<int>();
    set_deferred_debugging(false);
    second.add_callback([&](int value) { return got += value; });
    made_with.callback(2);
    set_deferred_debugging(true);
    first.add_callback([&](int value) { return got += value; });
    EXPECT_TRUE(deferred_debugging());
    set_deferred_debugging(false);
    EXPECT_EQ(got, 1 + 2 + 1);
}

TEST(Debugging, OnOnlyAtTheFireNamesThatPlaceAlone) {
    auto [resolver, deferred] = make_deferred<int>();
    deferred.add_callback([](int value) { return value; });
    const Debugging debugging;
    const unsigned fired = __LINE__ + 1;
    resolver.callback(1);
    try {
        resolver.callback(1);
        FAIL();
    } catch (const AlreadyCalledError& error) {
        EXPECT_EQ(error.what(), "fired at " + place(fired));
    }
}

TEST(Debugging, ReportsADeferredThatIsDroppedUnfired) {
    Reports reports;
    { auto unnoticed = make_deferred<int>(); }
    EXPECT_TRUE(reports.empty());
    const Debugging debugging;
    { auto ends = make_deferred<int>(); }
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_EQ(reports[0].kind, Kind::dropped_unfired);
    EXPECT_TRUE(reports[0].failure.empty());
    EXPECT_EQ(occurrences(reports[0].origin, "made at "), 1U);
}

TEST(ThreadDeathTest, AnotherThreadIsCaughtInBuildsWithAssertions) {
#ifndef NDEBUG
    ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_DEATH(
        {
            auto ends = make_deferred<int>();
            std::thread([&ends] { ends.resolver = {}; }).join();
        },
        "belongs to the thread");
#endif
}

TEST(Fire, WithinTheOwnHandlerBecomesTheFailureOfTheChain) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    deferred.add_callback([r = resolver](int value) { return r.callback(value), value; });
    collect(std::move(deferred), got);
    resolver.callback(1);
    EXPECT_NE(error_in<AlreadyCalledError>(got), nullptr);
}

TEST(Fire, WithAFailureAsValueIsAnErrback) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    const Failure error(GenericError("e"));
    resolver.callback(error);
    EXPECT_EQ(got.at(0).failure(), error);
}

TEST(Fire, OfAnotherDeferredWithinAHandlerRunsThatOneFirst) {
    auto [resolver, deferred] = make_deferred<int>();
    auto [other_resolver, other] = make_deferred<int>();
    std::vector<std::string> order;
    std::move(other).add_callback([&](int) { order.push_back("other"); });
    std::move(deferred).add_callback([&, r = std::move(other_resolver)](int value) {
        r.callback(value);
        order.push_back("after it");
    });
    resolver.callback(1);
    EXPECT_EQ(order, (std::vector<std::string>{"other", "after it"}));
}

template <class Act>
void expect_active_exception_is_taken(Act act) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    try {
        throw ValueError("active");
    } catch (const ValueError&) {
        act(resolver);
    }
    ASSERT_NE(error_in<ValueError>(got), nullptr);
    EXPECT_STREQ(error_in<ValueError>(got)->what(), "active");
}

TEST(Deferred, test_errbackWithNoArgsNoDebug) {
    expect_active_exception_is_taken([](const Resolver<int>& resolver) { resolver.errback(); });
}

TEST(Deferred, test_errbackWithNoArgs) {
    const Debugging debugging;
    expect_active_exception_is_taken([](const Resolver<int>& resolver) { resolver.errback(); });
}

TEST(Fire, ErrbackWithoutActiveExceptionThrowsAndFiresNothing) {
    auto [resolver, deferred] = make_deferred<int>();
    EXPECT_THROW(resolver.errback(), NoCurrentExceptionError);
    EXPECT_THROW(fail<int>(), NoCurrentExceptionError);
    EXPECT_FALSE(deferred.is_fired());
}

TEST(Deferred, test_logErrorReturnsError) {
    Reports reports;
    const Failure error(GenericError("e"));
    EXPECT_EQ(log_error(error), error);
}

TEST(Deferred, test_logErrorLogsError) {
    Reports reports;
    const Failure error(GenericError("e"));
    fail<int>(error).add_errback(log_error).add_errback([](const Failure&) { return 0; });
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_EQ(reports[0].kind, Kind::logged);
    EXPECT_EQ(reports[0].failure.at(0), error);
}

TEST(Deferred, test_errorLog) {
    Reports reports;
    auto [resolver, deferred] = make_deferred<int>();
    deferred.add_callback([](int) -> int { throw GenericError("bad"); });
    deferred = {};
    resolver.callback(1);
    EXPECT_TRUE(reports.empty()) << "somebody could still be interested";
    resolver = {};
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_EQ(reports[0].kind, Kind::unhandled);
    EXPECT_EQ(reports[0].failure.at(0).what(), "bad");
    EXPECT_EQ(reports[0].origin, "");
}

TEST(Deferred, test_errorLogWithInnerFrameRef) {
    Reports reports;
    const auto in_a_local_variable = [] {
        auto [resolver, deferred] = make_deferred<int>();
        deferred.add_callback([](int) -> int { throw GenericError("bad"); });
        resolver.callback(1);
    };
    in_a_local_variable();
    EXPECT_EQ(reports.count(), 1U);
}

TEST(Deferred, test_errorLogDebugInfo) {
    Reports reports;
    const Debugging debugging;
    const unsigned made = __LINE__ + 1;
    auto [resolver, deferred] = make_deferred<int>();
    const unsigned fired = __LINE__ + 1;
    resolver.errback(GenericError("bad"));
    deferred = {};
    resolver = {};
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_EQ(reports[0].origin, "made at " + place(made) + ", fired at " + place(fired));
}

TEST(Deferred, test_chainedErrorCleanup) {
    Reports reports;
    {
        auto failed = fail<int>(GenericError("unhandled here"));
        auto outer =
            succeed().add_callback([&] { return std::move(failed); }).add_errback([](const Failure&) {
                return 0;
            });
    }
    EXPECT_TRUE(reports.empty());
}

TEST(Deferred, test_errorClearedByChaining) {
    Reports reports;
    {
        auto [resolver, pending] = make_deferred<int>();
        auto failed = fail<int>(GenericError("answered by a Deferred"));
        failed.add_errback([&p = pending](const Failure&) { return std::move(p); });
    }
    EXPECT_TRUE(reports.empty());
}

TEST(Unhandled, IsReportedExactlyOncePerLostFailure) {
    Reports reports;
    { auto dropped = fail<int>(GenericError("1")); }
    EXPECT_EQ(reports.count(), 1U);
    {
        auto cancelled = make_deferred<int>();
        cancelled.deferred.cancel();
    }
    EXPECT_EQ(reports.count(), 2U);
    {
        auto paused = fail<int>(GenericError("3"));
        paused.pause();
        paused.add_errback([](const Failure&) { return 0; });
    }
    EXPECT_EQ(reports.count(), 3U) << "also one that never got to its errback";
    {
        auto [resolver, inner] = make_deferred<int>();
        auto outer = succeed().add_callback([&i = inner] { return std::move(i); });
        outer = {};
        resolver.errback(GenericError("4"));
        EXPECT_EQ(reports.count(), 4U) << "the waiting one died within the errback of what it waited for";
    }
    EXPECT_EQ(reports.count(), 4U);
    reports.forget();
    {
        auto never_fired = make_deferred<int>();
        auto [resolver, handled] = make_deferred<int>();
        handled.add_errback([](const Failure&) { return 0; });
        resolver.errback(GenericError("5"));
    }
    EXPECT_TRUE(reports.empty());
}

TEST(Handlers, MayDestroyTheLastHandleOfTheirOwnDeferredWhileTheyRun) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    auto [resolver, made] = make_deferred<int>();
    auto deferred = std::make_unique<Deferred<int>>(std::move(made));
    auto last = std::make_unique<Resolver<int>>(std::move(resolver));
    int seen = 0;
    deferred->add_callback([&, held = std::move(held)](int value) {
        deferred.reset();
        last.reset();
        seen = *held + value;
        return value;
    });
    int after = 0;
    deferred->add_callback([&](int value) { return after = value; });
    last->callback(4);
    EXPECT_EQ(seen, 5);
    EXPECT_EQ(after, 4);
    EXPECT_TRUE(watch.expired());

    auto fired = std::make_unique<Deferred<int>>(succeed(1));
    fired->add_callback([&](int value) { return fired.reset(), value; });
    EXPECT_EQ(fired, nullptr);
}

/// Throws when it is moved for the n-th time.
struct ThrowingMove {
    explicit ThrowingMove(int moves) : left(moves) {}
    ThrowingMove(ThrowingMove&& other)
        : left(other.left - 1) {  // NOLINT(performance-noexcept-move-constructor)
        if (left < 0) throw ValueError("moved");
    }
    int left;
};

TEST(Values, WhoseMoveThrowsBecomeAFailure) {
    // How often a value is moved on its way is nobody's business; that a throw is a Failure, wherever, is.
    int failed = 0;
    int succeeded = 0;
    for (int moves = 0; moves < 12; ++moves) {
        auto [resolver, deferred] = make_deferred<ThrowingMove>();
        auto [inner_resolver, inner] = make_deferred<ThrowingMove>();
        std::move(deferred)
            .add_callback([&i = inner](ThrowingMove) { return std::move(i); })
            .add_both([&](Outcome<ThrowingMove>&& outcome) { ++(outcome ? succeeded : failed); });
        resolver.callback(ThrowingMove(12));
        inner_resolver.callback(ThrowingMove(moves));
    }
    EXPECT_EQ(failed + succeeded, 12);
    EXPECT_GT(failed, 0);
    EXPECT_GT(succeeded, 0);
}

TEST(Values, MoveOnlyOnesPassThroughEveryKindOfHandler) {
    using Pointer = std::unique_ptr<int>;
    ManualClock clock;
    auto [resolver, deferred] = make_deferred<Pointer>();
    auto [inner_resolver, inner] = make_deferred<Pointer>();
    int got = 0;
    std::move(deferred)
        .add_both([](Outcome<Pointer> outcome) { return std::move(outcome).value(); })
        .add_errback([](const Failure&) { return Pointer(); })
        .add_timeout(seconds(1), clock)
        .finally([] {})
        .add_callback([&i = inner](Pointer value) {
            return std::move(i).add_callback(
                [value = std::move(value)](Pointer other) { return std::make_unique<int>(*value + *other); });
        })
        .add_callback([&](Pointer value) { got = *value; });
    resolver.callback(std::make_unique<int>(1));
    inner_resolver.callback(std::make_unique<int>(2));
    EXPECT_EQ(got, 3);
}

}  // namespace
}  // namespace txcouchbase::test
