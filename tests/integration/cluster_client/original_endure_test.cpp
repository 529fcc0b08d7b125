// SPDX-License-Identifier: Apache-2.0
// What the original's endure_t demands.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class OriginalEndure : public ClientOnCluster {
protected:
    OriginalEndure()
        : ClientOnCluster({.nodes = 3, .buckets = {{.name = "default", .replicas = 2}}}),
          connection(connect()) {}

    /// From now on, as far as this test will live to see: nothing gets to disk, or to the replicas.
    void stop_persistence() { cluster.control(R"({"do": "settings", "persistence_delay_ms": 60000})"); }
    void stop_replication() { cluster.control(R"({"do": "settings", "replication_lag_ms": 60000})"); }

    /// Waits for the document as it is on so many nodes, or not for long.
    Outcome<OperationResult> endure(int persist_to, int replicate_to) {
        return await(connection.endure(
            "k", {.persist_to = persist_to, .replicate_to = replicate_to, .timeout = brief}));
    }

    static constexpr OperationTimeout brief = 200ms;
    Connection connection;
};

TEST_F(OriginalEndure, ASetWaitsForItsCopiesOrTimesOut) {
    const StoreOptions everywhere{.persist_to = -1, .replicate_to = -1};
    EXPECT_TRUE(succeeded(await(connection.set("k", "v", everywhere))));
    EXPECT_TRUE(succeeded(endure(3, 2)));
    stop_persistence();
    const auto stored =
        await(connection.set("k", "w", {.persist_to = -1, .replicate_to = -1, .timeout = brief}));
    EXPECT_TRUE(failed_with<TimeoutError>(stored));
    EXPECT_EQ(await(connection.get("k")).value().text(), "w") << "it is stored all the same";
}

TEST_F(OriginalEndure, ARemovalWaitsForItsCopiesOrTimesOut) {
    set(connection, "k", "v");
    EXPECT_TRUE(succeeded(await(connection.remove("k", {.persist_to = -1, .replicate_to = -1}))));
    set(connection, "k", "v");
    stop_persistence();
    EXPECT_TRUE(failed_with<TimeoutError>(
        await(connection.remove("k", {.persist_to = -1, .replicate_to = -1, .timeout = brief}))));
    EXPECT_TRUE(failed_with<NotFoundError>(await(connection.get("k")))) << "it is removed all the same";
}

TEST_F(OriginalEndure, NodesAreAskedUntilSoManyHaveIt) {
    set(connection, "k", "v");
    EXPECT_TRUE(succeeded(endure(-1, -1)));
    stop_replication();
    set(connection, "k", "w");
    EXPECT_TRUE(succeeded(endure(1, 0))) << "the master has it on disk";
    EXPECT_TRUE(failed_with<TimeoutError>(endure(2, 0)));
    EXPECT_TRUE(failed_with<TimeoutError>(endure(0, 1)));
}

TEST_F(OriginalEndure, WhatReplicasHaveInMemoryIsNotYetOnDisk) {
    stop_persistence();
    set(connection, "k", "v");
    EXPECT_TRUE(failed_with<TimeoutError>(endure(1, 0)));
    EXPECT_TRUE(succeeded(endure(0, -1)));
}

}  // namespace
}  // namespace txcouchbase::test
