// What tests ask of a running development cluster: where things are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <txcouchbase/cluster.hpp>

#include "protocol/vbucket_hash.hpp"
#include "tests/integration/cluster/kv_client.hpp"

namespace txcouchbase::test {

using cluster::Cluster;
using cluster::ClusterError;
using protocol::Status;
using Json = nlohmann::json;

inline Json state_of(Cluster& cluster) {
    return Json::parse(cluster.control(R"({"do": "state"})"));
}

inline std::uint16_t port_of(Cluster& cluster, std::size_t node, const char* service = "kv") {
    const Json state = state_of(cluster);
    for (const Json& entry : state["nodes"])
        if (entry["node"] == node) return entry["ports"][service].get<std::uint16_t>();
    throw std::runtime_error("no such node");
}

/// The node with the key's active copy (`place` 0) or a replica; nothing for nobody.
inline std::optional<std::size_t> owner_of(Cluster& cluster, const std::string& key, std::size_t place = 0) {
    const Json bucket = state_of(cluster)["buckets"][0];
    const int server = bucket["map"][protocol::vbucket_of(key, 64)][place].get<int>();
    if (server < 0) return std::nullopt;
    return bucket["servers"][static_cast<std::size_t>(server)].get<std::size_t>();
}

/// A key whose active copy is on this node.
inline std::string key_on(Cluster& cluster, std::size_t node) {
    for (int i = 0;; ++i)
        if (const std::string key = "key" + std::to_string(i); owner_of(cluster, key) == node) return key;
}

/// Logged in, with the bucket "default" selected.
inline KvClient connect(Cluster& cluster, std::size_t node) {
    KvClient client(port_of(cluster, node));
    client.say_hello();
    EXPECT_EQ(client.log_in(cluster.user(), cluster.password()), Status::success);
    EXPECT_EQ(client.select_bucket("default"), Status::success);
    return client;
}

/// Asks again until `condition()`: for what a cluster does by itself, in a time that it does not promise.
template <class Condition>
bool eventually(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end)
        if (condition()) return true;
    return false;
}

}  // namespace txcouchbase::test
