// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/control/state_answer.hpp"

#include <nlohmann/json.hpp>

namespace txcouchbase::cluster {

namespace {

using Json = nlohmann::ordered_json;

const char* word(NodeStatus status) {
    switch (status) {
        case NodeStatus::running: return "running";
        case NodeStatus::frozen: return "frozen";
        case NodeStatus::down: break;
    }
    return "down";
}

Json describe(const Ports& ports) {
    static constexpr const char* names[service_count] = {"kv",       "kv_tls", "rest",
                                                         "rest_tls", "views",  "views_tls"};
    Json out = Json::object();
    for (std::size_t i = 0; i != service_count; ++i)
        if (ports.of[i] != 0) out[names[i]] = ports.of[i];
    return out;
}

Json describe(const NodeInfo& node, NodeStatus status) {
    return {{"node", node.id},
            {"uuid", node.uuid},
            {"status", word(status)},
            {"is_member", node.is_member},
            {"ports", describe(node.ports)}};
}

Json describe(const BucketInfo& bucket) {
    return {{"name", bucket.name},
            {"type", bucket.type == BucketType::couchbase ? "couchbase" : "memcached"},
            {"uuid", bucket.uuid},
            {"rev", bucket.version.revision},
            {"vbuckets", bucket.vbuckets},
            {"replicas", bucket.replicas},
            {"servers", bucket.servers},
            {"map", bucket.map}};
}

std::int64_t milliseconds(std::chrono::nanoseconds duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

std::string describe_cluster(const ClusterState& state, bool is_rebalancing,
                             const std::function<NodeStatus(NodeId)>& status_of) {
    Json out{{"uuid", state.uuid},
             {"serial", state.serial},
             {"is_rebalancing", is_rebalancing},
             {"nodes", Json::array()},
             {"buckets", Json::array()},
             {"users", Json::array()},
             {"settings",
              {{"replication_lag_ms", milliseconds(state.settings.replication_lag)},
               {"persistence_delay_ms", milliseconds(state.settings.persistence_delay)}}}};
    for (const NodeInfo& node : state.nodes) out["nodes"].push_back(describe(node, status_of(node.id)));
    for (const BucketInfo& bucket : state.buckets) out["buckets"].push_back(describe(bucket));
    for (const UserInfo& user : state.users) out["users"].push_back(user.name);
    return out.dump();
}

}  // namespace txcouchbase::cluster
