// SPDX-License-Identifier: Apache-2.0
// A session with a node of a development cluster over TLS: the real handshake, and a server that is not of this test.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <txcouchbase/cluster.hpp>

#include "net/couchbase_handshake.hpp"
#include "protocol/classic_requests.hpp"
#include "tests/unit/net/session_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

class TlsOnCluster : public SessionTest {
protected:
    std::uint16_t port(const char* service) {
        const auto state = nlohmann::json::parse(cluster_.control(R"({"do": "state"})"));
        return state["nodes"][0]["ports"][service].get<std::uint16_t>();
    }

    void dial(std::uint16_t to, const std::string& host_name, const std::string& authority) {
        const auto session = std::make_shared<const CouchbaseSession>(
            CouchbaseSession{.agent = "test", .bucket = "default", .is_tls = true});
        const auto credentials =
            std::make_shared<const Credentials>(cluster_.user(), cluster_.password(), false);
        const TlsContext::Outcome context = TlsContext::make({.ca_pem = authority});
        ASSERT_EQ(context.index(), 0u);
        if (host) {
            host->close();
            ASSERT_TRUE(runs_until([&] { return host->references() == 0; }));
        }
        host = std::make_unique<TestHost>(*io, Address{"127.0.0.1", to}, SessionTimes{30s, 30s},
                                          Security{std::get<0>(context), host_name},
                                          std::make_unique<CouchbaseHandshake>(session, credentials));
        host->node.start();
    }

    std::string failure() {
        EXPECT_TRUE(runs_until([&] { return host->connect_failures() + host->ups() != 0; }));
        return host->connect_error.detail().cause;
    }

    cluster::Cluster cluster_ = cluster::start({.has_tls = true});
};

TEST_F(TlsOnCluster, LogsInStoresAndReads) {
    for (const char* const name : {"", "localhost"}) {
        dial(port("kv_tls"), name, cluster_.ca_certificate());
        const std::string value(3U << 20, 'v');
        const Record& stored = host->submit(protocol::request::set("key", value));
        const Record& read = host->submit("key");
        ASSERT_TRUE(runs_until([&] { return read.ends != 0; }));
        EXPECT_EQ(stored.replies, 1) << stored.error.message() << host->connect_error.message();
        EXPECT_TRUE(read.value.ends_with(value)) << read.error.message();
    }
}

TEST_F(TlsOnCluster, TrustsNoOtherCluster) {
    const cluster::Cluster other = cluster::start({.has_tls = true});
    dial(port("kv_tls"), "", other.ca_certificate());
    EXPECT_NE(failure().find("the peer's certificate is of no trusted authority"), std::string::npos);
}

TEST_F(TlsOnCluster, IsForTheNodesNamesAlone) {
    dial(port("kv_tls"), "node.example", cluster_.ca_certificate());
    EXPECT_NE(failure().find("is not for 'node.example'"), std::string::npos);
}

TEST_F(TlsOnCluster, FindsAPortThatSpeaksInClearAndOneThatSpeaksHttp) {
    dial(port("kv"), "", cluster_.ca_certificate());
    EXPECT_NE(failure().find("does it speak TLS"), std::string::npos) << failure();
    dial(port("rest"), "", cluster_.ca_certificate());
    EXPECT_NE(failure().find("speak TLS"), std::string::npos) << failure();
}

TEST_F(TlsOnCluster, ComesBackWhenItsConnectionIsReset) {
    dial(port("kv_tls"), "", cluster_.ca_certificate());
    for (int i = 1; i <= 3; ++i) {
        const Record& stored = host->submit(protocol::request::set("key", "value"));
        ASSERT_TRUE(runs_until([&] { return stored.ends != 0; }));
        EXPECT_EQ(stored.replies, 1) << stored.error.message();
        EXPECT_EQ(host->ups(), i);
        cluster_.reset_connections(0);
        ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::down; }));
    }
}

}  // namespace
}  // namespace txcouchbase::net
