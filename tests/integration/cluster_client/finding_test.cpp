// SPDX-License-Identifier: Apache-2.0
// How a cluster is found: alternate and translated addresses, DNS, IPv6, the file of kept nodes, arguments.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/cluster_client/fixture.hpp"
#include "tests/integration/cluster_client/forwarder.hpp"
#include "tests/integration/refused_port.hpp"

namespace txcouchbase::test {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

class ClusterOnOtherAddresses : public ClientOnCluster {
protected:
    explicit ClusterOnOtherAddresses(const cluster::Options& options = {.nodes = 2})
        : ClientOnCluster(options) {}

    std::uint16_t port_of(std::size_t node, const char* service = "kv") {
        return state()["nodes"][node]["ports"][service].get<std::uint16_t>();
    }
    std::string node_at(std::uint16_t port) const { return "127.0.0.1:" + std::to_string(port); }
    /// A text of one host.
    std::string text(std::uint16_t port, const std::string& behind = {}) const {
        return "couchbase://" + node_at(port) + behind;
    }
    /// Connected, with a value that went to each node and came back.
    Connection use(const std::string& text, const ConnectionOptions& options) {
        Connection connection(io, text, options);
        use(connection);
        return connection;
    }
    void use(Connection& connection) {
        EXPECT_TRUE(succeeded(await(connection.connect())));
        for (const std::size_t node : {0U, 1U}) {
            set(connection, key_on(node), "v");
            EXPECT_EQ(text_of(connection, key_on(node)), "v");
        }
    }
};

class ClusterWithAlternates : public ClusterOnOtherAddresses {
protected:
    ClusterWithAlternates() {
        for (const std::size_t node : {0U, 1U}) {
            other[node].emplace(io, "127.0.0.1", port_of(node));
            cluster.control(Json{{"do", "alternate_address"},
                                 {"node", node},
                                 {"network", "external"},
                                 {"hostname", "127.0.0.1"},
                                 {"kv", other[node]->port()}}
                                .dump());
        }
    }
    auto are_the_alternates() const {
        return UnorderedElementsAre(node_at(other[0]->port()), node_at(other[1]->port()));
    }
    auto are_their_own() { return UnorderedElementsAre(node_at(port_of(0)), node_at(port_of(1))); }

    std::optional<Forwarder> other[2];
};

TEST_F(ClusterWithAlternates, WhoComesByOneOfThemStaysAmongThem) {
    EXPECT_THAT(use(text(other[1]->port()), options()).server_nodes(), are_the_alternates());
}

TEST_F(ClusterWithAlternates, WhoComesByANodesOwnAddressStaysAmongThose) {
    EXPECT_THAT(use(text(port_of(0)), options()).server_nodes(), are_their_own());
}

TEST_F(ClusterWithAlternates, TheTextMaySayWhichAddressesAreMeant) {
    const Connection connection = use(text(port_of(0), "?network=external"), options());
    EXPECT_THAT(connection.server_nodes(),
                UnorderedElementsAre(node_at(port_of(0)), node_at(other[1]->port())))
        << "the seed is the node that it says it is";
    EXPECT_THAT(use(text(other[0]->port(), "?network=default"), options()).server_nodes(),
                UnorderedElementsAre(node_at(other[0]->port()), node_at(port_of(1))));
    Connection unknown(io, text(port_of(0), "?network=moon"), options());
    EXPECT_THAT(error_of(await(unknown.connect())).detail().cause, HasSubstr("unknown_network"));
}

TEST_F(ClusterOnOtherAddresses, AnAddressOfTheMapIsDialledWhereTheProgramSays) {
    Forwarder translated(io, "127.0.0.1", port_of(1));
    const std::uint16_t hidden = port_of(1);
    ConnectionOptions behind_nat = options();
    behind_nat.rewrite_address = [&](const std::string& host,
                                     std::uint16_t port) -> std::optional<HostAndPort> {
        EXPECT_NE(port, port_of(0)) << "a host of the text is not asked about";
        if (port != hidden) return std::nullopt;
        return HostAndPort{host, translated.port()};
    };
    EXPECT_THAT(use(text(port_of(0)), behind_nat).server_nodes(),
                UnorderedElementsAre(node_at(port_of(0)), node_at(translated.port())));
    EXPECT_EQ(translated.connections(), 1);
}

TEST_F(ClusterOnOtherAddresses, AProgramThatThrowsWhenItIsAskedGetsTheAddressOfTheMap) {
    ConnectionOptions careless = options();
    careless.rewrite_address = [](const std::string&, std::uint16_t) -> std::optional<HostAndPort> {
        throw std::runtime_error{"no"};
    };
    Connection connection(io, text(port_of(0)), careless);
    int told = 0;
    connection.on_unhandled([&](const std::exception_ptr&) { ++told; });
    use(connection);
    EXPECT_EQ(told, 1);
}

TEST_F(ClusterOnOtherAddresses, TheHostsThatDnsNamesAreTheSeeds) {
    const RefusedPort dead;
    ConnectionOptions with_dns = options();
    std::string asked;
    const std::uint16_t alive = port_of(1);
    with_dns.srv_resolver = [&](const std::string& name, const SrvAnswer& answer) {
        asked = name;
        answer({{"127.0.0.1", dead.port()}, {"127.0.0.1", alive}});
    };
    use("couchbase://db.invalid", with_dns);
    EXPECT_EQ(asked, "_couchbase._tcp.db.invalid");
}

TEST_F(ClusterOnOtherAddresses, ANameThatNobodyKnowsIsANetworkErrorWhateverTheNameserversSay) {
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(
        await(Connection(io, "couchbase://db.invalid", options()).connect())));
}

TEST_F(ClusterOnOtherAddresses, ASecondAnswerAndOneAfterTheEndAreNotHeard) {
    ConnectionOptions with_dns = options();
    SrvAnswer kept;
    with_dns.srv_resolver = [&](const std::string&, SrvAnswer answer) { kept = std::move(answer); };
    {
        Connection connection(io, "couchbase://db.invalid", with_dns);
        Ending ending(connection.connect());
        run_until(io, [&] { return kept != nullptr; });
        kept({{"127.0.0.1", port_of(0)}});
        kept({});
        EXPECT_TRUE(succeeded(ending.await(io)));
        connection.close();
        kept({});
    }
    run_for(io, 10ms);
    kept({});
}

TEST_F(ClusterOnOtherAddresses, AClusterOnIpv6IsAsGoodAsAny) {
    const Forwarder first(io, "::1", port_of(0), port_of(0));
    const Forwarder second(io, "::1", port_of(1), port_of(1));
    const std::string one = "[::1]:" + std::to_string(first.port());
    EXPECT_THAT(use("couchbase://" + one, options()).server_nodes(),
                UnorderedElementsAre(one, "[::1]:" + std::to_string(second.port())));
}

TEST_F(ClusterOnOtherAddresses, TheOriginalsArgumentsConnectOverHttp) {
    const RefusedPort dead;
    ConnectionOptions clear = {.allow_plain = true};
    Connection connection(io,
                          {.bucket = "default",
                           .host = {dead.node(), "127.0.0.1"},
                           .port = port_of(0, "rest"),
                           .username = cluster.user(),
                           .password = cluster.password()},
                          clear);
    use(connection);
    EXPECT_THROW(Connection(io, {.bucket = ""}), ArgumentError);
    EXPECT_THROW(TxAsyncConnection(io, {.bucket = "", .host = "a"}), ArgumentError);
}

class ClusterOverTls : public ClusterOnOtherAddresses {
protected:
    ClusterOverTls() : ClusterOnOtherAddresses({.nodes = 2, .has_tls = true}) {}
};

TEST_F(ClusterOverTls, AHostThatDnsNamesInAnotherDomainNeedsTheCertificateOfTheNameThatWasAskedFor) {
    ConnectionOptions secure = options();
    secure.tls.ca_pem = cluster.ca_certificate();
    use("couchbases://" + node_at(port_of(0, "kv_tls")), secure);
    secure.bootstrap_timeout = 200ms;
    secure.srv_resolver = [this](const std::string&, const SrvAnswer& answer) {
        answer({{"127.0.0.1", port_of(0, "kv_tls")}});
    };
    Connection connection(io, "couchbases://db.invalid", secure);
    const auto outcome = await(connection.connect());
    EXPECT_TRUE(failed_with<ConnectError>(outcome));
    EXPECT_THAT(error_of(outcome).detail().cause, HasSubstr("certificate"));
}

class ClusterWithAFile : public ClusterOnOtherAddresses {
protected:
    ~ClusterWithAFile() override { std::filesystem::remove(path); }

    ConnectionOptions with_file() {
        ConnectionOptions all = options();
        all.config_cache = path;
        all.log = [this](const LogRecord& event) { heard += std::string{event.message} + '\n'; };
        return all;
    }

    std::string path = testing::TempDir() + "finding_test." + std::to_string(::getpid());
    std::string heard;
};

TEST_F(ClusterWithAFile, TheNextConnectionNeedsNoHostThatAnswers) {
    use(cluster.connection_string(), with_file());
    EXPECT_THAT(heard, HasSubstr("no nodes of the config cache"));
    const RefusedPort dead;
    use(text(dead.port()), with_file());
    EXPECT_TRUE(failed_with<ConnectError>(await(Connection(io, text(dead.port()), options()).connect())));
}

TEST_F(ClusterWithAFile, IsSharedByTwoConnections) {
    const auto from_cache = [](const Connection& connection) {
        return Json::parse(connection.diagnostics())["config_from_cache"].get<bool>();
    };
    const Connection one = use(cluster.connection_string(), with_file());
    EXPECT_FALSE(from_cache(one));
    EXPECT_GT(std::filesystem::file_size(path), 0U);
    const Connection other = use(cluster.connection_string(), with_file());
    EXPECT_TRUE(from_cache(other));
}

TEST_F(ClusterWithAFile, AMapThatIsOldIsAHintAndNoMore) {
    use(cluster.connection_string(), with_file());
    cluster.add_node();
    cluster.rebalance();
    Connection connection = use(cluster.connection_string(), with_file());
    EXPECT_EQ(connection.server_nodes().size(), 3U);
}

TEST_F(ClusterWithAFile, AFileThatIsBadOrCannotBeWrittenIsToldTheLog) {
    std::ofstream{path} << "garbage";
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    use(cluster.connection_string(), with_file());
    EXPECT_THAT(heard, HasSubstr("something else"));
    EXPECT_THAT(heard, Not(HasSubstr("not kept")));
    ConnectionOptions nowhere = with_file();
    nowhere.config_cache = path + "/nowhere/map";
    use(cluster.connection_string(), nowhere);
    EXPECT_THAT(heard, HasSubstr("the map is not kept"));
}

}  // namespace
}  // namespace txcouchbase::test
