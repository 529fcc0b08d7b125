// A simulated cluster for tests that write into its nodes directly, as a connection would.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "tests/cluster/network/simulated_network.hpp"

namespace txcouchbase::cluster {

using namespace std::chrono_literals;

struct SimulatedCluster {
    explicit SimulatedCluster(NodeId nodes, const BucketOptions& bucket = {}, std::uint64_t seed = 1,
                              const ClusterSettings& settings = {})
        : network(seed, settings), bucket_name(bucket.name) {
        for (NodeId i = 0; i != nodes; ++i) network.add_node();
        EXPECT_FALSE(network.manager().create_bucket(bucket));
        network.run();
    }

    const BucketInfo& info() { return *network.manager().state()->find_bucket(bucket_name); }
    /// The node that the map names, `place` 0 the active's; nothing for nobody.
    std::optional<NodeId> owner(std::uint16_t vbucket, std::size_t place = 0) {
        const int server = info().map[vbucket][place];
        return server == nobody ? std::nullopt
                                : std::optional(info().servers[static_cast<std::size_t>(server)]);
    }
    /// Null when the node is down or has no copy.
    Vbucket* copy(NodeId node, std::uint16_t vbucket) {
        NodeMachine* machine = network.node(node);
        Bucket* bucket = machine == nullptr ? nullptr : machine->node().find_bucket(bucket_name);
        return bucket == nullptr ? nullptr : bucket->find(vbucket);
    }
    Vbucket& active(std::uint16_t vbucket) { return *copy(*owner(vbucket), vbucket); }

    /// As a client's SET at this node; not_my_vbucket where it has no active copy.
    Change set(NodeId node, std::uint16_t vbucket, std::string_view key, std::string_view value) {
        Vbucket* here = copy(node, vbucket);
        if (here == nullptr || here->state() != VbucketState::active)
            return {.status = Status::not_my_vbucket};
        NodeMachine& machine = *network.node(node);
        const Change change =
            here->store(StoreMode::set, {.key = key, .value = value}, machine.node().moment(network.now()));
        machine.node().find_bucket(bucket_name)->mark_changed(vbucket);
        machine.on_time(network.now());
        return change;
    }
    Change set(std::uint16_t vbucket, std::string_view key, std::string_view value) {
        return set(*owner(vbucket), vbucket, key, value);
    }

    /// What this copy says the value is; "-" for nothing.
    std::string value(const Vbucket* of, std::string_view key) {
        const DocumentPtr document = of == nullptr ? DocumentPtr{} : of->newest(key);
        return document == nullptr || document->is_deleted() ? "-" : std::string(document->value());
    }
    std::string value(NodeId node, std::uint16_t vbucket, std::string_view key) {
        return value(copy(node, vbucket), key);
    }
    std::string value(std::uint16_t vbucket, std::string_view key) {
        const std::optional<NodeId> node = owner(vbucket);
        return node ? value(*node, vbucket, key) : "-";
    }

    SimulatedNetwork network;
    std::string bucket_name;
};

}  // namespace txcouchbase::cluster
