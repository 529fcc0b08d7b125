// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/link.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

using namespace std::chrono_literals;

constexpr Time start{1h};

std::string take_all(Link& link, Time now) {
    std::string all;
    while (const auto piece = link.take(now)) all += *piece + '|';
    return all;
}

TEST(Link, CarriesBytesAsTheyCome) {
    Link link;
    EXPECT_TRUE(link.empty());
    link.push("one", start, {});
    link.push("two", start, {});
    EXPECT_EQ(link.size(), 6U);
    EXPECT_EQ(take_all(link, start), "one|two|");
    EXPECT_TRUE(link.empty());
    EXPECT_EQ(link.size(), 0U);
    EXPECT_FALSE(link.deadline());
}

TEST(Link, NothingArrivesBeforeItsDelay) {
    Link link;
    link.push("late", start, {.delay = 5ms});
    EXPECT_EQ(link.deadline(), start + 5ms);
    EXPECT_FALSE(link.take(start + 5ms - 1ns));
    EXPECT_EQ(link.take(start + 5ms), "late");
}

TEST(Link, AShorterDelayDoesNotOvertake) {
    Link link;
    link.push("first", start, {.delay = 5ms});
    link.push("second", start + 1ms, {});
    EXPECT_FALSE(link.take(start + 4ms));
    EXPECT_EQ(take_all(link, start + 5ms), "first|second|");
}

TEST(Link, PiecesAreNoLargerThanTheWireTakes) {
    Link link;
    link.push("abcdefg", start, {.max_piece = 3});
    EXPECT_EQ(take_all(link, start), "abc|def|g|");
    link.push("abc", start, {.max_piece = 3});
    EXPECT_EQ(take_all(link, start), "abc|");
    link.push("", start, {.max_piece = 3});
    EXPECT_TRUE(link.empty());
}

TEST(Link, ABlackHoleSwallowsWhatIsPushedAndNotWhatIsUnderWay) {
    Link link;
    link.push("before", start, {.delay = 1ms});
    link.push("during", start, {.is_dropping = true});
    link.push("after", start, {});
    EXPECT_EQ(take_all(link, start + 1ms), "before|after|");
}

}  // namespace
}  // namespace txcouchbase::cluster
