// SPDX-License-Identifier: Apache-2.0
#include "net/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

namespace txcouchbase::net {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesFromTheFirstDelayToTheLongest) {
    Backoff backoff;
    for (milliseconds expected = Backoff::first; expected < Backoff::longest; expected *= 2)
        EXPECT_EQ(backoff.next(0), expected);
    for (int i = 0; i < 1'000; ++i) EXPECT_EQ(backoff.next(0), Backoff::longest);
}

TEST(Backoff, LeavesOutAtMostHalfOfADelay) {
    for (std::uint32_t random = 0; random < 5'000; ++random) {
        Backoff backoff;
        for (milliseconds whole = Backoff::first; whole <= Backoff::longest; whole *= 2) {
            const milliseconds delay = backoff.next(random);
            EXPECT_GE(delay, whole / 2);
            EXPECT_LE(delay, whole);
        }
    }
}

TEST(Backoff, SpreadsClientsOverHalfADelay) {
    std::set<milliseconds> delays;
    for (std::uint32_t random = 0; random < 1'000; ++random) delays.insert(Backoff{}.next(random));
    EXPECT_EQ(delays.size(), static_cast<std::size_t>(Backoff::first.count() / 2 + 1));
    EXPECT_EQ(*delays.begin(), Backoff::first / 2);
    EXPECT_EQ(*delays.rbegin(), Backoff::first);
}

TEST(Backoff, TakesAnyNumberAsRandom) {
    Backoff backoff;
    for (const std::uint32_t random : {0x7fff'ffffU, 0x8000'0000U, 0xffff'ffffU}) {
        const milliseconds delay = backoff.next(random);
        EXPECT_GT(delay, milliseconds::zero());
        EXPECT_LE(delay, Backoff::longest);
    }
}

/// The delay after a connection that was lost when the longest delay was reached.
milliseconds delay_after(std::chrono::nanoseconds up, bool has_answered) {
    Backoff backoff;
    for (int i = 0; i < 20; ++i) backoff.next(0);
    backoff.on_lost(up, has_answered);
    return backoff.next(0);
}

TEST(Backoff, StartsOverAfterAConnectionThatAnswered) {
    EXPECT_EQ(delay_after(milliseconds{1}, true), Backoff::first);
}

TEST(Backoff, StartsOverAfterAConnectionThatWasUpForLongerThanTheLongestDelay) {
    EXPECT_EQ(delay_after(Backoff::longest + milliseconds{1}, false), Backoff::first);
}

TEST(Backoff, GoesOnAfterAConnectionThatWasGoodForNothing) {
    EXPECT_EQ(delay_after(milliseconds{0}, false), Backoff::longest);
    EXPECT_EQ(delay_after(Backoff::longest, false), Backoff::longest);
}

}  // namespace
}  // namespace txcouchbase::net
