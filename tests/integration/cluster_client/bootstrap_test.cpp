// SPDX-License-Identifier: Apache-2.0
// How a connection to a cluster comes about, or not, and what it says then.
#include "tests/integration/cluster_client/fixture.hpp"
#include "tests/integration/refused_port.hpp"

namespace txcouchbase::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ClusterBootstrap : public ClientOnCluster {
protected:
    ClusterBootstrap() : ClientOnCluster({.nodes = 2, .has_tls = true}) {}

    /// What connecting ends with.
    Outcome<void> connect_to(const std::string& text, const ConnectionOptions& options) {
        Connection connection(io, text, options);
        return await(connection.connect());
    }
    ConnectionOptions secure() const {
        ConnectionOptions all = options();
        all.tls.ca_pem = cluster.ca_certificate();
        return all;
    }
    ConnectionOptions over_http() const {
        ConnectionOptions all = options();
        all.allow_plain = true;
        return all;
    }
    static std::string cause_of(const Outcome<void>& outcome) { return error_of(outcome).detail().cause; }
};

TEST_F(ClusterBootstrap, ADeadFirstHostCostsNoFailure) {
    const RefusedPort dead;
    std::string text = cluster.connection_string();
    text.insert(std::string_view{"couchbase://"}.size(), dead.node() + ',');
    EXPECT_TRUE(succeeded(connect_to(text, options())));
}

TEST_F(ClusterBootstrap, OverTlsTheServersCertificateIsVerified) {
    EXPECT_TRUE(succeeded(connect_to(cluster.tls_connection_string(), secure())));
    const auto untrusted = connect_to(cluster.tls_connection_string(), options());
    EXPECT_TRUE(failed_with<ConnectError>(untrusted));
    EXPECT_THAT(cause_of(untrusted), HasSubstr("certificate"));
    ConnectionOptions careless = options();
    careless.tls.verifies_peer = false;
    EXPECT_TRUE(succeeded(connect_to(cluster.tls_connection_string(), careless)));
}

TEST_F(ClusterBootstrap, OperationsGoOverTls) {
    Connection connection(io, cluster.tls_connection_string(), secure());
    for (int i = 0; i < 50; ++i) set(connection, "key" + std::to_string(i), std::string(10'000, 'x'));
    EXPECT_EQ(text_of(connection, "key7").size(), 10'000U);
}

TEST_F(ClusterBootstrap, OverHttpThePasswordMayTravelOnlyWhenItIsAllowed) {
    const auto refused = connect_to(cluster.http_connection_string(), options());
    EXPECT_TRUE(failed_with<AuthError>(refused));
    EXPECT_THAT(cause_of(refused), HasSubstr("allow_plain"));
    Connection connection(io, cluster.http_connection_string(), over_http());
    ASSERT_TRUE(succeeded(await(connection.connect())));
    set(connection, "k", "v");
    EXPECT_EQ(connection.server_nodes().size(), 2U);
    cluster.add_node();
    cluster.rebalance();
    run_until(io, [&] { return connection.server_nodes().size() == 3; });
}

TEST_F(ClusterBootstrap, AWrongPasswordIsAnAuthError) {
    ConnectionOptions wrong = options();
    wrong.password = "wrong";
    const auto outcome = connect_to(cluster.connection_string(), wrong);
    EXPECT_TRUE(failed_with<AuthError>(outcome));
    EXPECT_THAT(error_of(outcome).message(), Not(HasSubstr("wrong\"")));
    ConnectionOptions wrong_http = over_http();
    wrong_http.password = "wrong";
    EXPECT_TRUE(failed_with<AuthError>(connect_to(cluster.http_connection_string(), wrong_http)));
}

TEST_F(ClusterBootstrap, WhereTheProgramClosesTheConnectionInItsLogThatIsTheEnd) {
    const RefusedPort dead;  // the first host is asked before the program has a connection to close
    std::string text = cluster.http_connection_string();
    text.insert(std::string_view{"http://"}.size(), dead.node() + ',');
    for (const char* const at : {"asking for maps over HTTP", "connected", "map of epoch"}) {
        SCOPED_TRACE(at);
        Connection* closing = nullptr;
        ConnectionOptions options = over_http();
        options.log_level = LogLevel::debug;
        options.log = [&](const LogRecord& record) {
            if (closing != nullptr && record.message.starts_with(at))
                std::exchange(closing, nullptr)->close();
        };
        Connection connection(io, text, options);
        closing = &connection;
        EXPECT_TRUE(failed_with<CouchbaseError>(await(connection.connect())));
        EXPECT_EQ(closing, nullptr);
        io.restart();
        io.run_for(5s);
        EXPECT_TRUE(io.stopped()) << "nothing is left to do";
    }
}

TEST_F(ClusterBootstrap, OverHttpAKvLoginThatIsRefusedIsAnAuthError) {
    for (const char* const node : {"0", "1"})
        cluster.control(
            std::string{R"({"do": "inject", "kind": "status", "status": 32, "count": 100, "node": )"} + node +
            R"(, "opcode": "SASL_AUTH"})");
    EXPECT_TRUE(failed_with<AuthError>(connect_to(cluster.http_connection_string(), over_http())));
}

TEST_F(ClusterBootstrap, AnUnknownBucketIsABucketNotFoundError) {
    EXPECT_TRUE(
        failed_with<BucketNotFoundError>(connect_to(cluster.connection_string() + "/nowhere", options())));
    EXPECT_TRUE(failed_with<BucketNotFoundError>(
        connect_to(cluster.http_connection_string() + "/nowhere", over_http())));
}

TEST_F(ClusterBootstrap, APortForTlsInClearSaysSo) {
    const std::string port = std::to_string(state()["nodes"][0]["ports"]["kv_tls"].get<int>());
    const auto outcome = connect_to("couchbase://127.0.0.1:" + port + "=mcd", options());
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(outcome));
    EXPECT_THAT(cause_of(outcome), HasSubstr("TLS"));
}

TEST_F(ClusterBootstrap, EveryHostThatWasTriedIsNamedWithItsCause) {
    const RefusedPort dead;
    const std::string rest = std::to_string(state()["nodes"][0]["ports"]["rest"].get<int>());
    const auto outcome = connect_to("couchbase://" + dead.node() + ",127.0.0.1:" + rest, options());
    EXPECT_THAT(cause_of(outcome), AllOf(HasSubstr(dead.node()), HasSubstr("127.0.0.1:" + rest),
                                         HasSubstr("refused"), HasSubstr("HTTP")));
}

}  // namespace
}  // namespace txcouchbase::test
