// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/simulated_cluster.hpp"

namespace txcouchbase::cluster {
namespace {

constexpr NodeId max_nodes = 5;

/// Does anything to a cluster, in an order that the seed decides.
struct Chaos {
    explicit Chaos(std::uint64_t seed)
        : random(seed), cluster(3, {.vbuckets = 6, .replicas = static_cast<std::uint8_t>(seed % 4)}, seed) {}

    Manager& manager() { return cluster.network.manager(); }
    bool is_up(NodeId node) { return cluster.network.node(node) != nullptr; }

    void write() {
        const auto vbucket = static_cast<std::uint16_t>(random.below(6));
        for (NodeId node = 0; node != nodes; ++node)
            cluster.set(node, vbucket, "k" + std::to_string(random.below(4)), std::to_string(++count));
    }

    void do_anything() {
        const auto node = static_cast<NodeId>(random.below(nodes));
        const NodeId ejected[] = {node};
        switch (random.below(12)) {
            case 0: return cluster.network.kill(node);
            case 1: return cluster.network.restart(node);
            case 2: return cluster.network.freeze(node);
            case 3: return cluster.network.thaw(node);
            case 4: manager().fail_over(node); return;
            case 5:
            case 6: manager().rebalance(); return;
            case 7:
                if (random.below(4) == 0) manager().rebalance(ejected);
                return;
            case 8:
                if (nodes != max_nodes && random.below(3) == 0) nodes = cluster.network.add_node() + 1;
                return;
            case 9: manager().flush_bucket("default"); return;
            case 10:
                manager().set_settings({.replication_lag = std::chrono::milliseconds(random.below(3)),
                                        .persistence_delay = std::chrono::milliseconds(random.below(3))});
                return;
            default: cluster.network.run_for(std::chrono::milliseconds(random.below(3)));
        }
    }

    /// Everybody is there, thawed and heard; a rebalance ends what was begun.
    void come_to_rest() {
        for (NodeId node = 0; node != nodes; ++node) {
            cluster.network.thaw(node);
            cluster.network.restart(node);
        }
        cluster.network.run_for(10ms);
        manager().rebalance();
        cluster.network.run_for(10ms);
    }

    void expect_order(std::uint64_t seed) {
        ASSERT_FALSE(manager().is_rebalancing()) << "seed " << seed;
        for (std::uint16_t v = 0; v != 6; ++v)
            for (NodeId node = 0; node != nodes; ++node) {
                SCOPED_TRACE(testing::Message() << "seed " << seed << " vBucket " << v << " node " << node);
                expect_copy(v, node);
            }
    }

    void expect_copy(std::uint16_t v, NodeId node) {
        Vbucket* copy = cluster.copy(node, v);
        std::optional<std::size_t> place;
        for (std::size_t k = 0; k != cluster.info().map[v].size(); ++k)
            if (cluster.owner(v, k) == node) place = k;
        ASSERT_EQ(copy != nullptr, place.has_value());
        if (!place) return;
        ASSERT_EQ(copy->state(), *place == 0 ? VbucketState::active : VbucketState::replica);
        const Vbucket& active = cluster.active(v);
        EXPECT_EQ(copy->high_seqno(), active.high_seqno());
        EXPECT_EQ(copy->persisted_seqno(), active.persisted_seqno());
        if (active.high_seqno() != 0) {
            EXPECT_EQ(copy->uuid(), active.uuid());
        }
        for (int key = 0; key != 4; ++key)
            EXPECT_EQ(cluster.value(copy, "k" + std::to_string(key)),
                      cluster.value(&active, "k" + std::to_string(key)));
    }

    RandomSource random;
    SimulatedCluster cluster;
    NodeId nodes = 3;
    int count = 0;
};

TEST(Chaos, EndsInOrderWhateverHappened) {
    for (std::uint64_t seed = 1; seed != 100; ++seed) {
        Chaos chaos(seed);
        for (int i = 0; i != 400; ++i) {
            if (chaos.random.below(12) == 0) chaos.do_anything();
            if (chaos.random.below(4) == 0) chaos.write();
            chaos.cluster.network.step();
        }
        chaos.come_to_rest();
        chaos.expect_order(seed);
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace txcouchbase::cluster
