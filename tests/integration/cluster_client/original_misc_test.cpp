// SPDX-License-Identifier: Apache-2.0
// What the original's misc_t demands of a connection that knows its cluster.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class OriginalMisc : public ClientOnCluster {
protected:
    OriginalMisc()
        : ClientOnCluster({.nodes = 3, .buckets = {{.name = "default"}, {.name = "orders", .replicas = 2}}}) {
    }

    std::string kv_address_of(std::size_t node) {
        return "127.0.0.1:" + std::to_string(state()["nodes"][node]["ports"]["kv"].get<int>());
    }
};

TEST_F(OriginalMisc, TheBucketsNameIsTold) {
    Connection connection(io, cluster.connection_string() + "/orders", options());
    ASSERT_TRUE(succeeded(await(connection.connect())));
    EXPECT_EQ(connection.bucket(), "orders");
    EXPECT_EQ(connection.configured_replica_count(), 2U);
    EXPECT_EQ(error_of(await(connection.rget("k", {.replica_index = 2}))).rc(), errc::no_matching_server);
}

TEST_F(OriginalMisc, AKeysVbucketAndItsNodeAreTold) {
    const Connection connection = connect();
    for (int i = 0; i < 20; ++i) {
        const std::string key = "key" + std::to_string(i);
        const KeyLocation location = connection.locate(key);
        EXPECT_EQ(location.vbucket, protocol::vbucket_of(key, 64));
        ASSERT_TRUE(location.node);
        EXPECT_EQ(connection.server_nodes().at(*location.node), kv_address_of(*owner_of(key)));
    }
    EXPECT_THROW(connection.locate(""), ArgumentError);
}

TEST_F(OriginalMisc, BeforeTheMapIsThereNobodyHasAKey) {
    const Connection connection(io, cluster.connection_string(), options());
    EXPECT_EQ(connection.bucket(), "");
    EXPECT_EQ(connection.configured_replica_count(), 0U);
    EXPECT_FALSE(connection.locate("k").node);
}

}  // namespace
}  // namespace txcouchbase::test
