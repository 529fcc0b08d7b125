// What rebalance and failover do to the map of one bucket, as functions of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/// Takes `node` out of a bucket's servers at once: replicas on nodes that are up take over from it.
void fail_over_server(BucketInfo& bucket, NodeId node, const std::set<NodeId>& up);

/// Takes servers out that have no copy any more.
void remove_servers(BucketInfo& bucket, const std::vector<NodeId>& nodes);

/// The nodes that must have the data before row `vbucket` of the map can become that of the forward map. Empty: it can
/// at once.
std::vector<NodeId> nodes_to_fill(const BucketInfo& bucket, std::uint16_t vbucket);

}  // namespace txcouchbase::cluster
