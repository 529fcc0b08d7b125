// What happens to a cluster's nodes and buckets, as a client with sockets sees it.
// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "tests/integration/cluster/cluster_fixture.hpp"

namespace txcouchbase::test {
namespace {

std::string words_of(Cluster& cluster, const Json& command) {
    try {
        return cluster.control(command.dump());
    } catch (const ClusterError& error) {
        return error.what();
    }
}

TEST(ClusterTopology, AFailedOverNodesDataAreOnTheOthers) {
    Cluster cluster = cluster::start({.nodes = 3});
    const std::string key = key_on(cluster, 1);
    const std::size_t heir = *owner_of(cluster, key, 1);
    EXPECT_EQ(connect(cluster, 1).set(key, "v").status, Status::success);
    KvClient client = connect(cluster, heir);
    const auto replica = [&] {
        return client.ask({.opcode = protocol::Opcode::get_replica, .key = key},
                          protocol::vbucket_of(key, 64));
    };
    ASSERT_TRUE(eventually([&] { return replica().status == Status::success; }));

    EXPECT_EQ(client.get(key).status, Status::not_my_vbucket);
    cluster.fail_over(1);
    EXPECT_EQ(owner_of(cluster, key), heir);
    EXPECT_EQ(client.get(key).value, "v");
}

TEST(ClusterTopology, ANewNodeGetsItsShareAndGivesItBack) {
    Cluster cluster = cluster::start({.nodes = 2});
    for (int i = 0; i != 200; ++i) {
        const std::string key = "key" + std::to_string(i);
        static_cast<void>(connect(cluster, *owner_of(cluster, key)).set(key, "v" + std::to_string(i)));
    }
    const auto expect_all_values = [&] {
        for (int i = 0; i != 200; i += 10) {
            const std::string key = "key" + std::to_string(i);
            EXPECT_EQ(connect(cluster, *owner_of(cluster, key)).get(key).value, "v" + std::to_string(i))
                << key;
        }
    };

    EXPECT_EQ(cluster.add_node(), 2U);
    const std::uint16_t port = port_of(cluster, 2);
    cluster.rebalance();
    EXPECT_EQ(connect(cluster, 2).set(key_on(cluster, 2), "mine").status, Status::success);
    expect_all_values();
    cluster.remove_node(2);
    EXPECT_TRUE(SocketStream::is_refused(port));
    EXPECT_EQ(state_of(cluster)["nodes"].size(), 2U);
    expect_all_values();
}

TEST(ClusterTopology, BucketsComeAndGo) {
    Cluster cluster = cluster::start({.nodes = 2, .buckets = {}});
    KvClient client(port_of(cluster, 0));
    EXPECT_EQ(client.log_in(cluster.user(), cluster.password()), Status::success);
    EXPECT_NE(client.select_bucket("b"), Status::success);
    cluster.create_bucket({.name = "b", .replicas = 0});
    EXPECT_EQ(client.select_bucket("b"), Status::success);
    const std::string key = key_on(cluster, 0);
    EXPECT_EQ(client.set(key, "v").status, Status::success);
    cluster.flush_bucket("b");
    EXPECT_EQ(client.get(key).status, Status::key_enoent);
    cluster.delete_bucket("b");
    EXPECT_FALSE(client.receive());
}

TEST(ClusterTopology, RefusalsNameWhatIsWrong) {
    Cluster cluster = cluster::start({.nodes = 2});
    EXPECT_THROW(cluster.fail_over(7), ClusterError);
    EXPECT_EQ(words_of(cluster, {{"do", "kill"}, {"node", 7}}), "node 7 is not part of the cluster");
    EXPECT_EQ(words_of(cluster, {{"do", "thaw"}, {"node", 1}}), "node 1 is not frozen");
    EXPECT_EQ(words_of(cluster, {{"do", "restart"}, {"node", 1}}), "node 1 is not down");
    cluster.kill(1);
    EXPECT_EQ(words_of(cluster, {{"do", "kill"}, {"node", 1}}), "node 1 is down");
    EXPECT_EQ(words_of(cluster, {{"do", "freeze"}, {"node", 1}}), "node 1 is down");
    EXPECT_EQ(words_of(cluster, {{"do", "inject"}, {"node", 1}}), "node 1 is down");
    EXPECT_EQ(words_of(cluster, {{"do", "load_sample"}, {"bucket", "b"}}), "node 1 is down");
    EXPECT_EQ(words_of(cluster, {{"do", "delete_bucket"}, {"name", "b"}}), "there is no bucket \"b\"");
}

TEST(ClusterTopology, ARebalanceThatIsInterruptedSaysWhy) {
    Cluster cluster = cluster::start({.nodes = 2});
    cluster.add_node();
    cluster.freeze(2);
    std::string words;
    std::thread rebalancing([&] { words = words_of(cluster, {{"do", "rebalance"}}); });
    ASSERT_TRUE(eventually([&] { return state_of(cluster)["is_rebalancing"] == true; }));
    cluster.kill(2);
    rebalancing.join();
    EXPECT_EQ(words, "the rebalance was stopped: node 2 went down");
}

TEST(ClusterTopology, ASampleIsLoadedOnRequest) {
    Cluster cluster = cluster::start({.nodes = 2, .buckets = {}});
    cluster.control(R"({"do": "load_sample", "bucket": "beer-sample"})");
    const std::string key = "21st_amendment_brewery_cafe";
    KvClient client(port_of(cluster, 0));
    EXPECT_EQ(client.log_in(cluster.user(), cluster.password()), Status::success);
    EXPECT_EQ(client.select_bucket("beer-sample"), Status::success);
    const KvReply any = client.ask({.opcode = protocol::Opcode::get_random_key});
    EXPECT_EQ(any.status, Status::success);
    EXPECT_TRUE(Json::accept(any.value)) << any.value;
}

TEST(ClusterTopology, UsersAreMadeAndForgotten) {
    Cluster cluster = cluster::start();
    cluster.control(
        R"({"do": "put_user", "name": "reader", "password": "p", "roles": ["data_reader[default]"]})");
    KvClient client(port_of(cluster, 0));
    client.say_hello();
    EXPECT_EQ(client.log_in("reader", "p"), Status::success);
    EXPECT_EQ(client.select_bucket("default"), Status::success);
    EXPECT_EQ(client.set("k", "v").status, Status::eaccess);
    cluster.control(R"({"do": "remove_user", "name": "reader"})");
    EXPECT_NE(KvClient(port_of(cluster, 0)).log_in("reader", "p"), Status::success);
}

TEST(ClusterTopology, FaultsAreInjected) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    cluster.control(R"({"do": "inject", "node": 0, "opcode": "GET", "status": 134, "count": 1})");
    EXPECT_EQ(client.get("k").status, Status::etmpfail);
    EXPECT_EQ(client.get("k").status, Status::key_enoent);
}

}  // namespace
}  // namespace txcouchbase::test
