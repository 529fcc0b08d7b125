// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <txcouchbase/results.hpp>

#include "net/traffic.hpp"

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;

TEST(LatencyHistogram, ItsBoundsAreThoseByWhichTimesAreCounted) {
    const auto bucket_of = [](std::chrono::microseconds time) {
        return net::LatencyCounts::bucket_of(static_cast<std::uint64_t>(time.count()));
    };
    for (std::size_t bucket = 0; bucket + 1 < LatencyHistogram::buckets; ++bucket) {
        EXPECT_EQ(bucket_of(LatencyHistogram::lower_bound(bucket)), bucket);
        EXPECT_EQ(bucket_of(LatencyHistogram::lower_bound(bucket + 1) - 1us), bucket);
    }
}

TEST(LatencyHistogram, AQuantileIsTheEndOfItsBucket) {
    LatencyHistogram histogram;
    EXPECT_EQ(histogram.quantile(0.5), 0us);
    histogram.counts[net::LatencyCounts::bucket_of(100)] = 99;
    histogram.counts[net::LatencyCounts::bucket_of(5000)] = 1;
    EXPECT_EQ(histogram.count(), 100U);
    EXPECT_EQ(histogram.quantile(0), 104us);
    EXPECT_EQ(histogram.quantile(0.5), 104us);
    EXPECT_EQ(histogram.quantile(0.99), 104us);
    EXPECT_EQ(histogram.quantile(0.999), 5120us);
    EXPECT_EQ(histogram.quantile(1), 5120us);
}

TEST(TrafficMetrics, AddUpMemberByMember) {
    TrafficMetrics one;
    one.issued = 1;
    one.failed = 2;
    one.bytes_sent = 3;
    one.latencies.reads.counts[7] = 4;
    TrafficMetrics sum = one;
    sum += one;
    EXPECT_EQ(sum.issued, 2U);
    EXPECT_EQ(sum.failed, 4U);
    EXPECT_EQ(sum.bytes_sent, 6U);
    EXPECT_EQ(sum.latencies.reads.counts[7], 8U);
    EXPECT_EQ(sum.latencies.mutations.count(), 0U);
}

}  // namespace
}  // namespace txcouchbase
