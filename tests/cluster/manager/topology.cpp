// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/topology.hpp"

#include <algorithm>

namespace txcouchbase::cluster {

namespace {

using Row = std::vector<int>;

bool contains(const Row& row, int server) {
    return std::find(row.begin(), row.end(), server) != row.end();
}

/// Rows name servers by index: when one goes, those behind it move up.
void forget_index(VbucketMap& map, int gone) {
    for (Row& row : map) {
        const std::size_t size = row.size();
        std::erase(row, gone);
        for (int& server : row)
            if (server > gone) --server;
        row.resize(size, nobody);
    }
}

}  // namespace

void fail_over_server(BucketInfo& bucket, NodeId node, const std::set<NodeId>& up) {
    const auto found = std::find(bucket.servers.begin(), bucket.servers.end(), node);
    if (found == bucket.servers.end()) return;
    const int gone = static_cast<int>(found - bucket.servers.begin());
    for (Row& row : bucket.map) {
        if (row.front() != gone) continue;
        const auto heir = std::find_if(row.begin() + 1, row.end(), [&](int server) {
            return server != nobody && up.contains(bucket.servers[static_cast<std::size_t>(server)]);
        });
        if (heir == row.end())
            row.front() = nobody;
        else
            std::rotate(row.begin(), heir, heir + 1);
    }
    forget_index(bucket.map, gone);
    bucket.servers.erase(found);
}

void remove_servers(BucketInfo& bucket, const std::vector<NodeId>& nodes) {
    for (const NodeId node : nodes) {
        const auto found = std::find(bucket.servers.begin(), bucket.servers.end(), node);
        if (found == bucket.servers.end()) continue;
        forget_index(bucket.map, static_cast<int>(found - bucket.servers.begin()));
        bucket.servers.erase(found);
    }
}

std::vector<NodeId> nodes_to_fill(const BucketInfo& bucket, std::uint16_t vbucket) {
    const Row& row = bucket.map[vbucket];
    const Row& goal = bucket.forward_map[vbucket];
    std::vector<NodeId> out;
    if (row.front() == nobody) return out;  // nobody has anything to fill them with
    for (std::size_t k = 0; k != goal.size(); ++k) {
        const bool has_all = k == 0 ? goal[k] == row.front() : contains(row, goal[k]);
        if (goal[k] != nobody && !has_all) out.push_back(bucket.servers[static_cast<std::size_t>(goal[k])]);
    }
    return out;
}

}  // namespace txcouchbase::cluster
