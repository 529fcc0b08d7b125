// SPDX-License-Identifier: Apache-2.0
// What a client of a cluster counts and tells: of every node, of maps, and of a failure's vBucket and map.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class ClusterMetrics : public ClientOnCluster {
protected:
    static Json timeline_of(const Error& error) { return Json::parse(explain_json(error))["timeline"]; }
    static void expect_balance(const TrafficMetrics& traffic) {
        EXPECT_EQ(traffic.issued + traffic.moved_here, traffic.completed + traffic.failed +
                                                           traffic.timed_out + traffic.cancelled +
                                                           traffic.pending + traffic.moved_away);
    }
};

TEST_F(ClusterMetrics, EveryNodeCountsItsOperations) {
    Connection connection = connect();
    for (std::size_t node = 0; node < 3; ++node)
        for (std::size_t i = 0; i <= node; ++i) set(connection, key_on(node), "v");
    const Metrics metrics = connection.metrics();
    EXPECT_GE(metrics.maps_taken, 1U);
    EXPECT_EQ(metrics.maps_refused, 0U);
    ASSERT_EQ(metrics.nodes.size(), 3U);
    TrafficMetrics sum;
    for (const NodeMetrics& node : metrics.nodes) {
        expect_balance(node.traffic);
        EXPECT_GE(node.traffic.completed, 1U) << node.node;
        EXPECT_EQ(node.traffic.connects, 1U) << node.node;
        const Latencies& latencies = node.traffic.latencies;
        EXPECT_EQ(latencies.reads.count() + latencies.mutations.count() + latencies.others.count(), 1U)
            << "the first operation is one of the sample";
        sum += node.traffic;
    }
    EXPECT_EQ(sum.completed, metrics.total.completed);
    expect_balance(metrics.total);
}

TEST_F(ClusterMetrics, WhatWaitedForTheMapMovesToItsNode) {
    Connection connection(io, cluster.connection_string(), options());
    Ending early(connection.set("k", "v"));
    EXPECT_EQ(connection.metrics().total.pending, 1U);
    EXPECT_TRUE(succeeded(early.await(io)));
    const Metrics metrics = connection.metrics();
    EXPECT_EQ(metrics.total.moved_away, 1U);
    EXPECT_EQ(metrics.total.moved_here, 1U);
    expect_balance(metrics.total);
}

TEST_F(ClusterMetrics, ARebalanceIsSeenInRefusalsAndMapsAndTotalsOutliveTheNode) {
    Connection connection = connect();
    const std::string key = key_on(0);
    for (int i = 0; i < 10; ++i) set(connection, key, "v");
    const Metrics before = connection.metrics();
    cluster.remove_node(0);
    set(connection, key, "again");
    for (int i = 0; i < 100 && connection.server_nodes().size() != 2; ++i) run_for(io, 20ms);
    const Metrics after = connection.metrics();
    EXPECT_EQ(after.nodes.size(), 2U);
    EXPECT_GT(after.maps_taken, before.maps_taken);
    EXPECT_GE(after.total.completed, before.total.completed + 1);
    EXPECT_GE(after.total.bytes_sent, before.total.bytes_sent);
    EXPECT_GE(after.total.latencies.mutations.count(), before.total.latencies.mutations.count());
    expect_balance(after.total);
}

TEST_F(ClusterMetrics, AFailureTellsItsVbucketAndTheRevisionOfTheMap) {
    Connection connection = connect();
    const auto outcome = await(connection.get("absent"));
    ASSERT_FALSE(succeeded(outcome));
    const Json timeline = timeline_of(error_of(outcome));
    EXPECT_EQ(timeline["vbucket"], protocol::vbucket_of("absent", 64));
    const Json report = Json::parse(connection.diagnostics());
    EXPECT_EQ(timeline["map_revision"], report["config_rev"]);
    EXPECT_THAT(explain(error_of(outcome)), testing::HasSubstr("cluster map revision "));
}

TEST_F(ClusterMetrics, WhatHasNoKeyHasNoVbucket) {
    Connection connection = connect();
    cluster.kill(1);
    const auto outcome = await(connection.noop({.timeout = 100ms}));
    ASSERT_FALSE(succeeded(outcome));
    EXPECT_TRUE(timeline_of(error_of(outcome))["vbucket"].is_null());
    EXPECT_TRUE(timeline_of(error_of(outcome))["map_revision"].is_null());
}

TEST_F(ClusterMetrics, BeforeThereIsAMapNobodyKnowsTheVbucket) {
    Connection connection(io, cluster.connection_string(), options());
    Ending early(connection.get("k"));
    connection.close();
    const auto outcome = early.await(io);
    ASSERT_FALSE(succeeded(outcome));
    EXPECT_TRUE(timeline_of(error_of(outcome))["vbucket"].is_null());
}

TEST_F(ClusterMetrics, ReportsNameTheBucketAndTheMapAndEveryNode) {
    Connection connection = connect();
    const auto outcome = await(connection.ping_report());
    ASSERT_TRUE(succeeded(outcome));
    const Json ping = Json::parse(outcome.value());
    ASSERT_EQ(ping["services"]["kv"].size(), 3U);
    for (const Json& node : ping["services"]["kv"]) {
        EXPECT_EQ(node["state"], "ok");
        EXPECT_EQ(node["namespace"], "default");
    }
    const Json diagnostics = Json::parse(connection.diagnostics());
    EXPECT_EQ(diagnostics["services"]["kv"].size(), 3U);
    EXPECT_TRUE(diagnostics["config_rev"].is_number());
}

TEST_F(ClusterMetrics, ReportsOfAnUnknownClusterWaitUntilItIsKnown) {
    Connection connection(io, cluster.connection_string(), options());
    const auto outcome = await(connection.ping_report());
    ASSERT_TRUE(succeeded(outcome));
    const Json report = Json::parse(outcome.value());
    EXPECT_EQ(report["services"]["kv"].size(), 3U);
    EXPECT_TRUE(report["config_rev"].is_number());
}

}  // namespace
}  // namespace txcouchbase::test
