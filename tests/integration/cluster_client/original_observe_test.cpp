// SPDX-License-Identifier: Apache-2.0
// What the original's observe_t demands.
#include <txcouchbase/json.hpp>

#include <sstream>

#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class OriginalObserve : public ClientOnCluster {
protected:
    OriginalObserve()
        : ClientOnCluster({.nodes = 3, .buckets = {{.name = "default", .replicas = 2}}}),
          connection(connect()) {}

    /// Stores the key on all nodes and gives its CAS.
    std::uint64_t store(const std::string& key) {
        const auto stored = await(connection.set(key, "v", {.persist_to = -1, .replicate_to = -1}));
        EXPECT_TRUE(succeeded(stored));
        return stored ? stored.value().cas() : 0;
    }

    Connection connection;
};

TEST_F(OriginalObserve, EveryNodeTellsWhatItKnowsAndOneOfThemIsTheMaster) {
    const std::uint64_t cas = store("k");
    const auto observed = await(connection.observe("k"));
    ASSERT_TRUE(succeeded(observed));
    ASSERT_EQ(observed.value().nodes.size(), 3U);
    int masters = 0;
    for (const ObserveInfo& info : observed.value().nodes) {
        EXPECT_EQ(info.flags, ObserveInfo::State::persisted);
        EXPECT_EQ(info.cas, cas);
        masters += info.from_master ? 1 : 0;
    }
    EXPECT_EQ(masters, 1);
    std::ostringstream printed;
    printed << observed.value();
    EXPECT_THAT(printed.str(), testing::HasSubstr("k"));
}

TEST_F(OriginalObserve, OfPresentAndMissingKeysEachIsASuccess) {
    store("there");
    const auto observed = await(connection.observe_multi({"there", "none"}));
    ASSERT_TRUE(succeeded(observed));
    EXPECT_TRUE(observed.value().all_ok());
    for (const ValueResult& result : observed.value()) EXPECT_EQ(result.json().size(), 3U) << result.key();
    EXPECT_EQ(observed.value()["none"].json()[0]["flags"], 0x80);
}

TEST_F(OriginalObserve, ItemsAreObservedByTheirKeysAndKeepTheirValues) {
    set(connection, "k", "v");
    const auto item = std::make_shared<Item>("k", "mine");
    const auto observed = await(connection.observe_multi(ItemSequence{item}));
    ASSERT_TRUE(succeeded(observed));
    EXPECT_EQ(observed.value()["k"].text().front(), '[');
    EXPECT_EQ(item->value().text(), "mine");
}

TEST_F(OriginalObserve, TheMasterAloneIsAskedWhereThatIsWanted) {
    const std::uint64_t cas = store("k");
    const auto observed = await(connection.observe("k", {.master_only = true}));
    ASSERT_TRUE(succeeded(observed));
    ASSERT_EQ(observed.value().nodes.size(), 1U);
    EXPECT_TRUE(observed.value().nodes[0].from_master);
    EXPECT_EQ(observed.value().nodes[0].cas, cas);
}

}  // namespace
}  // namespace txcouchbase::test
