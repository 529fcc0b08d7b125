// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/manager.hpp"

#include <gtest/gtest.h>

#include "tests/cluster/network/random_source.hpp"

namespace txcouchbase::cluster {
namespace {

/// A manager and what it said; nodes are played by the test.
struct ManagerTest : testing::Test {
    struct Told {
        NodeId node;
        Message message;
    };
    RandomSource random{1};
    std::vector<Told> told;
    Manager manager{[this](NodeId node, Message message) {
                        told.push_back({node, std::move(message)});
                    },
                    [this] { return random(); },
                    {},
                    {}};

    void start_nodes(NodeId count) {
        for (NodeId i = 0; i != count; ++i) manager.on_node_up(manager.add_node({}));
    }
    const BucketInfo& bucket() { return *manager.state()->find_bucket("default"); }
    std::uint64_t serial() { return manager.state()->serial; }
    static std::string words(const std::optional<Refusal>& refusal) {
        return refusal ? refusal->words : "done";
    }

    /// Plays nodes that do what a rebalance asks of them at once; returns how many vBuckets were handed over.
    int play_rebalance() {
        int handed_over = 0;
        while (manager.is_rebalancing()) {
            const std::vector<Told> before = std::exchange(told, {});
            const std::vector<Move> moves = bucket().moves;
            for (const Told& each : before)
                if (const auto* order = std::get_if<HandOver>(&each.message)) {
                    ++handed_over;
                    manager.on_message(order->to, TookOver{order->name, serial()});
                }
            for (const Move& move : moves)
                manager.on_message(move.to, CaughtUp{{bucket().uuid, move.vbucket}, serial()});
        }
        return handed_over;
    }
};

TEST_F(ManagerTest, FirstNodesAreMembersAndLaterOnesWaitForARebalance) {
    start_nodes(2);
    EXPECT_FALSE(manager.create_bucket({}));
    start_nodes(1);
    EXPECT_TRUE(manager.state()->find_node(1)->is_member);
    EXPECT_FALSE(manager.state()->find_node(2)->is_member);
    EXPECT_EQ(bucket().servers, (std::vector<NodeId>{0, 1}));
    EXPECT_EQ(bucket().map.size(), 64U);
}

TEST_F(ManagerTest, EveryNodeThatIsUpIsToldEveryState) {
    start_nodes(2);
    manager.on_node_down(1);
    told.clear();
    manager.create_bucket({});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].node, 0U);
    EXPECT_EQ(std::get<NewState>(told[0].message).state, manager.state());
}

TEST_F(ManagerTest, RevisionsGrowByOneWithEachChangeOfAMapAndNotOtherwise) {
    start_nodes(2);
    manager.create_bucket({});
    EXPECT_EQ(bucket().version, (protocol::ConfigVersion{1, 1}));
    manager.create_bucket({.name = "other"});
    manager.put_user({.name = "u", .password = std::make_shared<protocol::Secret>()});
    EXPECT_EQ(bucket().version.revision, 1);
    manager.fail_over(1);
    EXPECT_EQ(bucket().version.revision, 2);
}

TEST_F(ManagerTest, ABucketThatIsMadeAgainHasAnotherUuidAndALaterRevision) {
    start_nodes(1);
    manager.create_bucket({});
    const std::string uuid = bucket().uuid;
    EXPECT_FALSE(manager.delete_bucket("default"));
    manager.create_bucket({});
    EXPECT_NE(bucket().uuid, uuid);
    EXPECT_EQ(bucket().version.revision, 2);
}

TEST_F(ManagerTest, RefusalsSayWhatIsWrong) {
    EXPECT_EQ(words(manager.create_bucket({})), "there is no node that could keep a bucket");
    start_nodes(1);
    EXPECT_NE(words(manager.create_bucket({.name = "a b"})).find("characters"), std::string::npos);
    EXPECT_EQ(words(manager.create_bucket({.vbuckets = 1'025})), "vbuckets must be 1 to 1024");
    EXPECT_EQ(words(manager.create_bucket({.vbuckets = 0})), "vbuckets must be 1 to 1024");
    EXPECT_EQ(words(manager.create_bucket({.replicas = 4})), "replicas must be 0 to 3");
    EXPECT_EQ(words(manager.create_bucket({.is_flush_enabled = false})), "done");
    EXPECT_EQ(words(manager.create_bucket({})), "Bucket with given name already exists");
    EXPECT_EQ(words(manager.flush_bucket("default")), "Flush is disabled for the bucket");
    EXPECT_EQ(words(manager.delete_bucket("x")), "there is no bucket \"x\"");
    EXPECT_EQ(words(manager.fail_over(0)), "the last node cannot be failed over");
    EXPECT_EQ(words(manager.fail_over(9)), "node 9 is not part of the cluster");
    EXPECT_EQ(words(manager.rebalance()), "there is nothing to rebalance");
    EXPECT_EQ(words(manager.remove_user("u")), "User was not found.");
    EXPECT_EQ(words(manager.put_user({.name = "u"})), "a new user needs a password");
    const NodeId all[] = {0};
    EXPECT_EQ(words(manager.rebalance(all)), "no node would be left");
}

TEST_F(ManagerTest, FailoverPromotesTheFirstReplicaThatIsUp) {
    start_nodes(3);
    manager.create_bucket({.vbuckets = 6, .replicas = 2});
    const VbucketMap before = bucket().map;
    manager.on_node_down(0);
    EXPECT_FALSE(manager.fail_over(0));
    EXPECT_EQ(bucket().servers, (std::vector<NodeId>{1, 2}));
    for (std::size_t v = 0; v != before.size(); ++v) {
        std::vector<int> rest;
        for (const int server : before[v])
            if (server != 0) rest.push_back(server - 1);
        rest.resize(3, nobody);
        EXPECT_EQ(bucket().map[v], rest);
    }
    EXPECT_FALSE(manager.state()->find_node(0)->is_member);
}

TEST_F(ManagerTest, AVbucketWithoutReplicaHasNoOwnerAfterAFailover) {
    start_nodes(2);
    manager.create_bucket({.vbuckets = 2, .replicas = 0});
    manager.fail_over(1);
    EXPECT_EQ(bucket().map, (VbucketMap{{0}, {nobody}}));
}

TEST_F(ManagerTest, RebalanceMovesOneVbucketAtATimeAndEndsBalanced) {
    start_nodes(2);
    manager.create_bucket({.vbuckets = 12, .replicas = 1});
    start_nodes(1);
    EXPECT_FALSE(manager.rebalance());
    EXPECT_TRUE(manager.is_rebalancing());
    EXPECT_EQ(bucket().forward_map.size(), 12U);
    for (const Move& move : bucket().moves) EXPECT_EQ(move.vbucket, bucket().moves[0].vbucket);
    EXPECT_EQ(words(manager.rebalance()), "a rebalance is running");
    EXPECT_NE(words(manager.create_bucket({.name = "x"})), "done");
    const VbucketMap goal = bucket().forward_map;
    EXPECT_EQ(play_rebalance(), 4) << "a third of the actives";
    EXPECT_EQ(bucket().map, goal);
    EXPECT_TRUE(bucket().forward_map.empty());
    EXPECT_TRUE(bucket().moves.empty());
    EXPECT_TRUE(manager.state()->find_node(2)->is_member);
}

TEST_F(ManagerTest, EjectedNodesAreForgottenWhenTheirDataAreGone) {
    start_nodes(3);
    manager.create_bucket({.vbuckets = 12, .replicas = 1});
    manager.create_bucket({.name = "cache", .type = BucketType::memcached});
    const NodeId ejected[] = {1};
    EXPECT_FALSE(manager.rebalance(ejected));
    EXPECT_EQ(bucket().servers.size(), 3U);
    play_rebalance();
    EXPECT_EQ(bucket().servers, (std::vector<NodeId>{0, 2}));
    EXPECT_EQ(manager.state()->find_bucket("cache")->servers, (std::vector<NodeId>{0, 2}));
    EXPECT_EQ(manager.state()->find_node(1), nullptr);
    for (const auto& row : bucket().map)
        for (const int server : row) EXPECT_LT(server, 2);
    EXPECT_EQ(manager.add_node({}), 3U) << "numbers are never used again";
}

TEST_F(ManagerTest, ANodeThatGoesDownStopsTheRebalanceWhereItIs) {
    start_nodes(2);
    manager.create_bucket({.vbuckets = 12, .replicas = 1});
    const VbucketMap before = bucket().map;
    start_nodes(1);
    manager.rebalance();
    manager.on_node_down(2);
    EXPECT_FALSE(manager.is_rebalancing());
    EXPECT_EQ(bucket().map, before);
    EXPECT_TRUE(bucket().moves.empty());
    EXPECT_TRUE(bucket().forward_map.empty());
    EXPECT_EQ(words(manager.rebalance()), "node 2 is down: fail it over first");
}

TEST_F(ManagerTest, WhatIsBeingHandedOverIsWaitedForWhenAThirdNodeGoesDown) {
    start_nodes(3);
    manager.create_bucket({.vbuckets = 12, .replicas = 0});
    start_nodes(1);
    manager.rebalance();
    const Move move = bucket().moves.at(0);
    const VbucketName name{bucket().uuid, move.vbucket};
    manager.on_message(move.to, CaughtUp{name, serial()});
    const NodeId giver = bucket().servers[static_cast<std::size_t>(bucket().map[move.vbucket][0])];
    const NodeId third = giver == 0 ? 1 : 0;
    manager.on_node_down(third);
    EXPECT_TRUE(manager.is_rebalancing()) << "the giver is no active any more, the taker not yet";
    manager.on_message(move.to, TookOver{name, serial()});
    EXPECT_FALSE(manager.is_rebalancing());
    EXPECT_EQ(bucket().servers[static_cast<std::size_t>(bucket().map[move.vbucket][0])], move.to);
}

TEST_F(ManagerTest, AFailoverWaitsForWhatTwoOthersAreHandingOver) {
    start_nodes(3);
    manager.create_bucket({.vbuckets = 12, .replicas = 0});
    start_nodes(1);
    manager.rebalance();
    const Move move = bucket().moves.at(0);
    const VbucketName name{bucket().uuid, move.vbucket};
    manager.on_message(move.to, CaughtUp{name, serial()});
    const NodeId giver = bucket().servers[static_cast<std::size_t>(bucket().map[move.vbucket][0])];
    const NodeId third = giver == 0 ? 1 : 0;
    EXPECT_FALSE(manager.fail_over(third));
    EXPECT_TRUE(manager.state()->find_node(third)->is_member);
    manager.on_message(move.to, TookOver{name, serial()});
    EXPECT_FALSE(manager.is_rebalancing());
    EXPECT_FALSE(manager.state()->find_node(third)->is_member);
    EXPECT_EQ(bucket().servers[static_cast<std::size_t>(bucket().map[move.vbucket][0])], move.to);
}

TEST_F(ManagerTest, WordsAboutAMoveThatWasGivenUpDoNotMoveItsSuccessor) {
    start_nodes(2);
    manager.create_bucket({.vbuckets = 12, .replicas = 1});
    start_nodes(1);
    manager.rebalance();
    const Move move = bucket().moves.at(0);
    const std::uint64_t early = serial();
    manager.on_node_down(move.to);
    manager.on_node_up(move.to);
    EXPECT_FALSE(manager.rebalance());
    ASSERT_EQ(bucket().moves.at(0).to, move.to);
    told.clear();
    for (const Move& each : bucket().moves)
        manager.on_message(each.to, CaughtUp{{bucket().uuid, each.vbucket}, early});
    EXPECT_TRUE(told.empty());
    for (const Move& each : std::vector<Move>(bucket().moves))
        manager.on_message(each.to, CaughtUp{{bucket().uuid, each.vbucket}, serial()});
    EXPECT_FALSE(told.empty());
}

TEST_F(ManagerTest, WordsOfNodesThatDoNotMatterAreIgnored) {
    start_nodes(2);
    manager.create_bucket({.vbuckets = 4});
    start_nodes(1);
    manager.rebalance();
    const VbucketMap before = bucket().map;
    const Move move = bucket().moves.at(0);
    const VbucketName name{bucket().uuid, move.vbucket};
    manager.on_message(0, TookOver{name, serial()});
    manager.on_message(move.to, TookOver{name, serial()});
    manager.on_message(move.to, CaughtUp{{"other", move.vbucket}, serial()});
    manager.on_message(77, CaughtUp{name, serial()});
    EXPECT_EQ(bucket().map, before);
}

TEST_F(ManagerTest, AFailedOverNodeComesBackWithTheNextRebalanceIfItIsUp) {
    start_nodes(2);
    manager.create_bucket({.vbuckets = 4});
    manager.fail_over(1);
    EXPECT_FALSE(manager.rebalance());
    play_rebalance();
    EXPECT_EQ(bucket().servers, (std::vector<NodeId>{0, 1}));
    EXPECT_TRUE(manager.state()->find_node(1)->is_member);
}

TEST_F(ManagerTest, FlushIsToldToAllServersAndRefusedWhenOneIsDown) {
    start_nodes(2);
    manager.create_bucket({});
    told.clear();
    EXPECT_FALSE(manager.flush_bucket("default"));
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(std::get<FlushBucket>(told[1].message).bucket_uuid, bucket().uuid);
    manager.on_node_down(1);
    EXPECT_EQ(words(manager.flush_bucket("default")), "node 1 is down and cannot flush");
}

}  // namespace
}  // namespace txcouchbase::cluster
