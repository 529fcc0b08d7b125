// What nodes and wires suffer, as a client with sockets sees it.
// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "protocol/classic_requests.hpp"
#include "tests/integration/cluster/cluster_fixture.hpp"

namespace txcouchbase::test {
namespace {

namespace request = protocol::request;
using Clock = std::chrono::steady_clock;

std::uint16_t vbucket(const std::string& key) {
    return protocol::vbucket_of(key, 64);
}

TEST(ClusterAccidents, AFrozenNodeAcceptsAndSaysNothingUntilItThaws) {
    Cluster cluster = cluster::start({.nodes = 2});
    KvClient before = connect(cluster, 1);
    const std::string key = key_on(cluster, 1);
    cluster.freeze(1);
    before.send(request::set(key, "v"), vbucket(key));
    KvClient during(port_of(cluster, 1));
    during.send({.opcode = protocol::Opcode::sasl_list_mechs});
    EXPECT_FALSE(before.stream().is_readable(50));
    EXPECT_FALSE(during.stream().is_readable(50));
    EXPECT_EQ(connect(cluster, 0).set(key_on(cluster, 0), "v").status, Status::success);
    cluster.thaw(1);
    EXPECT_EQ(before.receive()->status, Status::success);
    EXPECT_TRUE(during.receive());
}

TEST(ClusterAccidents, AKilledNodeHasWhatWasOnDiskWhenItRestarts) {
    Cluster cluster = cluster::start();
    const std::uint16_t port = port_of(cluster, 0);
    KvClient client = connect(cluster, 0);
    EXPECT_EQ(client.set("kept", "v").status, Status::success);
    cluster.control(R"({"do": "settings", "persistence_delay_ms": 3600000})");
    EXPECT_EQ(client.set("lost", "v").status, Status::success);

    cluster.kill(0);
    EXPECT_FALSE(client.receive());
    EXPECT_TRUE(client.stream().was_reset());
    EXPECT_TRUE(SocketStream::is_refused(port));

    cluster.restart(0);
    EXPECT_EQ(port_of(cluster, 0), port);
    KvClient again = connect(cluster, 0);
    EXPECT_EQ(again.get("kept").value, "v");
    EXPECT_EQ(again.get("lost").status, Status::key_enoent);
}

TEST(ClusterAccidents, ResetConnectionsAreResetAndTheNodeServesOn) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    cluster.reset_connections(0);
    EXPECT_FALSE(client.receive());
    EXPECT_TRUE(client.stream().was_reset());
    EXPECT_EQ(connect(cluster, 0).set("k", "v").status, Status::success);
}

TEST(ClusterAccidents, ASlowLinkDelaysBothWays) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    cluster.control(R"({"do": "link", "node": 0, "delay_ms": 30})");
    const auto begin = Clock::now();
    EXPECT_EQ(client.set("k", "v").status, Status::success);
    EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(60));
    cluster.control(R"({"do": "link", "node": 0})");
    EXPECT_EQ(client.get("k").value, "v");
}

TEST(ClusterAccidents, ALinkOfSmallPiecesCarriesTheSameBytes) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    cluster.control(R"({"do": "link", "node": 0, "max_piece": 1})");
    const std::string value(5'000, 'x');
    EXPECT_EQ(client.set("k", value).status, Status::success);
    EXPECT_EQ(client.get("k").value, value);
}

TEST(ClusterAccidents, ABlackHoleSwallowsAndStaysOpen) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    cluster.control(R"({"do": "link", "node": 0, "drop": true})");
    client.send(request::set("k", "v"), vbucket("k"));
    EXPECT_FALSE(client.stream().is_readable(50));
    cluster.control(R"({"do": "link", "node": 0})");
    EXPECT_EQ(client.get("k").status, Status::key_enoent);
}

/// Returns when the cluster's loop has read whatever its sockets had when this was called: a command is a turn of the
/// loop, and between two turns it looks at the sockets.
void let_read(Cluster& cluster) {
    for (int turn = 0; turn < 3; ++turn) cluster.control(R"({"do": "state"})");
}

TEST(ClusterAccidents, AHalfOpenLinkRunsWhatItHadReceivedAfterAReset) {
    Cluster cluster = cluster::start();
    for (const bool is_half_open : {false, true}) {
        const std::string key = is_half_open ? "late" : "never";
        KvClient client = connect(cluster, 0);
        KvClient witness = connect(cluster, 0);
        cluster.control(
            Json{{"do", "link"}, {"node", 0}, {"delay_ms", 500}, {"half_open", is_half_open}}.dump());
        client.send(request::set(key, "v"), vbucket(key));
        let_read(cluster);
        witness.send(request::noop());
        let_read(cluster);
        client.stream().reset();
        let_read(cluster);
        cluster.control(R"({"do": "link", "node": 0, "half_open": true})");

        KvClient next = connect(cluster, 0);
        EXPECT_EQ(next.get(key).status, Status::key_enoent) << "the next connection is served first";
        ASSERT_TRUE(witness.receive()) << "it set out later, so what the other had sent has arrived by now";
        EXPECT_EQ(next.get(key).status, is_half_open ? Status::success : Status::key_enoent);
        cluster.control(R"({"do": "link", "node": 0})");
    }
}

TEST(ClusterAccidents, OverTlsEverythingIsTheSame) {
    Cluster cluster = cluster::start({.nodes = 2, .has_tls = true});
    KvClient client(port_of(cluster, 1, "kv_tls"), cluster.ca_certificate());
    EXPECT_EQ(client.log_in(cluster.user(), cluster.password()), Status::success);
    EXPECT_EQ(client.select_bucket("default"), Status::success);
    const std::string key = key_on(cluster, 1);
    const std::string value(300'000, 'x');
    EXPECT_EQ(client.set(key, value).status, Status::success);
    EXPECT_EQ(client.get(key).value, value);
    cluster.freeze(1);
    client.send(request::get(key), vbucket(key));
    EXPECT_FALSE(client.stream().is_readable(50));
    cluster.thaw(1);
    EXPECT_EQ(client.receive()->value, value);
    cluster.control(R"({"do": "link", "node": 1, "max_piece": 7})");
    EXPECT_EQ(client.set(key, "small").status, Status::success);
    EXPECT_EQ(client.get(key).value, "small");
    cluster.kill(1);
    EXPECT_FALSE(client.receive());
}

TEST(ClusterAccidents, ACertificateOfAnotherClusterIsNotTrusted) {
    Cluster mine = cluster::start({.has_tls = true});
    Cluster other = cluster::start({.has_tls = true});
    EXPECT_THROW(KvClient(port_of(mine, 0, "kv_tls"), other.ca_certificate()), std::runtime_error);
}

TEST(ClusterAccidents, AClientThatDoesNotReadIsNotReadFrom) {
    Cluster cluster = cluster::start();
    KvClient client = connect(cluster, 0);
    EXPECT_EQ(client.set("k", std::string(1'000'000, 'x')).status, Status::success);
    constexpr int requests = 300;
    std::thread sender([&] {
        for (int i = 0; i != requests; ++i) client.send(request::get("k"), vbucket("k"));
    });
    sender.join();
    // 300 MB of answers wait, of which the node makes a few; all come when the client reads.
    for (int i = 0; i != requests; ++i) ASSERT_EQ(client.receive()->value.size(), 1'000'000U);
}

TEST(ClusterAccidents, HttpAnswersToo) {
    Cluster cluster = cluster::start();
    SocketStream http(port_of(cluster, 0, "rest"));
    http.write("GET /pools HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    std::string answer;
    for (std::string more = http.read(); !more.empty(); more = http.read()) answer += more;
    EXPECT_EQ(answer.substr(0, 15), "HTTP/1.1 200 OK") << answer;
    EXPECT_FALSE(http.was_reset());
}

}  // namespace
}  // namespace txcouchbase::test
