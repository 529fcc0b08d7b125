// What a Core tells of its nodes: counters, and where they are connected to.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "client/core.hpp"

namespace txcouchbase {

namespace {

static_assert(LatencyHistogram::buckets == net::LatencyCounts::size);

TrafficMetrics traffic_of(const net::KvMachine& machine) {
    const net::Traffic& counted = machine.traffic();
    const auto latencies = [&counted](net::OperationClass kind) {
        return LatencyHistogram{counted.latencies[static_cast<std::size_t>(kind)].counts()};
    };
    TrafficMetrics traffic{.issued = machine.issued(),
                           .moved_here = counted.moved_here,
                           .moved_away = counted.moved_away,
                           .failed = counted.failed,
                           .timed_out = counted.timed_out,
                           .cancelled = counted.cancelled,
                           .pending = machine.pending(),
                           .retried = counted.retried,
                           .late_replies = machine.late_replies(),
                           .not_my_vbucket = counted.not_my_vbucket,
                           .bytes_sent = counted.bytes_sent,
                           .bytes_received = machine.bytes_received(),
                           .connects = counted.connects,
                           .failed_connects = counted.failed_connects,
                           .losses = counted.losses,
                           .latencies = {.reads = latencies(net::OperationClass::read),
                                         .mutations = latencies(net::OperationClass::mutation),
                                         .others = latencies(net::OperationClass::other)}};
    // Counting this one would cost every operation.
    traffic.completed = traffic.issued + traffic.moved_here - traffic.moved_away - traffic.failed -
                        traffic.timed_out - traffic.cancelled - traffic.pending;
    return traffic;
}

}  // namespace

Metrics Core::metrics() const {
    Metrics metrics{
        .total = departed_, .nodes = {}, .maps_taken = maps_taken_, .maps_refused = maps_refused_};
    for (const auto& node : nodes_) {
        if (node == nullptr) continue;
        const TrafficMetrics traffic = traffic_of(node->machine);
        metrics.total += traffic;
        if (node->session) metrics.nodes.push_back({node->machine.node(), traffic});
    }
    return metrics;
}

void Core::count_departed(const net::KvMachine& machine) {
    departed_ += traffic_of(machine);
}

std::vector<Endpoint> Core::endpoints() const {
    std::vector<Endpoint> endpoints;
    for (const auto& node : nodes_) {
        if (node == nullptr || !node->session) continue;
        std::array<char, 48> id;
        std::snprintf(id.data(), id.size(), "%08x/%u/%llu", id_, unsigned{node->machine.index()},
                      static_cast<unsigned long long>(node->machine.traffic().connects));
        Endpoint endpoint{.id = id.data(),
                          .remote = node->machine.node(),
                          .local = node->session->local(),
                          .state = node->session->state_name()};
        if (const auto last = node->machine.last_activity())
            endpoint.idle = std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::steady_clock::now() - *last);
        endpoints.push_back(std::move(endpoint));
    }
    return endpoints;
}

ReportFrame Core::report_frame(std::string_view id) const {
    return {.id = report_id(id),
            .bucket = bucket_,
            .map_revision = map_revision(),
            .began_with_cache = cluster_ && cluster_->began_with_kept()};
}

std::optional<std::uint64_t> Core::map_revision() const {
    if (router_.map() == nullptr) return std::nullopt;
    return static_cast<std::uint64_t>(router_.map()->version.revision);
}

}  // namespace txcouchbase
