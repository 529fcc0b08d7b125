// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/simulated_cluster.hpp"

namespace txcouchbase::cluster {
namespace {

const BucketOptions small = {.vbuckets = 4, .replicas = 1};

TEST(Restart, FindsExactlyWhatWasOnDisk) {
    SimulatedCluster cluster(1, small, 1, {.persistence_delay = 20ms});
    cluster.set(2, "kept", "1");
    cluster.network.run_for(20ms);
    cluster.set(2, "lost", "2");
    cluster.network.kill(0);
    EXPECT_EQ(cluster.network.node(0), nullptr);
    cluster.network.restart(0);
    cluster.network.run();
    EXPECT_EQ(cluster.value(2, "kept"), "1");
    EXPECT_EQ(cluster.value(2, "lost"), "-");
    EXPECT_EQ(cluster.active(2).high_seqno(), 1U);
}

TEST(Restart, BeginsANewHistorySoThatReplicasGiveUpWhatTheActiveLost) {
    SimulatedCluster cluster(2, small, 1, {.persistence_delay = 20ms});
    const NodeId active = *cluster.owner(2);
    const NodeId replica = *cluster.owner(2, 1);
    cluster.set(2, "kept", "1");
    cluster.network.run_for(20ms);
    cluster.set(2, "lost", "2");
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 2, "lost"), "2");
    const std::uint64_t uuid = cluster.active(2).uuid();
    cluster.network.kill(active);
    cluster.network.restart(active);
    cluster.network.run();
    EXPECT_NE(cluster.active(2).uuid(), uuid);
    EXPECT_EQ(cluster.value(replica, 2, "kept"), "1");
    EXPECT_EQ(cluster.value(replica, 2, "lost"), "-");
    cluster.set(2, "next", "3");
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 2, "next"), "3");
}

TEST(Restart, OfAnActiveThatHadNothingOnDiskIsAnotherHistoryToo) {
    SimulatedCluster cluster(2, small, 1, {.persistence_delay = 20ms});
    const NodeId active = *cluster.owner(2);
    cluster.set(2, "lost", "1");
    cluster.network.run();
    cluster.network.kill(active);
    cluster.network.restart(active);
    cluster.network.run();
    cluster.set(2, "other", "2");
    cluster.network.run();
    const NodeId replica = *cluster.owner(2, 1);
    EXPECT_EQ(cluster.value(replica, 2, "lost"), "-");
    EXPECT_EQ(cluster.value(replica, 2, "other"), "2");
}

TEST(Restart, OfAReplicaFetchesWhatItMissed) {
    SimulatedCluster cluster(2, small);
    const NodeId replica = *cluster.owner(2, 1);
    cluster.set(2, "a", "1");
    cluster.network.run();
    cluster.network.kill(replica);
    cluster.set(2, "b", "2");
    cluster.network.run();
    cluster.network.restart(replica);
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 2, "a"), "1");
    EXPECT_EQ(cluster.value(replica, 2, "b"), "2");
    cluster.set(2, "c", "3");
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 2, "c"), "3");
}

TEST(Restart, OfBothNodesInAnyOrderKeepsWhatWasOnDisk) {
    for (std::uint64_t seed = 1; seed != 20; ++seed) {
        SimulatedCluster cluster(2, small, seed);
        for (std::uint16_t v = 0; v != 4; ++v) cluster.set(v, "k", std::to_string(v));
        cluster.network.run();
        cluster.network.kill(0);
        cluster.network.kill(1);
        cluster.network.restart(seed % 2 == 0 ? 0 : 1);
        cluster.network.restart(seed % 2 == 0 ? 1 : 0);
        cluster.network.run();
        for (std::uint16_t v = 0; v != 4; ++v) {
            EXPECT_EQ(cluster.value(v, "k"), std::to_string(v));
            cluster.set(v, "k", "new");
        }
        cluster.network.run();
        for (std::uint16_t v = 0; v != 4; ++v) EXPECT_EQ(cluster.value(*cluster.owner(v, 1), v, "k"), "new");
    }
}

TEST(Restart, AFailedOverNodesDataAreKeptUntilItComesBack) {
    SimulatedCluster cluster(2, small);
    cluster.set(2, "k", "v");
    cluster.network.run();
    const NodeId victim = *cluster.owner(2);
    cluster.network.kill(victim);
    cluster.network.manager().fail_over(victim);
    cluster.network.restart(victim);
    cluster.network.run();
    EXPECT_FALSE(cluster.network.node(victim)->persisted_image().copies.empty());
    EXPECT_FALSE(cluster.network.manager().rebalance());
    cluster.network.run();
    EXPECT_EQ(cluster.value(victim, 2, "k"), "v");
}

TEST(Restart, AMemcachedBucketIsEmpty) {
    SimulatedCluster cluster(1, {.name = "cache", .type = BucketType::memcached});
    cluster.set(0, 0, "k", "v");
    cluster.network.kill(0);
    cluster.network.restart(0);
    cluster.network.run();
    EXPECT_EQ(cluster.value(0, 0, "k"), "-");
    EXPECT_EQ(cluster.set(0, 0, "k", "v").status, Status::success);
}

TEST(Buckets, DeletedAndMadeAgainAreEmpty) {
    SimulatedCluster cluster(2, small);
    cluster.set(2, "k", "v");
    cluster.network.run();
    EXPECT_FALSE(cluster.network.manager().delete_bucket("default"));
    EXPECT_FALSE(cluster.network.manager().create_bucket(small));
    cluster.network.run();
    EXPECT_EQ(cluster.value(2, "k"), "-");
    EXPECT_EQ(cluster.set(2, "k", "w").status, Status::success);
    cluster.network.run();
    EXPECT_EQ(cluster.value(*cluster.owner(2, 1), 2, "k"), "w");
}

TEST(Buckets, ADeletedOneIsGoneFromItsNodes) {
    SimulatedCluster cluster(2, small);
    cluster.network.manager().delete_bucket("default");
    cluster.network.run();
    EXPECT_EQ(cluster.network.node(0)->node().find_bucket("default"), nullptr);
    EXPECT_TRUE(cluster.network.node(0)->persisted_image().copies.empty());
}

TEST(Buckets, FlushingForgetsEverythingEverywhereInWhateverOrderItIsHeard) {
    for (std::uint64_t seed = 1; seed != 30; ++seed) {
        SimulatedCluster cluster(3, {.vbuckets = 6, .replicas = 2}, seed);
        for (std::uint16_t v = 0; v != 6; ++v)
            for (int i = 0; i != 5; ++i) cluster.set(v, "k" + std::to_string(i), "old");
        for (std::uint64_t i = 0; i != seed; ++i) cluster.network.step();
        EXPECT_FALSE(cluster.network.manager().flush_bucket("default"));
        cluster.network.run();
        for (std::uint16_t v = 0; v != 6; ++v) EXPECT_EQ(cluster.active(v).high_seqno(), 0U);
        for (std::uint16_t v = 0; v != 6; ++v) cluster.set(v, "new", "1");
        cluster.network.run();
        for (std::uint16_t v = 0; v != 6; ++v)
            for (std::size_t place = 0; place != 3; ++place) {
                const NodeId node = *cluster.owner(v, place);
                EXPECT_EQ(cluster.value(node, v, "new"), "1") << "seed " << seed;
                EXPECT_EQ(cluster.value(node, v, "k1"), "-") << "seed " << seed;
                EXPECT_EQ(cluster.copy(node, v)->uuid(), cluster.active(v).uuid());
            }
    }
}

TEST(Buckets, AReplicaThatFlushesBeforeItsActiveIsSetRightByIt) {
    SimulatedCluster cluster(2, {.vbuckets = 1, .replicas = 1});
    const NodeId active = *cluster.owner(0);
    const NodeId replica = *cluster.owner(0, 1);
    for (int i = 0; i != 5; ++i) cluster.set(0, "k" + std::to_string(i), "old");
    cluster.network.run();
    cluster.network.manager().flush_bucket("default");
    for (bool is_done = false; !is_done;) {
        is_done = true;
        for (const NetworkEvent& event : cluster.network.events()) {
            if (event.from == manager_id && event.to == active) continue;
            cluster.network.happen(event);
            is_done = false;
            break;
        }
    }
    EXPECT_EQ(cluster.value(replica, 0, "k1"), "old") << "it was sent everything once more";
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 0, "k1"), "-");
    cluster.set(0, "new", "1");
    cluster.network.run();
    EXPECT_EQ(cluster.value(replica, 0, "new"), "1");
}

}  // namespace
}  // namespace txcouchbase::cluster
