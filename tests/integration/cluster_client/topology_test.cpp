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

// The network's delay is most of what the test measures; the rest is the machine's. The announcement of the new map
// takes half a round trip itself.
TEST_F(ClusterTopology, AfterAFailoverItsKeysAreServedWithinTwoRoundTripsOfTheAnnouncement) {
    ConnectionOptions pushed = options();
    pushed.config_poll_interval = 1h;
    Connection connection = connect(pushed);
    const std::string key = key_on(1);
    set(connection, key, "v");
    for (const char* const node : {"0", "1", "2"})
        cluster.control(std::string{R"({"do": "link", "node": )"} + node + R"(, "delay_ms": 100})");
    const auto time = [](auto&& run) {
        const auto begin = std::chrono::steady_clock::now();
        run();
        return std::chrono::steady_clock::now() - begin;
    };
    const auto round_trip = time([&] { EXPECT_EQ(text_of(connection, key), "v"); });
    cluster.freeze(1);
    Ending waiting(connection.get(key, {.timeout = 8s}));
    run_for(io, 20ms);
    const auto until_success = time([&] {
        cluster.fail_over(1);
        EXPECT_TRUE(succeeded(waiting.await(io)));
    });
    EXPECT_LT(until_success, 5 * round_trip / 2 + 100ms);
}

TEST_F(ClusterTopology, WithoutPushesTheNewMapIsFoundWithinOnePollInterval) {
    inject(R"("kind": "status", "opcode": "HELLO", "count": 100)");  // no features, so nothing is pushed
    ConnectionOptions polled = options();
    polled.config_poll_interval = 500ms;
    Connection connection = connect(polled);
    const std::string key = key_on(1);
    set(connection, key, "v");
    cluster.freeze(1);
    Ending waiting(connection.get(key, {.timeout = 8s}));
    run_for(io, 20ms);
    cluster.fail_over(1);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(succeeded(waiting.await(io)));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms + 100ms);
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

TEST_F(ClusterTopology, AReadBehindARefusedWriteIsReadAgainWhenItsConnectionIsLost) {
    Connection connection = connect();
    const std::string key = key_on(1);
    set(connection, key, "v");
    cluster.control(R"({"do": "inject", "node": 1, "opcode": "SET", "kind": "status", "count": 1})");
    cluster.control(R"({"do": "inject", "node": 1, "opcode": "GET", "kind": "close", "count": 1})");
    Ending write(connection.set(key, "w", {.timeout = 1h}));
    Ending read(connection.get(key, {.timeout = 1h}));
    EXPECT_TRUE(succeeded(write.await(io)));
    EXPECT_EQ(read.await(io).value().text(), "w");
}

TEST_F(ClusterTopology, TheTimeOfAnOperationDoesNotBeginAgainWithTheNextConnection) {
    Connection connection = connect();
    const std::string key = key_on(1);
    set(connection, key, "v");
    cluster.kill(1);
    const auto begin = std::chrono::steady_clock::now();
    Ending write(connection.set(key, "w", {.timeout = 600ms}));
    run_for(io, 400ms);
    cluster.restart(1);
    cluster.control(R"({"do": "inject", "node": 1, "opcode": "SET", "kind": "drop_reply", "count": 5})");
    EXPECT_TRUE(failed_with<TimeoutError>(write.await(io)));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 900ms);
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

TEST_F(ClusterTopology, ABucketThatComesBackWithOtherVbucketsGetsWhatWaitedUnderTheirNumbers) {
    cluster.delete_bucket("default");
    cluster.create_bucket({.name = "default", .vbuckets = 64});
    Connection connection = connect();
    set(connection, "before", "v");
    cluster.delete_bucket("default");
    run_until(io, [&] { return !await(connection.get("before", {.timeout = 20ms})); });
    std::vector<Ending<OperationResult>> endings;
    for (int i = 0; i < 20; ++i)
        endings.emplace_back(connection.set("key" + std::to_string(i), std::to_string(i), {.timeout = 8s}));
    run_for(io, 50ms);
    cluster.create_bucket({.name = "default", .vbuckets = 256});
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(succeeded(endings[static_cast<std::size_t>(i)].await(io)));
        EXPECT_EQ(text_of(connection, "key" + std::to_string(i)), std::to_string(i));
    }
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
