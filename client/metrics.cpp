// Sums and quantiles of what a connection counts.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>
#include <txcouchbase/detail/metrics.hpp>

namespace txcouchbase {

std::uint64_t LatencyHistogram::count() const noexcept {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::chrono::microseconds LatencyHistogram::quantile(double part) const noexcept {
    const std::uint64_t all = count();
    if (all == 0) return {};
    const double wanted = std::ceil(std::clamp(part, 0.0, 1.0) * static_cast<double>(all));
    std::uint64_t passed = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        passed += counts[bucket];
        if (passed != 0 && static_cast<double>(passed) >= wanted) return lower_bound(bucket + 1);
    }
    return lower_bound(buckets);
}

LatencyHistogram& LatencyHistogram::operator+=(const LatencyHistogram& other) noexcept {
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) counts[bucket] += other.counts[bucket];
    return *this;
}

Latencies& Latencies::operator+=(const Latencies& other) noexcept {
    reads += other.reads;
    mutations += other.mutations;
    others += other.others;
    return *this;
}

TrafficMetrics& TrafficMetrics::operator+=(const TrafficMetrics& other) noexcept {
    issued += other.issued;
    moved_here += other.moved_here;
    moved_away += other.moved_away;
    completed += other.completed;
    failed += other.failed;
    timed_out += other.timed_out;
    cancelled += other.cancelled;
    pending += other.pending;
    retried += other.retried;
    late_replies += other.late_replies;
    not_my_vbucket += other.not_my_vbucket;
    bytes_sent += other.bytes_sent;
    bytes_received += other.bytes_received;
    connects += other.connects;
    failed_connects += other.failed_connects;
    losses += other.losses;
    latencies += other.latencies;
    return *this;
}

}  // namespace txcouchbase
