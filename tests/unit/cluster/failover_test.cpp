// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/simulated_cluster.hpp"

namespace txcouchbase::cluster {
namespace {

const BucketOptions small = {.vbuckets = 8, .replicas = 1};

TEST(Failover, LosesNothingThatWasReplicated) {
    SimulatedCluster cluster(3, small);
    for (std::uint16_t v = 0; v != 8; ++v) cluster.set(v, "k", std::to_string(v));
    cluster.network.run();
    cluster.network.kill(1);
    EXPECT_FALSE(cluster.network.manager().fail_over(1));
    cluster.network.run();
    for (std::uint16_t v = 0; v != 8; ++v) {
        EXPECT_NE(*cluster.owner(v), 1U);
        EXPECT_EQ(cluster.active(v).state(), VbucketState::active);
        EXPECT_EQ(cluster.value(v, "k"), std::to_string(v));
        EXPECT_EQ(cluster.set(v, "k", "new").status, Status::success);
    }
}

TEST(Failover, LosesExactlyWhatWasNotStreamed) {
    SimulatedCluster cluster(2, small, 1, {.replication_lag = 50ms});
    const NodeId victim = *cluster.owner(3);
    cluster.set(3, "old", "1");
    cluster.network.run_for(30ms);
    cluster.set(3, "new", "2");
    cluster.network.run_for(20ms);
    cluster.network.kill(victim);
    cluster.network.manager().fail_over(victim);
    cluster.network.run();
    EXPECT_EQ(cluster.value(3, "old"), "1");
    EXPECT_EQ(cluster.value(3, "new"), "-");
    EXPECT_EQ(cluster.active(3).high_seqno(), 1U);
}

TEST(Failover, BeginsANewHistoryThatOthersFollow) {
    SimulatedCluster cluster(3, {.vbuckets = 8, .replicas = 2});
    cluster.set(3, "k", "v");
    cluster.network.run();
    const std::uint64_t uuid = cluster.active(3).uuid();
    cluster.network.manager().fail_over(*cluster.owner(3));
    cluster.network.run();
    EXPECT_NE(cluster.active(3).uuid(), uuid);
    ASSERT_EQ(cluster.active(3).failover_log().size(), 2U);
    EXPECT_EQ(cluster.active(3).failover_log()[0].seqno, 1U);
    EXPECT_EQ(cluster.active(3).failover_log()[1].vbucket_uuid, uuid);
    EXPECT_EQ(cluster.copy(*cluster.owner(3, 1), 3)->uuid(), cluster.active(3).uuid());
}

TEST(Failover, AReplicaThatIsAheadOfTheNewActiveGivesUpWhatItHasTooMuch) {
    SimulatedCluster cluster(3, {.vbuckets = 8, .replicas = 2});
    const NodeId heir = *cluster.owner(3, 1);
    const NodeId other = *cluster.owner(3, 2);
    cluster.set(3, "k", "1");
    cluster.network.run();
    cluster.network.freeze(heir);
    cluster.set(3, "k", "2");
    cluster.set(3, "lost", "x");
    cluster.network.run();
    EXPECT_EQ(cluster.value(other, 3, "lost"), "x");
    // What was on its way to the heir is lost with its sender.
    const NodeId victim = *cluster.owner(3);
    cluster.network.kill(victim);
    cluster.network.manager().fail_over(victim);
    cluster.network.thaw(heir);
    cluster.network.run();
    ASSERT_EQ(*cluster.owner(3), heir);
    EXPECT_EQ(cluster.value(other, 3, "k"), "1");
    EXPECT_EQ(cluster.value(other, 3, "lost"), "-");
    EXPECT_EQ(cluster.copy(other, 3)->uuid(), cluster.active(3).uuid());
}

TEST(Failover, AnOldActiveThatComesBackRollsBackWhatNobodyElseHas) {
    SimulatedCluster cluster(2, small, 1, {.replication_lag = 50ms});
    const NodeId old = *cluster.owner(3);
    cluster.set(3, "both", "1");
    cluster.network.run_for(60ms);
    cluster.set(3, "diverged", "old");
    cluster.network.freeze(old);
    cluster.network.manager().fail_over(old);
    cluster.network.run();
    cluster.set(3, "diverged", "new");
    cluster.network.thaw(old);
    cluster.network.run_for(100ms);
    EXPECT_EQ(cluster.copy(old, 3), nullptr) << "it was told that it has nothing any more";
    EXPECT_FALSE(cluster.network.manager().rebalance());
    cluster.network.run_for(1s);
    EXPECT_FALSE(cluster.network.manager().is_rebalancing());
    EXPECT_EQ(cluster.value(old, 3, "diverged"), "new");
    EXPECT_EQ(cluster.value(old, 3, "both"), "1");
}

TEST(Failover, ANodeThatComesBackKeepsWhatItHasInCommon) {
    SimulatedCluster cluster(2, {.vbuckets = 1, .replicas = 1});
    for (int i = 0; i != 3'000; ++i) cluster.set(0, "k" + std::to_string(i), "v");
    cluster.network.run();
    const NodeId replica = *cluster.owner(0, 1);
    const DocumentPtr before = cluster.copy(replica, 0)->newest("k7");
    cluster.network.manager().fail_over(replica);
    cluster.network.run();
    cluster.set(0, "more", "v");
    const std::size_t events = cluster.network.trace().size();
    cluster.network.manager().rebalance();
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 0, "k7"), "v");
    EXPECT_EQ(cluster.value(replica, 0, "more"), "v");
    EXPECT_LT(cluster.network.trace().size() - events, 14U)
        << "three thousand documents would be more batches";
}

TEST(Failover, AVbucketWithoutReplicaIsNobodysUntilARebalance) {
    SimulatedCluster cluster(2, {.vbuckets = 2, .replicas = 0});
    const NodeId victim = *cluster.owner(1);
    cluster.network.kill(victim);
    cluster.network.manager().fail_over(victim);
    cluster.network.run();
    EXPECT_FALSE(cluster.owner(1).has_value());
    EXPECT_FALSE(cluster.network.manager().rebalance());
    cluster.network.run();
    EXPECT_EQ(cluster.set(1, "k", "v").status, Status::success);
}

}  // namespace
}  // namespace txcouchbase::cluster
