// race(): the first success wins, and the others are cancelled.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "client/deferred_list.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Winner = std::pair<std::size_t, std::string>;

/// Children that count how often each was cancelled.
struct Runners {
    explicit Runners(std::size_t count) : cancelled(count) {
        for (std::size_t at = 0; at < count; ++at) {
            auto ends = make_deferred<std::string>([this, at](Resolver<std::string>&) { ++cancelled[at]; });
            resolvers.push_back(std::move(ends.resolver));
            deferreds.push_back(std::move(ends.deferred));
        }
    }
    std::vector<int> cancelled;
    std::vector<Resolver<std::string>> resolvers;
    std::vector<Deferred<std::string>> deferreds;
};

TEST(RaceTests, test_success) {
    for (std::size_t before = 0; before < 3; ++before) {
        for (std::size_t after = 0; after < 3; ++after) {
            Runners runners(before + 1 + after);
            std::vector<Outcome<Winner>> got;
            collect(race(std::move(runners.deferreds)), got);
            runners.resolvers[before].callback("won");
            EXPECT_EQ(got.at(0).value(), Winner(before, "won"));
            std::vector<int> expected(before + 1 + after, 1);
            expected[before] = 0;
            EXPECT_EQ(runners.cancelled, expected);
        }
    }
}

TEST(RaceTests, test_failure) {
    Runners runners(3);
    std::vector<Outcome<Winner>> got;
    collect(race(std::move(runners.deferreds)), got);
    for (const std::size_t at : {2U, 0U, 1U}) runners.resolvers[at].errback(GenericError(std::to_string(at)));
    ASSERT_NE(error_in<FailureGroup>(got), nullptr);
    std::string texts;
    for (const Failure& each : error_in<FailureGroup>(got)->failures()) texts += each.what();
    EXPECT_EQ(texts, "012");
    EXPECT_EQ(runners.cancelled, (std::vector<int>{0, 0, 0}));
}

TEST(RaceTests, test_resultAfterCancel) {
    auto winner = make_deferred<std::string>();
    auto loser = make_deferred<std::string>();
    std::vector<Outcome<Winner>> got;
    collect(race(all_of(std::move(winner.deferred), std::move(loser.deferred))), got);
    winner.resolver.callback("won");
    loser.resolver.callback("too late");
    EXPECT_EQ(got.at(0).value(), Winner(0, "won"));
    EXPECT_EQ(got.size(), 1U);
}

TEST(RaceTests, test_resultFromCancel) {
    auto winner = make_deferred<std::string>();
    auto loser =
        make_deferred<std::string>([](Resolver<std::string>& r) { r.callback("from the canceller"); });
    std::vector<Outcome<Winner>> got;
    collect(race(all_of(std::move(winner.deferred), std::move(loser.deferred))), got);
    winner.resolver.callback("won");
    EXPECT_EQ(got.at(0).value(), Winner(0, "won"));
}

TEST(RaceTests, test_cancel) {
    Runners runners(3);
    auto result = race(std::move(runners.deferreds));
    result.cancel();
    EXPECT_EQ(runners.cancelled, (std::vector<int>{1, 1, 1}));
    std::vector<Outcome<Winner>> got;
    collect(std::move(result), got);
    ASSERT_NE(error_in<FailureGroup>(got), nullptr);
    for (const Failure& each : error_in<FailureGroup>(got)->failures())
        EXPECT_TRUE(each.check<CancelledError>());
}

TEST(Race, OfChildrenThatHaveFiredIsWonByTheLowestAndCancelsTheRestUnheard) {
    auto cancelled = make_deferred<int>();
    std::vector<Outcome<std::pair<std::size_t, int>>> got;
    collect(race(all_of(fail<int>(GenericError("0")), succeed(1), std::move(cancelled.deferred), succeed(3))),
            got);
    EXPECT_EQ(got.at(0).value(), (std::pair<std::size_t, int>(1, 1)));
    EXPECT_TRUE(cancelled.resolver.is_cancelled());
}

TEST(Race, WithoutChildrenFailsAtOnce) {
    std::vector<Outcome<std::pair<std::size_t, int>>> got;
    collect(race(std::vector<Deferred<int>>()), got);
    EXPECT_NE(error_in<std::invalid_argument>(got), nullptr);
}

TEST(Race, ALosersCancellerThatThrowsIsReportedAndTheRaceIsWonAllTheSame) {
    Reports reports;
    auto winner = make_deferred<int>();
    auto loser = make_deferred<int>([](Resolver<int>&) { throw GenericError("in the canceller"); });
    std::vector<Outcome<std::pair<std::size_t, int>>> got;
    collect(race(all_of(std::move(loser.deferred), std::move(winner.deferred))), got);
    winner.resolver.callback(5);
    EXPECT_EQ(reports.count(), 1U);
    EXPECT_EQ(got.at(0).value().second, 5);
}

TEST(Race, CancelledWithAChildThatTakesItsTimeFailsAndTheChildsEndIsNobodys) {
    Runners waiting_for_nothing(1);
    auto slow = make_deferred<int>();
    auto inner = make_deferred<int>([](Resolver<int>&) {});
    auto child =
        std::move(slow.deferred).add_errback([&](const Failure&) { return std::move(inner.deferred); });
    auto result = race(all_of(std::move(child)));
    result.cancel();
    std::vector<Outcome<std::pair<std::size_t, int>>> got;
    collect(std::move(result), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
    inner.resolver.errback(GenericError("late"));
    EXPECT_EQ(got.size(), 1U);
}

TEST(Race, OfVoidGivesTheIndex) {
    auto first = make_deferred<void>();
    auto second = make_deferred<void>();
    std::vector<Outcome<std::size_t>> got;
    collect(race(all_of(std::move(first.deferred), std::move(second.deferred))), got);
    second.resolver.callback();
    EXPECT_EQ(got.at(0).value(), 1U);
}

TEST(Race, MayBeCancelledByItsLosersCanceller) {
    Deferred<std::pair<std::size_t, int>> result;
    auto winner = make_deferred<int>();
    auto loser = make_deferred<int>([&](Resolver<int>&) { result.cancel(); });
    result = race(all_of(std::move(winner.deferred), std::move(loser.deferred)));
    winner.resolver.callback(1);
    std::vector<Outcome<std::pair<std::size_t, int>>> got;
    collect(std::move(result), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

}  // namespace
}  // namespace txcouchbase::test
