// SPDX-License-Identifier: Apache-2.0
#include "net/traffic.hpp"

#include <gtest/gtest.h>

#include <set>

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

TEST(LatencyCounts, ShortTimesHaveABucketEach) {
    for (std::uint64_t time = 0; time < 16; ++time) EXPECT_EQ(LatencyCounts::bucket_of(time), time);
    EXPECT_EQ(LatencyCounts::bucket_of(16), LatencyCounts::bucket_of(17));
}

TEST(LatencyCounts, BucketsFollowEachOtherWithoutAGap) {
    std::size_t last = 0;
    for (std::uint64_t time = 0; time < 100'000; ++time) {
        const std::size_t bucket = LatencyCounts::bucket_of(time);
        EXPECT_TRUE(bucket == last || bucket == last + 1) << time;
        last = bucket;
    }
}

TEST(LatencyCounts, WhatTakesLongerThanAllBucketsIsInTheLast) {
    EXPECT_EQ(LatencyCounts::bucket_of(62'914'560), LatencyCounts::size - 1);
    EXPECT_EQ(LatencyCounts::bucket_of(62'914'559), LatencyCounts::size - 2);
    EXPECT_EQ(LatencyCounts::bucket_of(~0ULL), LatencyCounts::size - 1);
}

TEST(LatencyCounts, AClockThatWentBackCountsAsNoTime) {
    LatencyCounts counts;
    counts.record(-1ms);
    counts.record(5us);
    EXPECT_EQ(counts.counts()[0], 1U);
    EXPECT_EQ(counts.counts()[5], 1U);
}

TEST(Sampler, CountsAllAndPicksTheFirstAndThenAboutOneIn64) {
    Sampler sampler;
    std::uint64_t picked = 0;
    for (std::uint64_t i = 1; i <= 64'000; ++i) {
        const bool is_picked = sampler.pick();
        EXPECT_TRUE(is_picked || i != 1);
        if (is_picked) {
            ++picked;
            sampler.go_on();
        }
        ASSERT_EQ(sampler.counted(), i);
    }
    EXPECT_NEAR(static_cast<double>(picked), 1000, 50);
}

TEST(Sampler, PicksTheNextWhereThatIsWanted) {
    Sampler sampler;
    for (std::uint64_t i = 1; i <= 10; ++i) {
        EXPECT_TRUE(sampler.pick());
        sampler.go_on_with_next();
        EXPECT_EQ(sampler.counted(), i);
    }
}

TEST(Sampler, NoRhythmIsMissed) {
    for (const std::uint64_t rhythm : {2U, 3U, 64U, 100U}) {
        Sampler sampler;
        std::set<std::uint64_t> picked;
        for (std::uint64_t i = 0; i < 200'000; ++i) {
            if (!sampler.pick()) continue;
            picked.insert(i % rhythm);
            sampler.go_on();
        }
        EXPECT_EQ(picked.size(), rhythm);
    }
}

TEST(OperationClass, KeepsReadsMutationsAndAllElseApart) {
    EXPECT_EQ(class_of(protocol::Opcode::get), OperationClass::read);
    EXPECT_EQ(class_of(protocol::Opcode::get_replica), OperationClass::read);
    EXPECT_EQ(class_of(protocol::Opcode::remove), OperationClass::mutation);
    EXPECT_EQ(class_of(protocol::Opcode::increment), OperationClass::mutation);
    EXPECT_EQ(class_of(protocol::Opcode::stat), OperationClass::other);
}

}  // namespace
}  // namespace txcouchbase::net
