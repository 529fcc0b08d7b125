// SPDX-License-Identifier: Apache-2.0
// Every operation on keys, through a client that routes by the cluster's map.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

using ClusterOperations = ClientOnCluster;

TEST_F(ClusterOperations, WhatIsSetIsReadFromWhateverNodeKeepsIt) {
    Connection connection = connect();
    for (int i = 0; i < 200; ++i) set(connection, "key" + std::to_string(i), "value" + std::to_string(i));
    for (int i = 0; i < 200; ++i)
        EXPECT_EQ(text_of(connection, "key" + std::to_string(i)), "value" + std::to_string(i));
    EXPECT_EQ(connection.server_nodes().size(), 3U);
}

TEST_F(ClusterOperations, WhatIsIssuedBeforeTheConnectionIsUpIsSentInOrder) {
    Connection connection(io, cluster.connection_string(), options());
    Ending first(connection.set("k", "1", {.format = Format::utf8}));
    Ending second(connection.append("k", "2"));
    Ending third(connection.get("k"));
    Ending everybody(connection.noop());
    EXPECT_EQ(third.await(io).value().text(), "12");
    EXPECT_TRUE(succeeded(everybody.await(io)));
}

TEST_F(ClusterOperations, AMultiOperationIsSpreadOverTheNodes) {
    Connection connection = connect();
    std::map<std::string, std::string> values;
    for (int i = 0; i < 100; ++i) values["key" + std::to_string(i)] = std::to_string(i);
    ASSERT_TRUE(succeeded(await(connection.set_multi(values))));
    std::vector<std::string> keys;
    for (const auto& [key, value] : values) keys.push_back(key);
    const auto results = await(connection.get_multi(keys));
    ASSERT_TRUE(succeeded(results));
    for (const auto& [key, value] : values) EXPECT_EQ(results.value()[key].text(), value);
}

TEST_F(ClusterOperations, AMutationTellsItsToken) {
    Connection connection = connect();
    const auto result = await(connection.set("k", "v"));
    ASSERT_TRUE(succeeded(result));
    ASSERT_TRUE(result.value().mutation_token());
    EXPECT_EQ(result.value().mutation_token()->vbucket, protocol::vbucket_of("k", 64));
}

TEST_F(ClusterOperations, EveryNodeIsAskedForItsStatistics) {
    Connection connection = connect();
    const auto stats = await(connection.stats());
    ASSERT_TRUE(succeeded(stats));
    ASSERT_FALSE(stats.value().empty());
    EXPECT_EQ(stats.value().begin()->second.size(), 3U);
    const auto versions = await(connection.versions());
    ASSERT_TRUE(succeeded(versions));
    EXPECT_EQ(versions.value().size(), 3U);
}

}  // namespace
}  // namespace txcouchbase::test
