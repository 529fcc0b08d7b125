// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/simulated_cluster.hpp"

namespace txcouchbase::cluster {
namespace {

const BucketOptions small = {.vbuckets = 8, .replicas = 1};

TEST(Replication, AReplicaHasAChangeOnceMessagesHaveArrived) {
    SimulatedCluster cluster(2, small);
    cluster.set(3, "k", "v");
    const NodeId replica = *cluster.owner(3, 1);
    EXPECT_EQ(cluster.value(replica, 3, "k"), "-");
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 3, "k"), "v");
    EXPECT_EQ(cluster.copy(replica, 3)->state(), VbucketState::replica);
    EXPECT_EQ(cluster.copy(replica, 3)->uuid(), cluster.active(3).uuid());
}

TEST(Replication, CopiesInOneProcessShareTheirDocuments) {
    SimulatedCluster cluster(2, small);
    cluster.set(3, "k", "v");
    cluster.network.run();
    EXPECT_EQ(cluster.copy(*cluster.owner(3, 1), 3)->newest("k"), cluster.active(3).newest("k"));
}

TEST(Replication, HappensAfterTheLagAndNotBefore) {
    SimulatedCluster cluster(2, small, 1, {.replication_lag = 50ms});
    cluster.set(3, "k", "v");
    cluster.network.run_for(49ms);
    cluster.set(3, "l", "w");
    const NodeId replica = *cluster.owner(3, 1);
    EXPECT_EQ(cluster.value(replica, 3, "k"), "-");
    cluster.network.run_for(1ms);
    EXPECT_EQ(cluster.value(replica, 3, "k"), "v");
    EXPECT_EQ(cluster.value(replica, 3, "l"), "-") << "49 ms later than the other";
    cluster.network.run_for(49ms);
    EXPECT_EQ(cluster.value(replica, 3, "l"), "w");
}

TEST(Replication, AShorterLagTakesEffectAtOnce) {
    SimulatedCluster cluster(2, small, 1, {.replication_lag = std::chrono::hours(1)});
    cluster.set(3, "k", "v");
    cluster.network.run();
    cluster.network.manager().set_settings({});
    cluster.network.run();
    EXPECT_EQ(cluster.value(*cluster.owner(3, 1), 3, "k"), "v");
}

TEST(Replication, ThreeReplicasAllFollow) {
    SimulatedCluster cluster(4, {.vbuckets = 4, .replicas = 3});
    for (std::uint16_t v = 0; v != 4; ++v) cluster.set(v, "k", std::to_string(v));
    cluster.network.run();
    for (std::uint16_t v = 0; v != 4; ++v)
        for (NodeId node = 0; node != 4; ++node) EXPECT_EQ(cluster.value(node, v, "k"), std::to_string(v));
}

TEST(Replication, ManyChangesArriveInBoundedBatches) {
    SimulatedCluster cluster(2, {.vbuckets = 1, .replicas = 1});
    NodeMachine& machine = *cluster.network.node(*cluster.owner(0));
    for (int i = 0; i != 2'500; ++i)
        cluster.active(0).store(StoreMode::set, {.key = "k" + std::to_string(i), .value = "v"},
                                machine.node().moment(cluster.network.now()));
    machine.node().find_bucket("default")->mark_changed(0);
    machine.on_time(cluster.network.now());
    const std::size_t before = cluster.network.trace().size();
    cluster.network.run();
    EXPECT_EQ(cluster.copy(*cluster.owner(0, 1), 0)->high_seqno(), 2'500U);
    EXPECT_EQ(cluster.network.trace().size() - before, 6U) << "three batches, each asked for";
}

TEST(Replication, AFollowerThatIsFrozenCostsItsLeaderOneBatch) {
    SimulatedCluster cluster(2, {.vbuckets = 1, .replicas = 1});
    const NodeId replica = *cluster.owner(0, 1);
    cluster.network.freeze(replica);
    for (int i = 0; i != 100; ++i) cluster.set(0, "k", std::to_string(i));
    EXPECT_TRUE(cluster.network.events().empty()) << "what is for it waits with one message on its way";
    cluster.network.thaw(replica);
    EXPECT_EQ(cluster.network.events().size(), 1U);
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 0, "k"), "99");
}

TEST(Replication, AMemcachedBucketIsOnEveryNodeForItself) {
    SimulatedCluster cluster(2, {.name = "cache", .type = BucketType::memcached});
    cluster.set(0, 0, "k", "v");
    cluster.network.run();
    EXPECT_EQ(cluster.value(0, 0, "k"), "v");
    EXPECT_EQ(cluster.value(1, 0, "k"), "-");
}

TEST(Replication, StartsAgainWhenMessagesWereLost) {
    SimulatedCluster cluster(2, small);
    const NodeId active = *cluster.owner(3);
    const NodeId replica = *cluster.owner(3, 1);
    cluster.network.node(active)->on_peer_lost(replica, cluster.network.now());
    cluster.set(3, "k", "v");
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 3, "k"), "-") << "nobody is known to follow";
    cluster.network.node(replica)->on_peer_lost(active, cluster.network.now());
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 3, "k"), "v");
}

TEST(Persistence, HappensAfterTheDelayOnActiveAndReplica) {
    SimulatedCluster cluster(2, small, 1, {.persistence_delay = 20ms});
    cluster.set(3, "k", "v");
    cluster.network.run_for(19ms);
    Vbucket& replica = *cluster.copy(*cluster.owner(3, 1), 3);
    EXPECT_EQ(cluster.active(3).persisted_seqno(), 0U);
    EXPECT_EQ(replica.persisted_seqno(), 0U);
    cluster.network.run_for(1ms);
    EXPECT_EQ(cluster.active(3).persisted_seqno(), 1U);
    EXPECT_EQ(replica.persisted_seqno(), 1U);
}

TEST(Persistence, IsAtOnceWithoutDelay) {
    SimulatedCluster cluster(1, small);
    cluster.set(3, "k", "v");
    EXPECT_EQ(cluster.active(3).persisted_seqno(), 1U);
    EXPECT_FALSE(cluster.network.next_time().has_value()) << "nothing is left to do";
}

}  // namespace
}  // namespace txcouchbase::cluster
