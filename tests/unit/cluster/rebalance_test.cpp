// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "tests/unit/cluster/simulated_cluster.hpp"

namespace txcouchbase::cluster {
namespace {

/// Writes while the cluster changes, and remembers what was acknowledged.
struct Writer {
    SimulatedCluster& cluster;
    RandomSource random;
    std::map<std::pair<std::uint16_t, std::string>, std::string> acknowledged = {};
    int count = 0;

    /// To whichever node takes it, as a client that was sent on would.
    void write() {
        const auto vbucket = static_cast<std::uint16_t>(random.below(cluster.info().vbuckets));
        const std::string key = "k" + std::to_string(random.below(5));
        const std::string value = std::to_string(++count);
        for (NodeId node = 0; node != 6; ++node)
            if (cluster.set(node, vbucket, key, value).status == Status::success)
                acknowledged[{vbucket, key}] = value;
    }
    void expect_nothing_lost(std::uint64_t seed) {
        for (const auto& [where, value] : acknowledged)
            EXPECT_EQ(cluster.value(where.first, where.second), value)
                << "vBucket " << where.first << " seed " << seed;
    }
};

void expect_one_active_at_most(SimulatedCluster& cluster) {
    for (std::uint16_t v = 0; v != cluster.info().vbuckets; ++v) {
        int actives = 0;
        for (NodeId node = 0; node != 6; ++node) {
            const Vbucket* copy = cluster.copy(node, v);
            actives += copy != nullptr && copy->state() == VbucketState::active;
        }
        ASSERT_LE(actives, 1) << "vBucket " << v;
    }
}

/// Every map that is published names actives that are active, but for the vBucket that is being handed over: that one
/// is nobody's until the next map.
void expect_true_map(SimulatedCluster& cluster) {
    for (std::uint16_t v = 0; v != cluster.info().vbuckets; ++v) {
        const bool is_moving = !cluster.info().moves.empty() && cluster.info().moves[0].vbucket == v;
        if (is_moving || !cluster.owner(v)) continue;
        const NodeId owner = *cluster.owner(v);
        const NodeMachine* machine = cluster.network.node(owner);
        if (machine == nullptr) continue;
        const Vbucket* copy = cluster.copy(owner, v);
        ASSERT_TRUE(copy != nullptr && copy->state() == VbucketState::active) << "vBucket " << v;
    }
}

void run_with_writes(SimulatedCluster& cluster, Writer& writer) {
    bool is_running = true;
    while (is_running) {
        is_running = cluster.network.step();
        if (writer.random.below(3) == 0 && cluster.network.manager().is_rebalancing()) writer.write();
        ASSERT_NO_FATAL_FAILURE(expect_one_active_at_most(cluster));
        ASSERT_NO_FATAL_FAILURE(expect_true_map(cluster));
        is_running = is_running || !cluster.network.events().empty();
    }
}

void expect_replicas_like_actives(SimulatedCluster& cluster) {
    for (std::uint16_t v = 0; v != cluster.info().vbuckets; ++v)
        for (std::size_t place = 1; place < cluster.info().map[v].size(); ++place) {
            const std::optional<NodeId> node = cluster.owner(v, place);
            if (!node) continue;
            EXPECT_EQ(cluster.copy(*node, v)->high_seqno(), cluster.active(v).high_seqno());
            EXPECT_EQ(cluster.copy(*node, v)->uuid(), cluster.active(v).uuid());
            EXPECT_EQ(cluster.copy(*node, v)->state(), VbucketState::replica);
        }
}

class RebalanceTest : public testing::TestWithParam<std::uint8_t> {};

TEST_P(RebalanceTest, OfANewNodeLosesNothingUnderWrites) {
    for (std::uint64_t seed = 1; seed != 15; ++seed) {
        SimulatedCluster cluster(2, {.vbuckets = 12, .replicas = GetParam()}, seed);
        Writer writer{cluster, RandomSource(seed)};
        for (int i = 0; i != 50; ++i) writer.write();
        cluster.network.add_node();
        EXPECT_FALSE(cluster.network.manager().rebalance());
        ASSERT_NO_FATAL_FAILURE(run_with_writes(cluster, writer));
        EXPECT_FALSE(cluster.network.manager().is_rebalancing());
        EXPECT_EQ(cluster.info().servers.size(), 3U);
        writer.expect_nothing_lost(seed);
        expect_replicas_like_actives(cluster);
    }
}

TEST_P(RebalanceTest, OfANodeOutLosesNothingUnderWrites) {
    for (std::uint64_t seed = 1; seed != 15; ++seed) {
        SimulatedCluster cluster(3, {.vbuckets = 12, .replicas = GetParam()}, seed);
        Writer writer{cluster, RandomSource(seed)};
        for (int i = 0; i != 50; ++i) writer.write();
        const NodeId ejected[] = {1};
        EXPECT_FALSE(cluster.network.manager().rebalance(ejected));
        ASSERT_NO_FATAL_FAILURE(run_with_writes(cluster, writer));
        EXPECT_FALSE(cluster.network.manager().is_rebalancing());
        EXPECT_EQ(cluster.info().servers, (std::vector<NodeId>{0, 2}));
        EXPECT_TRUE(cluster.network.node(1)->node().buckets.empty());
        writer.expect_nothing_lost(seed);
        expect_replicas_like_actives(cluster);
    }
}

TEST_P(RebalanceTest, SwapsNodesUnderWritesWithLag) {
    for (std::uint64_t seed = 1; seed != 15; ++seed) {
        SimulatedCluster cluster(3, {.vbuckets = 12, .replicas = GetParam()}, seed, {.replication_lag = 5ms});
        Writer writer{cluster, RandomSource(seed)};
        for (int i = 0; i != 50; ++i) writer.write();
        cluster.network.add_node();
        const NodeId ejected[] = {0};
        EXPECT_FALSE(cluster.network.manager().rebalance(ejected));
        ASSERT_NO_FATAL_FAILURE(run_with_writes(cluster, writer));
        EXPECT_FALSE(cluster.network.manager().is_rebalancing()) << "a lag does not hold moves up";
        writer.expect_nothing_lost(seed);
        cluster.network.run_for(10ms);
        expect_replicas_like_actives(cluster);
    }
}

TEST_P(RebalanceTest, IsStoppedByTheDeathOfANodeAndLosesNothingWithReplicas) {
    for (std::uint64_t seed = 1; seed != 60; ++seed) {
        SimulatedCluster cluster(3, {.vbuckets = 12, .replicas = GetParam()}, seed);
        Writer writer{cluster, RandomSource(seed)};
        for (int i = 0; i != 50; ++i) writer.write();
        cluster.network.run();
        cluster.network.add_node();
        EXPECT_FALSE(cluster.network.manager().rebalance());
        for (std::uint64_t i = 0; i != 7 * seed; ++i) cluster.network.step();
        const NodeId victim = static_cast<NodeId>(seed % 4);
        cluster.network.kill(victim);
        ASSERT_NO_FATAL_FAILURE(run_with_writes(cluster, writer));
        EXPECT_FALSE(cluster.network.manager().is_rebalancing());
        cluster.network.restart(victim);
        cluster.network.run();
        writer.expect_nothing_lost(seed);
        if (cluster.network.manager().rebalance()) continue;  // it was over already
        ASSERT_NO_FATAL_FAILURE(run_with_writes(cluster, writer));
        writer.expect_nothing_lost(seed);
        expect_replicas_like_actives(cluster);
    }
}

INSTANTIATE_TEST_SUITE_P(WithReplicas, RebalanceTest, testing::Values(0, 1, 2),
                         [](const auto& each) { return std::to_string(each.param); });

TEST(Rebalance, KeepsTheHistoryOfAVbucketThatMoves) {
    SimulatedCluster cluster(1, {.vbuckets = 2, .replicas = 0});
    for (std::uint16_t v = 0; v != 2; ++v) cluster.set(v, "k", "v");
    const std::uint64_t uuids[] = {cluster.active(0).uuid(), cluster.active(1).uuid()};
    cluster.network.add_node();
    cluster.network.manager().rebalance();
    cluster.network.run();
    EXPECT_NE(cluster.owner(0), cluster.owner(1));
    for (std::uint16_t v = 0; v != 2; ++v) EXPECT_EQ(cluster.active(v).uuid(), uuids[v]);
}

TEST(Rebalance, WaitsForAFrozenNode) {
    SimulatedCluster cluster(1, {.vbuckets = 4, .replicas = 1});
    const NodeId added = cluster.network.add_node();
    cluster.network.run();
    cluster.network.freeze(added);
    cluster.network.manager().rebalance();
    cluster.network.run();
    EXPECT_TRUE(cluster.network.manager().is_rebalancing());
    cluster.network.thaw(added);
    cluster.network.run();
    EXPECT_FALSE(cluster.network.manager().is_rebalancing());
}

TEST(Simulation, TheSameSeedGivesTheSameTrace) {
    const auto trace = [](std::uint64_t seed) {
        SimulatedCluster cluster(2, {.vbuckets = 12, .replicas = 1}, seed);
        Writer writer{cluster, RandomSource(7)};
        cluster.network.add_node();
        cluster.network.manager().rebalance();
        run_with_writes(cluster, writer);
        return cluster.network.trace();
    };
    EXPECT_EQ(trace(3), trace(3));
    EXPECT_NE(trace(3), trace(4));
}

}  // namespace
}  // namespace txcouchbase::cluster
