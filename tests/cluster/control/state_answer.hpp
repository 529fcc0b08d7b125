// What the command "state" answers: the cluster as its manager sees it, without secrets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "tests/cluster/control/node_place.hpp"

namespace txcouchbase::cluster {

/**
 * Shape: {"uuid", "serial", "is_rebalancing", "nodes": [{"node", "uuid", "status": "running", "is_member", "ports":
 *        {"kv", ...}}], "buckets": [{"name", "type", "uuid", "rev", "vbuckets", "replicas", "servers": [<node>...],
 *        "map": [[<index in servers>...]...]}], "users": [<name>...], "settings": {"replication_lag_ms",
 *        "persistence_delay_ms"}}.
 */
std::string describe_cluster(const ClusterState& state, bool is_rebalancing,
                             const std::function<NodeStatus(NodeId)>& status_of);

}  // namespace txcouchbase::cluster
