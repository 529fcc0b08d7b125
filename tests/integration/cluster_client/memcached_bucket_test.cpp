// SPDX-License-Identifier: Apache-2.0
// A bucket of the memcached kind: no vBuckets, keys are spread by ketama.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class MemcachedBucket : public ClientOnCluster {
protected:
    MemcachedBucket()
        : ClientOnCluster(
              {.nodes = 3, .buckets = {{.name = "default", .type = cluster::BucketType::memcached}}}) {}
};

TEST_F(MemcachedBucket, KeepsWhatIsStored) {
    Connection connection = connect();
    for (int i = 0; i < 50; ++i) set(connection, "key" + std::to_string(i), "v" + std::to_string(i));
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(text_of(connection, "key" + std::to_string(i)), "v" + std::to_string(i));
    EXPECT_EQ(connection.server_nodes().size(), 3U);
}

TEST_F(MemcachedBucket, HasNoCopiesToAskFor) {
    Connection connection = connect();
    EXPECT_TRUE(failed_with<NotSupportedError>(await(connection.set("k", "v", {.replicate_to = 1}))));
    EXPECT_TRUE(failed_with<NotSupportedError>(await(connection.endure("k"))));
    EXPECT_TRUE(failed_with<NotSupportedError>(await(connection.observe("k"))));
    EXPECT_EQ(connection.configured_replica_count(), 0U);
    EXPECT_TRUE(connection.locate("k").node) << "one node has it, all the same";
}

}  // namespace
}  // namespace txcouchbase::test
