// Starting a cluster, logging in, and what is left when it ends.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "tests/integration/cluster/cluster_fixture.hpp"

namespace txcouchbase::test {
namespace {

using protocol::SaslMechanism;
using testing::HasSubstr;

std::size_t entries_of(const char* folder) {
    const std::filesystem::directory_iterator begin{folder};
    return static_cast<std::size_t>(std::distance(begin, {}));
}

std::string words_of(const cluster::Options& options) {
    try {
        cluster::start(options);
    } catch (const ClusterError& error) {
        return error.what();
    }
    return "started";
}

TEST(ClusterStart, ServesAtOnce) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    EXPECT_EQ(client.set("k", "value").status, Status::success);
    EXPECT_EQ(client.get("k").value, "value");
}

TEST(ClusterStart, TellsWhereItIs) {
    Cluster cluster = cluster::start({.nodes = 2, .user = "someone", .password = "else"});
    const std::string ports[] = {std::to_string(port_of(cluster, 0)), std::to_string(port_of(cluster, 1))};
    EXPECT_EQ(cluster.connection_string(), "couchbase://127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1]);
    EXPECT_THAT(cluster.http_connection_string(), HasSubstr("http://127.0.0.1:"));
    EXPECT_THROW(cluster.tls_connection_string(), ClusterError);
    EXPECT_THROW(cluster.ca_certificate(), ClusterError);
    KvClient client(port_of(cluster, 1));
    EXPECT_EQ(client.log_in(cluster.user(), cluster.password()), Status::success);
}

TEST(ClusterStart, LogsInByEveryMechanism) {
    Cluster cluster = cluster::start();
    for (const SaslMechanism mechanism : {SaslMechanism::plain, SaslMechanism::scram_sha1,
                                          SaslMechanism::scram_sha256, SaslMechanism::scram_sha512}) {
        KvClient client(port_of(cluster, 0));
        EXPECT_EQ(client.log_in("Administrator", "wrong", mechanism), Status::auth_error);
        EXPECT_EQ(client.log_in("Administrator", "password", mechanism), Status::success) << name(mechanism);
    }
}

TEST(ClusterStart, RefusesOptionsThatMakeNoSense) {
    EXPECT_EQ(words_of({.nodes = 0}), "nodes must be 1 to 64");
    EXPECT_EQ(words_of({.nodes = 65}), "nodes must be 1 to 64");
    EXPECT_EQ(words_of({.scram_iterations = 0}), "scram_iterations must be 1 to 10000000");
    EXPECT_EQ(words_of({.replication_lag = std::chrono::milliseconds(-1)}),
              "replication_lag must be 0 to 24 hours");
    EXPECT_EQ(words_of({.buckets = {{.name = "b", .vbuckets = 0}}}),
              "bucket \"b\": vbuckets must be 1 to 1024");
    EXPECT_THAT(words_of({.buckets = {{.name = "b"}, {.name = "b"}}}), HasSubstr("bucket \"b\": "));
    EXPECT_EQ(words_of({.user = ""}), "a user has a name");
    EXPECT_THAT(words_of({.more_users = {{.name = "u", .password = "p", .roles = {"king"}}}}),
                HasSubstr("user \"u\": "));
    EXPECT_EQ(words_of({.more_users = {{.name = "Administrator", .password = "p"}}}),
              "user \"Administrator\" is there twice");
}

TEST(ClusterStart, LeavesNothingBehind) {
    { Cluster warm_up = cluster::start({.has_tls = true}); }
    const std::size_t files = entries_of("/proc/self/fd");
    const std::size_t threads = entries_of("/proc/self/task");
    std::uint16_t port = 0;
    {
        Cluster cluster = cluster::start({.nodes = 3, .has_tls = true});
        port = port_of(cluster, 2);
        KvClient client = connect(cluster, 2);
        client.send({.opcode = protocol::Opcode::noop});
        EXPECT_GT(entries_of("/proc/self/fd"), files);
        EXPECT_EQ(entries_of("/proc/self/task"), threads + 1);
    }
    EXPECT_EQ(entries_of("/proc/self/fd"), files);
    EXPECT_EQ(entries_of("/proc/self/task"), threads);
    EXPECT_TRUE(SocketStream::is_refused(port));
}

TEST(ClusterStart, IsMovedLikeAValue) {
    Cluster first = cluster::start();
    const std::uint16_t port = port_of(first, 0);
    Cluster second = std::move(first);
    EXPECT_EQ(port_of(second, 0), port);
    second = cluster::start();
    EXPECT_TRUE(SocketStream::is_refused(port));
}

TEST(ClusterStart, TakesFewMilliseconds) {
    std::vector<double> milliseconds;
    for (int i = 0; i != 5; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        Cluster cluster = cluster::start({.nodes = 3});
        KvClient client = connect(cluster, 0);
        EXPECT_EQ(client.set(key_on(cluster, 0), "v").status, Status::success);
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    std::printf("3 nodes, from start() to the first operation: %.1f ms\n", milliseconds[2]);
    EXPECT_LT(milliseconds[2], 50);
}

}  // namespace
}  // namespace txcouchbase::test
