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
