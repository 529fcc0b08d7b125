// What a connection counts: plain numbers, copied when they are asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace txcouchbase {

/**
 * How many operations took how long.
 *
 * Shape: counts[i] has those from lower_bound(i) up to, but without, lower_bound(i + 1); the last has all that took
 *        longer. A bucket is no wider than an eighth of its times.
 */
struct LatencyHistogram {
    static constexpr std::size_t buckets = 192;

    std::array<std::uint64_t, buckets> counts{};

    static constexpr std::chrono::microseconds lower_bound(std::size_t bucket) noexcept {
        if (bucket < 8) return std::chrono::microseconds{bucket};
        return std::chrono::microseconds{(8 + bucket % 8) << (bucket / 8 - 1)};
    }
    std::uint64_t count() const noexcept;
    /// The time that `part` (0.5: half) of them did not exceed, as the end of its bucket; zero when there are none.
    std::chrono::microseconds quantile(double part) const noexcept;
    LatencyHistogram& operator+=(const LatencyHistogram& other) noexcept;
};

/// Latencies by kind of operation. Touch and unlock count as mutations.
struct Latencies {
    LatencyHistogram reads;
    LatencyHistogram mutations;
    LatencyHistogram others;  ///< noop, stats, observe, questions for the cluster's map

    Latencies& operator+=(const Latencies& other) noexcept;
};

/**
 * What one node had to do since the connection first knew it; or all nodes together.
 *
 * Shape:  issued + moved_here == completed + failed + timed_out + cancelled + pending + moved_away. Operations are
 *         counted as nodes see them: each question of noop(), each key of a multi operation, each step of a durable
 *         one, and what the connection asks for itself (a cluster's map). Those that no node was given are not.
 *         An operation whose callback or errback runs is still pending.
 * Units:  latencies are those of a sample, about one operation in 64, and of operations that were answered before they
 *         were over. They are counted from the turn of the event loop in which the operation was issued to the one in
 *         which its answer was read, retries included; the time before the first connection was up is left out.
 */
struct TrafficMetrics {
    std::uint64_t issued = 0;
    std::uint64_t moved_here =
        0;  ///< that went on to this node when the cluster's map changed, or before there was one
    std::uint64_t moved_away = 0;
    std::uint64_t completed = 0;  ///< with a result; a missing key is one where it was asked for quietly
    std::uint64_t failed = 0;     ///< with any error but the next two
    std::uint64_t timed_out = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t pending = 0;
    std::uint64_t retried = 0;         ///< refusals for now, after each of which an operation went on
    std::uint64_t late_replies = 0;    ///< to operations that were over
    std::uint64_t not_my_vbucket = 0;  ///< answers that another node has the key
    std::uint64_t bytes_sent = 0;      ///< TLS not counted
    std::uint64_t bytes_received = 0;
    std::uint64_t connects = 0;
    std::uint64_t failed_connects = 0;
    std::uint64_t losses = 0;  ///< of connections that were up
    Latencies latencies;

    TrafficMetrics& operator+=(const TrafficMetrics& other) noexcept;
};

struct NodeMetrics {
    std::string node;  ///< "host:port"
    TrafficMetrics traffic;
};

/// Counters only grow, `pending` apart.
struct Metrics {
    TrafficMetrics total;  ///< of these nodes, and of those that have left the cluster
    std::vector<NodeMetrics> nodes;
    std::uint64_t maps_taken = 0;  ///< of the cluster; those that were no newer are in neither
    std::uint64_t maps_refused = 0;
};

}  // namespace txcouchbase
