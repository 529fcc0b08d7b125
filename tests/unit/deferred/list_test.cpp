// deferred_list(), gather() and first_success().
// SPDX-License-Identifier: Apache-2.0
#include "client/deferred_list.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using IntList = std::vector<Outcome<int>>;
using Cancel = std::function<void(Resolver<int>&)>;

/// Two or three children that the list takes; their Resolvers stay here.
struct Children {
    explicit Children(std::size_t count = 2, const Cancel& canceller = {}) {
        for (std::size_t at = 0; at < count; ++at) add(canceller);
    }
    void add(const Cancel& canceller) {
        auto ends = canceller ? make_deferred<int>(canceller) : make_deferred<int>();
        resolvers.push_back(std::move(ends.resolver));
        deferreds.push_back(std::move(ends.deferred));
    }
    std::vector<Deferred<int>> take() { return std::move(deferreds); }
    const Resolver<int>& operator[](std::size_t at) const { return resolvers[at]; }

    std::vector<Resolver<int>> resolvers;
    std::vector<Deferred<int>> deferreds;
};

std::vector<std::reference_wrapper<Deferred<int>>> kept(std::vector<Deferred<int>>& deferreds) {
    return {deferreds.begin(), deferreds.end()};
}

template <class E>
bool failed_with(const Outcome<int>& outcome) {
    return !outcome && outcome.failure().get_if<E>() != nullptr;
}

const auto fires_nine = [](Resolver<int>& resolver) { resolver.callback(9); };

TEST(Deferred, testDeferredList) {
    Children children(3);
    std::vector<Outcome<IntList>> got;
    std::vector<std::string> own_errbacks;
    collect(deferred_list(kept(children.deferreds)), got);
    children[0].callback(1);
    EXPECT_TRUE(got.empty());
    children.deferreds[1].add_errback(
        [&](const Failure& failure) { return own_errbacks.push_back(failure.what()), 0; });
    children[1].errback(GenericError("2"));
    EXPECT_TRUE(got.empty());
    children[2].callback(3);
    const IntList& list = got.at(0).value();
    EXPECT_EQ(list.at(0).value(), 1);
    EXPECT_EQ(list.at(1).failure().what(), "2");
    EXPECT_EQ(list.at(2).value(), 3);
    EXPECT_EQ(own_errbacks, (std::vector<std::string>{"2"}));
}

TEST(Deferred, testEmptyDeferredList) {
    std::vector<Outcome<IntList>> got;
    collect(deferred_list(std::vector<Deferred<int>>()), got);
    EXPECT_TRUE(got.at(0).value().empty());
    std::vector<Outcome<std::pair<int, std::size_t>>> first;
    collect(first_success(std::vector<Deferred<int>>()), first);
    EXPECT_NE(error_in<std::invalid_argument>(first), nullptr) << "Twisted's never fires";
}

TEST(Deferred, testDeferredListEmpty) {
    std::vector<Outcome<IntList>> got;
    collect(deferred_list(std::vector<std::reference_wrapper<Deferred<int>>>()), got);
    EXPECT_TRUE(got.at(0).value().empty());
}

TEST(Deferred, testDeferredListFireOnOneError) {
    Children children(3);
    std::vector<Outcome<IntList>> got;
    collect(deferred_list(children.take(), {.fire_on_one_errback = true}), got);
    children[0].callback(1);
    EXPECT_TRUE(got.empty());
    const Failure error(GenericError("from def2"));
    children[1].errback(error);
    ASSERT_NE(error_in<FirstError>(got), nullptr);
    EXPECT_EQ(*error_in<FirstError>(got), FirstError(1, error));
    children[2].callback(3);
    EXPECT_EQ(got.size(), 1U);
}

TEST(Deferred, testDeferredListDontConsumeErrors) {
    Children children(1);
    std::vector<Outcome<IntList>> got;
    std::vector<std::string> own_errbacks;
    collect(deferred_list(kept(children.deferreds)), got);
    children[0].errback(GenericError("e"));
    children.deferreds[0].add_errback(
        [&](const Failure& failure) { return own_errbacks.push_back(failure.what()), 0; });
    EXPECT_EQ(own_errbacks, (std::vector<std::string>{"e"}));
    EXPECT_TRUE(failed_with<GenericError>(got.at(0).value().at(0)));
}

TEST(Deferred, testDeferredListConsumeErrors) {
    Children children(1);
    std::vector<Outcome<IntList>> got;
    collect(deferred_list(kept(children.deferreds), {.child_errors = ChildErrors::consume}), got);
    children.deferreds[0].add_errback([](const Failure&) { return ADD_FAILURE(), 1; });
    int left = -1;
    children.deferreds[0].add_callback([&](int value) { return left = value; });
    children[0].errback(GenericError("e"));
    EXPECT_TRUE(failed_with<GenericError>(got.at(0).value().at(0)));
    EXPECT_EQ(left, 0) << "a default value stands where Twisted has None";
}

TEST(Deferred, testDeferredListFireOnOneErrorWithAlreadyFiredDeferreds) {
    std::vector<Outcome<IntList>> got;
    auto pending = make_deferred<int>();
    collect(deferred_list(all_of(std::move(pending.deferred), fail<int>(GenericError("from d2"))),
                          {.fire_on_one_errback = true}),
            got);
    ASSERT_NE(error_in<FirstError>(got), nullptr);
    EXPECT_EQ(error_in<FirstError>(got)->index(), 1U);
}

TEST(Deferred, testDeferredListWithAlreadyFiredDeferreds) {
    std::vector<Outcome<IntList>> got;
    collect(deferred_list(all_of(succeed(1), fail<int>(GenericError("2")), succeed(3))), got);
    EXPECT_EQ(got.at(0).value().at(0).value(), 1);
    EXPECT_TRUE(failed_with<GenericError>(got[0].value().at(1)));
    EXPECT_EQ(got[0].value().at(2).value(), 3);
}

TEST(Deferred, test_cancelDeferredList) {
    Children children;
    auto list = deferred_list(children.take());
    list.cancel();
    std::vector<Outcome<IntList>> got;
    collect(std::move(list), got);
    for (std::size_t at = 0; at < 2; ++at) EXPECT_TRUE(failed_with<CancelledError>(got.at(0).value().at(at)));
}

TEST(Deferred, test_cancelDeferredListCallback) {
    Children children(1, fires_nine);
    children.add({});
    auto list = deferred_list(children.take());
    list.cancel();
    std::vector<Outcome<IntList>> got;
    collect(std::move(list), got);
    EXPECT_EQ(got.at(0).value().at(0).value(), 9);
    EXPECT_TRUE(failed_with<CancelledError>(got[0].value().at(1)));
}

TEST(Deferred, test_cancelDeferredListWithFireOnOneCallback) {
    Children children;
    auto list = first_success(children.take());
    list.cancel();
    EXPECT_TRUE(children[0].is_cancelled());
    EXPECT_TRUE(children[1].is_cancelled());
    std::vector<Outcome<std::pair<int, std::size_t>>> got;
    collect(std::move(list), got);
    ASSERT_NE(error_in<FailureGroup>(got), nullptr);
    for (const Failure& each : error_in<FailureGroup>(got)->failures())
        EXPECT_TRUE(each.check<CancelledError>());
}

TEST(Deferred, test_cancelDeferredListWithFireOnOneCallbackAndDeferredCallback) {
    Children children(1, fires_nine);
    children.add({});
    auto list = first_success(children.take());
    list.cancel();
    EXPECT_TRUE(children[1].is_cancelled()) << "the loop goes on after the list has fired";
    std::vector<Outcome<std::pair<int, std::size_t>>> got;
    collect(std::move(list), got);
    EXPECT_EQ(got.at(0).value(), (std::pair<int, std::size_t>(9, 0)));
}

TEST(Deferred, test_cancelDeferredListWithFireOnOneErrback) {
    Children children;
    auto list = deferred_list(children.take(), {.fire_on_one_errback = true});
    list.cancel();
    std::vector<Outcome<IntList>> got;
    collect(std::move(list), got);
    ASSERT_NE(error_in<FirstError>(got), nullptr);
    EXPECT_TRUE(error_in<FirstError>(got)->sub_failure().check<CancelledError>());
    EXPECT_TRUE(children[1].is_cancelled());
}

TEST(Deferred, test_cancelDeferredListWithFireOnOneErrbackAllDeferredsCallback) {
    Children children(2, fires_nine);
    auto list = deferred_list(children.take(), {.fire_on_one_errback = true});
    list.cancel();
    std::vector<Outcome<IntList>> got;
    collect(std::move(list), got);
    EXPECT_EQ(got.at(0).value().at(0).value(), 9);
    EXPECT_EQ(got[0].value().at(1).value(), 9);
}

TEST(Deferred, test_cancelDeferredListWithOriginalDeferreds) {
    Children children;
    std::vector<std::reference_wrapper<Deferred<int>>> originals = kept(children.deferreds);
    auto list = deferred_list(originals);
    auto added = make_deferred<int>();
    originals.push_back(added.deferred);
    list.cancel();
    EXPECT_FALSE(added.resolver.is_cancelled());
    EXPECT_TRUE(list.is_fired());
    for (Deferred<int>& each : children.deferreds) each.add_errback([](const Failure&) { return 0; });
}

TEST(Deferred, test_cancelDeferredListWithException) {
    Reports reports;
    Children children(1, [](Resolver<int>&) { throw GenericError("test"); });
    children.add({});
    auto list = deferred_list(children.take());
    list.cancel();
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_EQ(reports[0].kind, FailureReport::Kind::canceller_threw);
    EXPECT_TRUE(children[1].is_fired()) << "cancelled all the same";
    EXPECT_FALSE(list.is_fired()) << "the first child is still to come";
}

TEST(Deferred, test_cancelFiredOnOneCallbackDeferredList) {
    Children children;
    auto list = first_success(children.take());
    children[0].callback(1);
    list.cancel();
    EXPECT_FALSE(children[1].is_fired());
}

TEST(Deferred, test_cancelFiredOnOneErrbackDeferredList) {
    Children children;
    auto list = deferred_list(children.take(), {.fire_on_one_errback = true});
    children[0].errback(GenericError("e"));
    list.cancel();
    EXPECT_FALSE(children[1].is_fired());
    std::move(list).ignore().add_errback([](const Failure&) {});
}

TEST(Deferred, test_gatherResults) {
    Children children;
    std::vector<Outcome<std::vector<int>>> got;
    collect(gather(children.take()), got);
    children[1].callback(2);
    children[0].callback(1);
    EXPECT_EQ(got.at(0).value(), (std::vector<int>{1, 2}));

    Children failing;
    std::vector<Outcome<std::vector<int>>> errors;
    collect(gather(failing.take()), errors);
    failing[0].callback(1);
    failing[1].errback(GenericError("e"));
    EXPECT_NE(error_in<FirstError>(errors), nullptr);
    EXPECT_EQ(errors.size(), 1U);
}

TEST(Deferred, test_gatherResultsWithConsumeErrors) {
    Reports reports;
    for (const ChildErrors child_errors : {ChildErrors::keep, ChildErrors::consume}) {
        reports.forget();
        std::vector<Outcome<std::vector<int>>> got;
        collect(gather(all_of(fail<int>(GenericError("bad")), succeed(1)), child_errors), got);
        ASSERT_NE(error_in<FirstError>(got), nullptr);
        EXPECT_TRUE(error_in<FirstError>(got)->sub_failure().check<GenericError>());
        EXPECT_EQ(reports.count(), child_errors == ChildErrors::keep ? 1U : 0U) << "the child's own end";
    }
}

TEST(Deferred, test_cancelGatherResults) {
    Children children;
    auto result = gather(children.take());
    result.cancel();
    EXPECT_TRUE(children[0].is_cancelled());
    EXPECT_TRUE(children[1].is_cancelled());
    std::vector<Outcome<std::vector<int>>> got;
    collect(std::move(result), got);
    ASSERT_NE(error_in<FirstError>(got), nullptr);
    EXPECT_EQ(error_in<FirstError>(got)->index(), 0U);
    EXPECT_TRUE(error_in<FirstError>(got)->sub_failure().check<CancelledError>());
}

TEST(Deferred, test_cancelGatherResultsWithAllDeferredsCallback) {
    Children children(2, fires_nine);
    auto result = gather(children.take());
    result.cancel();
    std::vector<Outcome<std::vector<int>>> got;
    collect(std::move(result), got);
    EXPECT_EQ(got.at(0).value(), (std::vector<int>{9, 9}));
}

TEST(DeferredList, ItsHandlersRunBeforeTheChildsLaterOnesAndTheChildKeepsItsValue) {
    Children children(1);
    std::vector<std::string> order;
    auto list = deferred_list(kept(children.deferreds)).add_callback([&](const IntList&) {
        order.push_back("list");
    });
    children.deferreds[0].add_callback(
        [&](int value) { return order.push_back("child " + std::to_string(value)), value; });
    children[0].callback(5);
    EXPECT_EQ(order, (std::vector<std::string>{"list", "child 5"}));
}

TEST(DeferredList, MayHoldTheSameChildTwice) {
    auto [resolver, child] = make_deferred<int>();
    std::vector<Outcome<IntList>> got;
    collect(deferred_list(std::vector{std::ref(child), std::ref(child)}), got);
    resolver.callback(4);
    EXPECT_EQ(got.at(0).value().at(0).value(), 4);
    EXPECT_EQ(got[0].value().at(1).value(), 4);
}

TEST(DeferredList, CannotConsumeErrorsWhereThereIsNoDefaultValue) {
    struct NoDefault {
        explicit NoDefault(int n) : number(n) {}
        int number;
    };
    auto [resolver, child] = make_deferred<NoDefault>();
    const std::vector children{std::ref(child)};
    EXPECT_THROW(deferred_list(children, {.child_errors = ChildErrors::consume}), std::invalid_argument);
    EXPECT_NO_THROW(deferred_list(children));
}

TEST(DeferredList, ThatHasFiredForwardsCancelToWhatItWaitsFor) {
    auto [resolver, inner] = make_deferred<int>();
    auto waiting =
        deferred_list(all_of(succeed(1))).add_callback([&i = inner](const IntList&) { return std::move(i); });
    waiting.cancel();
    EXPECT_TRUE(resolver.is_cancelled());
    std::move(waiting).ignore().add_errback([](const Failure&) {});
}

TEST(DeferredList, OfOrphansDiesWithItsHandle) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    Children children;
    auto list = deferred_list(children.take()).finally([held = std::move(held)] {});
    children.resolvers.clear();
    EXPECT_FALSE(watch.expired());
    list = {};
    EXPECT_TRUE(watch.expired());
}

TEST(DeferredList, WhoseHandleWasDroppedStillRunsItsHandlers) {
    Children children;
    int got = 0;
    deferred_list(children.take()).add_callback([&](const IntList& list) {
        got = list.at(0).value() + list.at(1).value();
    });
    children[0].callback(1);
    children[1].callback(2);
    EXPECT_EQ(got, 3);
}

TEST(DeferredList, ThatFiredEarlyLeavesKeptChildrenWorking) {
    Children children(3);
    auto list = deferred_list(kept(children.deferreds),
                              {.fire_on_one_errback = true, .child_errors = ChildErrors::consume});
    children[0].errback(GenericError("e"));
    std::move(list).ignore().add_errback([](const Failure&) {});
    list = {};
    children.resolvers.resize(2);  // the third is an orphan, and comes back for a moment
    { const PauseGuard guard(children.deferreds[2]); }
    children[1].errback(GenericError("consumed, though nobody heard it"));
    children.deferreds[2].cancel();
}

TEST(DeferredList, CancelsAKeptChildAlsoWhenTheOneThatWaitedForItHasDied) {
    Children children(1);
    std::vector<Outcome<IntList>> got;
    auto list = deferred_list(kept(children.deferreds), {.child_errors = ChildErrors::consume});
    auto waiting = succeed().add_callback([&] { return std::move(children.deferreds[0]); });
    children.resolvers.clear();
    waiting = {};
    list.cancel();
    collect(std::move(list), got);
    EXPECT_TRUE(failed_with<CancelledError>(got.at(0).value().at(0)));
}

TEST(Gather, OfSeveralTypesGivesATuple) {
    auto [resolver, pending] = make_deferred<std::unique_ptr<int>>();
    std::vector<Outcome<int>> got;
    collect(gather(succeed(std::string("text")), std::move(pending), succeed()).add_callback([](auto values) {
        auto& [text, number, nothing] = values;
        static_assert(std::is_same_v<std::decay_t<decltype(nothing)>, std::monostate>);
        return static_cast<int>(text.size()) + *number;
    }),
            got);
    EXPECT_TRUE(got.empty());
    resolver.callback(std::make_unique<int>(3));
    EXPECT_EQ(got.at(0).value(), 7);

    std::vector<Outcome<void>> failed;
    collect(gather(succeed(1), fail<std::string>(GenericError("second"))).ignore(), failed);
    ASSERT_NE(error_in<FirstError>(failed), nullptr);
    EXPECT_EQ(error_in<FirstError>(failed)->index(), 1U);
}

TEST(Gather, OfVoidAndOfMoveOnlyValues) {
    std::vector<Outcome<void>> done;
    collect(gather(all_of(succeed(), succeed())), done);
    collect(gather(std::vector<Deferred<void>>()), done);
    EXPECT_EQ(done.size(), 2U);
    int sum = 0;
    gather(all_of(succeed(std::make_unique<int>(1)), succeed(std::make_unique<int>(2))))
        .add_callback([&](std::vector<std::unique_ptr<int>> values) { sum = *values[0] + *values[1]; });
    EXPECT_EQ(sum, 3);
}

TEST(FirstSuccess, PassesOverFailuresAndLeavesTheOthersAlone) {
    Children children(3);
    std::vector<Outcome<std::pair<int, std::size_t>>> got;
    collect(first_success(children.take()), got);
    children[0].errback(GenericError("0"));
    EXPECT_TRUE(got.empty());
    children[1].callback(7);
    EXPECT_EQ(got.at(0).value(), (std::pair<int, std::size_t>(7, 1)));
    EXPECT_FALSE(children[2].is_cancelled());
    children[2].errback(GenericError("unheard"));

    Children either;
    std::vector<Outcome<std::pair<int, std::size_t>>> first_event;
    collect(first_success(either.take(), {.fire_on_one_errback = true}), first_event);
    either[1].errback(GenericError("1"));
    EXPECT_NE(error_in<FirstError>(first_event), nullptr) << "with both flags the first event decides";
}

}  // namespace
}  // namespace txcouchbase::test
