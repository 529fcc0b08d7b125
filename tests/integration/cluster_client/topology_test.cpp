// SPDX-License-Identifier: Apache-2.0
// The cluster changes under the client.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class ClusterTopology : public ClientOnCluster {
protected:
    ClusterTopology() : ClientOnCluster({.nodes = 3}) {}

    void fill(Connection& connection) {
        for (int i = 0; i < many; ++i) set(connection, "key" + std::to_string(i), std::to_string(i));
    }
    void check(Connection& connection) {
        for (int i = 0; i < many; ++i)
            ASSERT_EQ(text_of(connection, "key" + std::to_string(i)), std::to_string(i)) << "key" << i;
    }

    /// On every node.
    void inject(const std::string& what) {
        for (const char* const node : {"0", "1", "2"})
            cluster.control(std::string{R"({"do": "inject", "node": )"} + node + ", " + what + "}");
    }

    static constexpr int many = 100;
};

TEST_F(ClusterTopology, AfterARebalanceEveryKeyIsFoundWhereItIsNow) {
    Connection connection = connect();
    fill(connection);
    cluster.add_node();
    cluster.rebalance();
    check(connection);
    EXPECT_EQ(connection.server_nodes().size(), 4U);
    cluster.remove_node(0);
    check(connection);
    EXPECT_EQ(connection.server_nodes().size(), 3U);
}

TEST_F(ClusterTopology, AfterAFailoverTheReplicasAreUsed) {
    Connection connection = connect();
    fill(connection);
    const std::string key = key_on(1);
    cluster.fail_over(1);
    EXPECT_TRUE(succeeded(await(connection.set(key, "again"))));
    EXPECT_EQ(connection.server_nodes().size(), 2U);
}

TEST_F(ClusterTopology, ANodeThatIsKilledAndFailedOverCostsItsOperationsATime) {
    Connection connection = connect();
    const std::string key = key_on(1);
    set(connection, key, "before");
    cluster.kill(1);
    Ending waiting(connection.set(key, "after", {.timeout = 8s}));
    run_for(io, 50ms);
    EXPECT_FALSE(waiting.has_come());
    cluster.fail_over(1);
    EXPECT_TRUE(succeeded(waiting.await(io)));
    EXPECT_EQ(text_of(connection, key), "after");
}

TEST_F(ClusterTopology, ARefusalOfAWrongNodeIsNobodysToHearOf) {
    Connection connection = connect();
    set(connection, "k", "v");
    inject(R"("kind": "status", "status": 7, "count": 3)");
    EXPECT_EQ(text_of(connection, "k"), "v");
    inject(R"("kind": "status", "status": 7, "count": 2)");
    EXPECT_TRUE(succeeded(await(connection.set("k", "w", {.retry = Retry::none}))));
}

TEST_F(ClusterTopology, AReadOnALostConnectionIsSentAgainAndAWriteIsAmbiguous) {
    Connection connection = connect();
    const std::string key = key_on(1);
    set(connection, key, "v");
    const std::string other = key_on(1, 1);
    cluster.control(R"({"do": "link", "node": 1, "drop": true})");
    Ending read(connection.get(key, {.timeout = 8s}));
    Ending write(connection.set(other, "w", {.timeout = 8s}));
    run_for(io, 20ms);  // both are sent, and nobody reads them
    cluster.control(R"({"do": "link", "node": 1})");
    cluster.reset_connections(1);
    const auto written = write.await(io);
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(written));
    EXPECT_TRUE(error_of(written).is_ambiguous());
    EXPECT_FALSE(read.has_come());
    EXPECT_EQ(read.await(io).value().text(), "v");
}

TEST_F(ClusterTopology, EveryNodeMayBeGoneAndComeBack) {
    Connection connection = connect();
    fill(connection);
    for (const std::size_t node : {0U, 1U, 2U}) cluster.kill(node);
    std::vector<Ending<OperationResult>> waiting;
    for (int i = 0; i < many; ++i)
        waiting.emplace_back(connection.set("key" + std::to_string(i), "back", {.timeout = 8s}));
    EXPECT_TRUE(failed_with<TimeoutError>(await(connection.get("key0", {.timeout = 100ms}))));
    for (const std::size_t node : {0U, 1U, 2U}) cluster.restart(node);
    for (auto& one : waiting) EXPECT_TRUE(succeeded(one.await(io)));
}

TEST_F(ClusterTopology, AFrozenNodeCostsItsOwnKeysTheirTimeAndNobodyElse) {
    Connection connection = connect();
    cluster.freeze(2);
    const std::string stuck = key_on(2);
    Ending timed_out(connection.set(stuck, "v", {.timeout = 300ms}));
    for (int i = 0; i < 20; ++i) set(connection, key_on(0, i % 3), "v");
    EXPECT_TRUE(failed_with<TimeoutError>(timed_out.await(io)));
    cluster.thaw(2);
    EXPECT_TRUE(succeeded(await(connection.set(stuck, "w"))));
}

TEST_F(ClusterTopology, ABucketThatIsDeletedUnderLoadEndsWhatWaitsAndMayComeAgain) {
    Connection connection = connect();
    fill(connection);
    std::vector<Ending<ValueResult>> endings;
    for (int i = 0; i < many; ++i)
        endings.emplace_back(connection.get("key" + std::to_string(i), {.timeout = 500ms}));
    cluster.delete_bucket("default");
    for (auto& ending : endings) ending.await(io);  // each ends, somehow
    EXPECT_FALSE(await(connection.get("key0", {.timeout = 200ms})));
    cluster.create_bucket({.name = "default"});
    run_until(io, [&] { return static_cast<bool>(await(connection.set("again", "v", {.timeout = 500ms}))); });
}

TEST_F(ClusterTopology, OperationsKeepTheirOrderThroughTemporaryFailures) {
    Connection connection = connect();
    set(connection, "log", "");
    std::string expected;
    std::vector<Ending<OperationResult>> endings;
    std::vector<std::string> pieces;
    for (int i = 0; i < 500; ++i) {
        pieces.push_back(std::to_string(i) + ",");
        endings.emplace_back(connection.append("log", pieces.back(), {.timeout = 8s}));
        if (i % 100 == 0) inject(R"("kind": "status", "opcode": "APPEND", "count": 1)");
        if (i % 20 == 0) run_for(io, 1ms);
    }
    int failed = 0;
    for (std::size_t i = 0; i < endings.size(); ++i) {
        const auto outcome = endings[i].await(io);
        if (outcome)
            expected += pieces[i];
        else
            ++failed;
    }
    EXPECT_EQ(text_of(connection, "log"), expected) << "what succeeded was executed once, in order";
    EXPECT_LT(failed, 250);
}

TEST_F(ClusterTopology, OperationsKeepTheirOrderThroughARebalance) {
    Connection connection = connect();
    cluster.add_node();
    set(connection, "counter", "");
    std::string expected;
    std::vector<Ending<OperationResult>> endings;
    std::thread rebalance([this] { cluster.rebalance(); });
    for (int i = 0; i < 2'000; ++i) {
        const std::string piece = std::to_string(i) + ",";
        expected += piece;
        endings.emplace_back(connection.append("counter", piece, {.timeout = 8s}));
        if (i % 10 == 0) run_for(io, 1ms);
    }
    for (auto& ending : endings) EXPECT_TRUE(succeeded(ending.await(io)));
    rebalance.join();
    EXPECT_EQ(text_of(connection, "counter"), expected);
}

}  // namespace
}  // namespace txcouchbase::test
