// Cancelling: cancellers, late fires, waiting chains, handles.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

/// A Deferred whose result is kept, with or without a canceller that counts its calls.
struct Cancellable {
    static DeferredEnds<std::string> make(bool with_canceller, int& calls) {
        if (with_canceller) return make_deferred<std::string>([&calls](Resolver<std::string>&) { ++calls; });
        return make_deferred<std::string>();
    }
    explicit Cancellable(bool with_canceller = false) : ends(make(with_canceller, cancel_calls)) {
        ends.deferred.add_both([this](Outcome<std::string> outcome) {
            got.push_back(std::move(outcome));
            return std::string();
        });
    }
    bool is_cancelled() const { return error_in<CancelledError>(got) != nullptr; }
    void cancel() { ends.deferred.cancel(); }
    const Resolver<std::string>& resolver() const { return ends.resolver; }

    int cancel_calls = 0;
    std::vector<Outcome<std::string>> got;
    DeferredEnds<std::string> ends;
};

void expect_both_throw(const Resolver<std::string>& resolver) {
    EXPECT_THROW(resolver.callback("again"), AlreadyCalledError);
    EXPECT_THROW(resolver.errback(GenericError("again")), AlreadyCalledError);
}

TEST(Deferred, test_noCanceller) {
    Cancellable d;
    d.cancel();
    EXPECT_TRUE(d.is_cancelled());
}

TEST(Deferred, test_raisesAfterCancelAndCallback) {
    Cancellable d;
    d.cancel();
    d.resolver().callback("swallowed");
    expect_both_throw(d.resolver());
}

TEST(Deferred, test_raisesAfterCancelAndErrback) {
    Cancellable d;
    d.cancel();
    d.resolver().errback(GenericError("swallowed"));
    expect_both_throw(d.resolver());
}

TEST(Deferred, test_noCancellerMultipleCancelsAfterCancelAndCallback) {
    Cancellable d;
    d.cancel();
    d.resolver().callback("swallowed");
    d.cancel();
    expect_both_throw(d.resolver());
}

TEST(Deferred, test_noCancellerMultipleCancelsAfterCancelAndErrback) {
    Cancellable d;
    d.cancel();
    d.resolver().errback(GenericError("swallowed"));
    d.cancel();
    EXPECT_TRUE(d.is_cancelled());
    expect_both_throw(d.resolver());
}

TEST(Deferred, test_noCancellerMultipleCancel) {
    Cancellable d;
    d.cancel();
    const Failure first = d.got.at(0).failure();
    d.cancel();
    ASSERT_EQ(d.got.size(), 1U);
    EXPECT_EQ(d.got[0].failure(), first);
}

TEST(Deferred, test_cancellerMultipleCancel) {
    Cancellable d(true);
    d.cancel();
    d.cancel();
    EXPECT_EQ(d.cancel_calls, 1);
    EXPECT_TRUE(d.is_cancelled());
}

TEST(Deferred, test_simpleCanceller) {
    Cancellable d(true);
    d.cancel();
    EXPECT_EQ(d.cancel_calls, 1);
    EXPECT_TRUE(d.is_cancelled());
    expect_both_throw(d.resolver());
}

TEST(Deferred, test_cancellerArg) {
    auto [resolver, deferred] = make_deferred<int>([](Resolver<int>& same) { same.callback(6); });
    std::vector<Outcome<int>> got;
    const CancelHandle handle = deferred.cancel_handle();
    collect(std::move(deferred), got);
    handle.cancel();
    EXPECT_EQ(got.at(0).value(), 6);
    EXPECT_TRUE(resolver.is_fired());
}

TEST(Deferred, test_cancelAfterCallback) {
    Cancellable d(true);
    d.resolver().callback("hello");
    d.cancel();
    EXPECT_EQ(d.cancel_calls, 0);
    EXPECT_EQ(d.got.at(0).value(), "hello");
}

TEST(Deferred, test_cancelAfterErrback) {
    Cancellable d(true);
    d.resolver().errback(GenericError("original"));
    d.cancel();
    EXPECT_EQ(d.cancel_calls, 0);
    EXPECT_NE(error_in<GenericError>(d.got), nullptr);
}

TEST(Deferred, test_cancellerThatErrbacks) {
    auto [resolver, deferred] =
        make_deferred<int>([](Resolver<int>& r) { r.errback(GenericError("canceller's")); });
    deferred.cancel();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_NE(error_in<GenericError>(got), nullptr);
}

TEST(Deferred, test_cancellerThatCallbacks) {
    auto [resolver, deferred] =
        make_deferred<std::string>([](Resolver<std::string>& r) { r.callback("hello"); });
    deferred.cancel();
    std::vector<Outcome<std::string>> got;
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), "hello");
}

TEST(Deferred, test_cancelNestedDeferred) {
    int outer_calls = 0;
    int inner_calls = 0;
    auto [inner_resolver, inner] = make_deferred<int>([&](Resolver<int>&) { ++inner_calls; });
    auto [outer_resolver, outer] = make_deferred<int>([&](Resolver<int>&) { ++outer_calls; });
    outer.add_callback([&i = inner](int) { return std::move(i); });
    outer_resolver.callback(1);
    outer.cancel();
    EXPECT_EQ(inner_calls, 1);
    EXPECT_EQ(outer_calls, 0);
    std::vector<Outcome<int>> got;
    collect(std::move(outer), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

/// A canceller and its Deferred that know each other: the object holds the handle, the canceller holds the object.
struct Mutual {
    Deferred<int> handle;
};

TEST(Deferred, test_canceller_circular_reference_callback) {
    auto object = std::make_shared<Mutual>();
    const std::weak_ptr<Mutual> watch = object;
    auto [resolver, deferred] = make_deferred<int>([object](Resolver<int>&) {});
    object->handle = std::move(deferred);
    object.reset();
    EXPECT_FALSE(watch.expired());
    resolver.callback(1);
    EXPECT_TRUE(watch.expired());
}

TEST(Deferred, test_canceller_circular_reference_errback) {
    Reports reports;
    auto object = std::make_shared<Mutual>();
    const std::weak_ptr<Mutual> watch = object;
    {
        auto [resolver, deferred] = make_deferred<int>([object](Resolver<int>&) {});
        object->handle = std::move(deferred);
        object.reset();
        resolver.errback(GenericError("e"));
        EXPECT_TRUE(watch.expired());
    }
    EXPECT_EQ(reports.count(), 1U) << "and the Deferred itself is gone";
}

TEST(Deferred, test_canceller_circular_reference_non_final) {
    auto object = std::make_shared<Mutual>();
    const std::weak_ptr<Mutual> watch = object;
    auto [resolver, deferred] = make_deferred<int>([object](Resolver<int>&) {});
    auto [inner_resolver, inner] = make_deferred<int>();
    deferred.add_callback([&i = inner](int) { return std::move(i); });
    object->handle = std::move(deferred);
    object.reset();
    resolver.callback(1);
    EXPECT_TRUE(watch.expired()) << "it fired, though it waits now";
}

TEST(Cancel, OfAPausedDeferredFiresItAndItsHandlersWait) {
    Cancellable d;
    d.ends.deferred.pause();
    d.cancel();
    EXPECT_TRUE(d.got.empty());
    d.ends.deferred.unpause();
    EXPECT_TRUE(d.is_cancelled());
}

TEST(Cancel, FromWithinAHandlerOfTheSameDeferredDoesNothing) {
    auto [resolver, deferred] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    deferred.add_callback([&d = deferred](int value) { return d.cancel(), value; });
    resolver.callback(2);
    collect(std::move(deferred), got);
    EXPECT_EQ(got.at(0).value(), 2);
}

TEST(Cancel, AgainReachesTheNewDeferredThatAnswersTheFirst) {
    int second_cancelled = 0;
    auto [inner_resolver, inner] = make_deferred<int>([&](Resolver<int>&) { ++second_cancelled; });
    auto [resolver, deferred] = make_deferred<int>();
    deferred.add_errback(
        [&i = inner](const Failure& failure) { return failure.trap<CancelledError>(), std::move(i); });
    deferred.cancel();
    EXPECT_EQ(second_cancelled, 0);
    deferred.cancel();
    EXPECT_EQ(second_cancelled, 1);
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(Cancel, WhatACancellerThrowsComesOutAndTheDeferredStaysUnfired) {
    int calls = 0;
    auto [resolver, deferred] = make_deferred<int>([&](Resolver<int>&) {
        if (++calls == 1) throw GenericError("not now");
    });
    EXPECT_THROW(deferred.cancel(), GenericError);
    EXPECT_FALSE(deferred.is_fired());
    deferred.cancel();
    EXPECT_EQ(calls, 2) << "it keeps its canceller";
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(Cancel, FromWithinItsOwnCancellerDoesNothing) {
    int calls = 0;
    Deferred<int> deferred;
    auto ends = make_deferred<int>([&](Resolver<int>&) {
        ++calls;
        deferred.cancel();
    });
    deferred = std::move(ends.deferred);
    deferred.cancel();
    EXPECT_EQ(calls, 1);
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(Cancel, ACancellerMayDestroyTheDeferred) {
    auto held = std::make_shared<int>(3);
    const std::weak_ptr<int> watch = held;
    auto deferred = std::make_unique<Deferred<int>>();
    int seen = 0;
    {
        auto ends = make_deferred<int>([&deferred, &seen, held = std::move(held)](Resolver<int>&) {
            deferred.reset();
            seen = *held;
        });
        *deferred = std::move(ends.deferred);
    }
    Reports reports;  // nobody is left to hear of the cancellation
    const CancelHandle handle = deferred->cancel_handle();
    handle.cancel();
    EXPECT_EQ(seen, 3);
    EXPECT_TRUE(watch.expired());
    EXPECT_EQ(reports.count(), 1U);
    EXPECT_TRUE(reports.is<CancelledError>(0));
}

TEST(CancelHandle, CancelsAfterTheHandleWasMovedAwayAndDoesNotKeepTheDeferredAlive) {
    auto [resolver, deferred] = make_deferred<int>();
    const CancelHandle handle = deferred.cancel_handle();
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    handle.cancel();
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
    resolver = {};
    handle.cancel();

    auto gone = make_deferred<int>();
    const CancelHandle left = gone.deferred.cancel_handle();
    gone = {};
    left.cancel();
}

TEST(Resolver, KnowsThatItsDeferredWasCancelled) {
    auto [resolver, deferred] = make_deferred<int>([](Resolver<int>& r) { EXPECT_TRUE(r.is_cancelled()); });
    EXPECT_FALSE(resolver.is_cancelled());
    deferred.add_errback([](const Failure&) { return 0; });
    deferred.cancel();
    EXPECT_TRUE(resolver.is_cancelled());
}

TEST(Orphan, CancelThroughTheOuterOneWorksAndDroppingItFreesEverything) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    auto make_waiting = [&] {
        auto [resolver, inner] = make_deferred<int>();
        return succeed().add_callback([&i = inner, held] { return std::move(i).finally([held] {}); });
    };
    auto outer = make_waiting();  // its inner one has no Resolver any more
    held.reset();
    EXPECT_FALSE(watch.expired());
    outer = {};
    EXPECT_TRUE(watch.expired());

    auto cancelled = make_waiting();
    cancelled.cancel();
    std::vector<Outcome<int>> got;
    collect(std::move(cancelled), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(Orphan, ThatIsWaitedForByAnOrphanIsFreedWithTheLastHandle) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    Deferred<int> top;
    {
        auto [leaf_resolver, leaf] = make_deferred<int>();
        auto middle = succeed().add_callback([&l = leaf] { return std::move(l); });
        top = succeed().add_callback([&] { return std::move(middle); }).finally([held = std::move(held)] {});
        PauseGuard guard(top);  // takes the orphans up again, and lets them go
    }
    EXPECT_FALSE(watch.expired());
    top = {};
    EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace txcouchbase::test
