// SPDX-License-Identifier: Apache-2.0
#include "bench/map.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include "bench/allocations.hpp"
#include "client/router.hpp"
#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase::bench {
namespace {

constexpr int exit_usage = 64;
constexpr std::size_t rounds = 15;
constexpr unsigned nodes = 32;
constexpr unsigned vbuckets = 1024;
constexpr unsigned lookups = 100'000;

std::string node_name(unsigned node) {
    return "node" + std::to_string(node) + ".cluster.example.com";
}

/// As a server writes it, with two replicas.
std::string map_text() {
    std::string servers;
    std::string legacy;
    std::string extended;
    for (unsigned node = 0; node < nodes; ++node) {
        const std::string comma = node == 0 ? "" : ",";
        servers += comma + '"' + node_name(node) + ":11210\"";
        legacy += comma + "{\"hostname\":\"" + node_name(node) + ":8091\",\"ports\":{\"direct\":11210}}";
        extended +=
            comma +
            "{\"services\":{\"mgmt\":8091,\"mgmtSSL\":18091,\"kv\":11210,\"kvSSL\":11207,\"capi\":8092," +
            "\"capiSSL\":18092},\"hostname\":\"" + node_name(node) + "\"}";
    }
    std::string rows;
    for (unsigned vbucket = 0; vbucket < vbuckets; ++vbucket) {
        rows += vbucket == 0 ? "[" : ",[";
        for (unsigned copy = 0; copy < 3; ++copy)
            rows += (copy == 0 ? "" : ",") + std::to_string((vbucket + copy) % nodes);
        rows += ']';
    }
    return R"({"rev":7,"revEpoch":1,"name":"default","nodeLocator":"vbucket","uuid":"0123456789abcdef",)"
           R"("vBucketServerMap":{"hashAlgorithm":"CRC","numReplicas":2,"serverList":[)" +
           servers + "],\"vBucketMap\":[" + rows + "]},\"nodes\":[" + legacy + "],\"nodesExt\":[" + extended +
           "]}";
}

/// False: the map was refused.
bool read_and_swap(const std::string& text, Router& router) {
    protocol::MapOutcome outcome = protocol::read_cluster_map(
        text, {.host = "node0.cluster.example.com", .port = 11210, .bucket = "default"});
    auto* const map = std::get_if<std::shared_ptr<const protocol::ClusterMap>>(&outcome);
    if (map == nullptr) return false;
    std::vector<std::uint8_t> machines;
    for (unsigned node = 0; node < nodes; ++node) machines.push_back(static_cast<std::uint8_t>(node + 1));
    router.use_map(std::move(*map), std::move(machines), 0);
    return true;
}

/// Of one lookup.
double allocated(const Router& router, std::uint64_t& sum) {
    std::string key(24, 'k');
    const std::uint64_t before = allocations();
    for (unsigned i = 0; i < lookups; ++i) {
        key[i % 24] = static_cast<char>('a' + i % 26);
        sum += router.route(key).node;
    }
    return static_cast<double>(allocations() - before) / lookups;
}

}  // namespace

int map_main(int argc, const char* const* argv) {
    double bar = 0;
    const bool has_bar = argc == 2 && std::string_view{argv[0]} == "--bar";
    if (argc != 0 && (!has_bar || (bar = std::strtod(argv[1], nullptr)) <= 0))
        return std::fputs("usage: txcb-bench map [--bar MILLISECONDS]\n", stderr), exit_usage;
    const std::string text = map_text();
    Router router;
    std::array<double, rounds> times{};
    for (double& time : times) {
        const auto before = std::chrono::steady_clock::now();
        if (!read_and_swap(text, router)) return std::fputs("the map is refused\n", stderr), 1;
        time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
    }
    std::sort(times.begin(), times.end());
    std::uint64_t sum = 0;
    const double per_lookup = allocated(router, sum);
    std::printf(
        "a map of %u vBuckets and %u nodes, %zu bytes, read and put into use: %.2f ms [%.2f .. %.2f]; "
        "allocations per lookup %.3f (checksum %llu)\n",
        vbuckets, nodes, text.size(), times[rounds / 2], times.front(), times.back(), per_lookup,
        static_cast<unsigned long long>(sum));
    return (bar > 0 && times[rounds / 2] > bar) || per_lookup > 0 ? 1 : 0;
}

}  // namespace txcouchbase::bench
