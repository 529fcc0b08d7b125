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

TEST(Backoff, StartsOverAfterASuccess) {
    Backoff backoff;
    for (int i = 0; i < 20; ++i) backoff.next(0);
    backoff.reset();
    EXPECT_EQ(backoff.next(0), Backoff::first);
}

}  // namespace
}  // namespace txcouchbase::net
