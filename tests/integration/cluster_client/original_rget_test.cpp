// SPDX-License-Identifier: Apache-2.0
// What the original's rget_t demands.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class OriginalRget : public ClientOnCluster {
protected:
    OriginalRget()
        : ClientOnCluster({.nodes = 3, .buckets = {{.name = "default", .replicas = 2}}}),
          connection(connect()) {}

    void set_lag(int milliseconds) {
        cluster.control(R"({"do": "settings", "replication_lag_ms": )" + std::to_string(milliseconds) + '}');
    }
    void store_everywhere(const std::string& key) {
        ASSERT_TRUE(succeeded(
            await(connection.set(key, "v", {.format = Format::utf8, .persist_to = -1, .replicate_to = -1}))));
    }
    /// The replica sleeps through the removal and, brought back with what it had on disk, does not hear of it.
    void store_on_one_replica(const std::string& key, unsigned index) {
        const std::size_t node = *owner_of(key, 1 + index);
        set_lag(0);
        store_everywhere(key);
        cluster.kill(node);
        ASSERT_TRUE(succeeded(await(connection.remove(key, {.replicate_to = 1}))));
        set_lag(60'000);
        cluster.restart(node);
    }
    Outcome<ValueResult> rget(const std::string& key, std::optional<unsigned> index = {}) {
        return await(connection.rget(key, {.replica_index = index, .timeout = 8s}));
    }

    Connection connection;
};

TEST_F(OriginalRget, AGetMayComeFromAReplica) {
    store_everywhere("k");
    set_lag(60'000);
    ASSERT_TRUE(succeeded(await(connection.remove("k"))));
    EXPECT_TRUE(failed_with<NotFoundError>(await(connection.get("k"))));
    EXPECT_EQ(await(connection.get("k", {.replica = true})).value().text(), "v");
}

TEST_F(OriginalRget, TheOneReplicaThatHasTheValueGivesIt) {
    for (const unsigned index : {0U, 1U}) {
        const std::string key = "only on " + std::to_string(index);
        EXPECT_TRUE(failed_with<NotFoundError>(rget(key)));
        EXPECT_TRUE(failed_with<NotFoundError>(rget(key, index)));
        store_on_one_replica(key, index);
        EXPECT_EQ(rget(key, index).value().text(), "v");
        EXPECT_EQ(rget(key).value().text(), "v");
        EXPECT_EQ(await(connection.get(key, {.replica = true})).value().text(), "v");
        EXPECT_TRUE(failed_with<NotFoundError>(rget(key, 1 - index)));
        EXPECT_TRUE(failed_with<NotFoundError>(await(connection.get(key))));
    }
}

}  // namespace
}  // namespace txcouchbase::test
