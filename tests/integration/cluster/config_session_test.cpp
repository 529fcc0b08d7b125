// Cluster maps over HTTP from a development cluster, as the client's own session gets them.
// SPDX-License-Identifier: Apache-2.0
#include "net/config_session.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <txcouchbase/cluster.hpp>
#include <vector>

#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase::net {
namespace {

class Host final : public SessionHost {
public:
    TimePoint begin_turn() override { return std::chrono::steady_clock::now(); }
    void end_turn() override {}
    void on_up(KvSession&) override {}
    void on_connect_failed(KvSession&, const Error&) override {}
    void on_loop_gone() noexcept override {}
    void retain() noexcept override {}
    void release() noexcept override {}
};

class ConfigFromCluster : public testing::Test, public ConfigOwner, public HttpHandler {
protected:
    void on_map_text(ByteView json, const HttpOrigin& from) override {
        const protocol::MapOutcome outcome =
            protocol::read_cluster_map(json, {.host = from.host, .port = from.port, .bucket = "default"});
        const auto* const map = std::get_if<std::shared_ptr<const protocol::ClusterMap>>(&outcome);
        ASSERT_NE(map, nullptr) << json;
        maps.push_back(*map);
    }
    void on_stream_failed(const Error& failure) override { error = failure; }

    // The older form, which a cluster of today is not asked for.
    void on_http_head(const HttpHead& head) override { EXPECT_EQ(head.status, 200U); }
    void on_http_body(ByteView piece) override {
        while (splitter.put(piece) == DocumentSplitter::Outcome::document)
            on_map_text(splitter.document(), node(0));
    }
    void on_http_end() override { ADD_FAILURE() << "a stream does not end"; }
    void on_http_failed(const Error& failure) override { error = failure; }

    HttpOrigin node(std::size_t number, const char* service = "rest") {
        const auto state = nlohmann::json::parse(cluster.control(R"({"do": "state"})"));
        const std::string name = service;
        return {"127.0.0.1", state["nodes"][number]["ports"][service].get<std::uint16_t>(),
                name.ends_with("_tls")};
    }
    void start(const HttpOrigin& origin, const std::string& bucket = "default",
               const std::string& secret = "password") {
        ConfigStream stream{bucket,
                            std::make_shared<const Credentials>(cluster.user(), secret, !origin.uses_tls),
                            [](const HttpOrigin&) { return true; }};
        session.emplace(io.get_executor(), host, *this, std::move(stream), HttpTimes{},
                        Security{.context = tls});
        const Error refused = session->start(origin);
        EXPECT_FALSE(refused) << refused.message();
    }
    template <class Condition>
    testing::AssertionResult runs_until(Condition condition) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!condition()) {
            if (io.stopped()) io.restart();
            if (io.run_one_until(give_up) == 0) return testing::AssertionFailure() << error.message();
        }
        return testing::AssertionSuccess();
    }

    Host host;
    boost::asio::io_context io{1};
    cluster::Cluster cluster = cluster::start({.nodes = 2, .has_tls = true});
    std::shared_ptr<const TlsContext> tls;
    std::optional<ConfigSession> session;
    DocumentSplitter splitter{protocol::max_map_size};
    std::vector<std::shared_ptr<const protocol::ClusterMap>> maps;
    Error error;
};

TEST_F(ConfigFromCluster, AMapComesAtOnceAndANewerOneWithEachChange) {
    start(node(0));
    ASSERT_TRUE(runs_until([this] { return !maps.empty(); }));
    EXPECT_EQ(maps[0]->bucket, "default");
    EXPECT_EQ(maps[0]->table.vbuckets(), 64);
    EXPECT_EQ(maps[0]->data_nodes, 2U);
    cluster.add_node();
    cluster.rebalance();
    ASSERT_TRUE(runs_until([this] { return maps.back()->data_nodes == 3 && maps.back()->forward.empty(); }));
    EXPECT_GT(maps.back()->version, maps.front()->version);
    EXPECT_FALSE(error) << error.message();
}

TEST_F(ConfigFromCluster, ThePasswordOfOneWhoAllowsItNowhereElseTravelsInTls) {
    const TlsContext::Outcome outcome = TlsContext::make({.ca_pem = cluster.ca_certificate()});
    if (const auto* const made = std::get_if<0>(&outcome)) tls = *made;
    if (!tls) GTEST_SKIP() << "a build without TLS";
    start(node(1, "rest_tls"));
    ASSERT_TRUE(runs_until([this] { return !maps.empty() || error; })) << error.message();
    ASSERT_FALSE(error) << error.message();
    EXPECT_EQ(maps[0]->data_nodes, 2U);
    EXPECT_NE(maps[0]->nodes[1].ports.of(protocol::MapService::kv, true), 0);
}

TEST_F(ConfigFromCluster, TheOlderFormIsReadToo) {
    const Credentials credentials{cluster.user(), cluster.password(), true};
    HttpSession http{io.get_executor(), host, *this, node(0), HttpTimes{}};
    ASSERT_FALSE(
        http.start({.target = "/pools/default/bucketsStreaming/default", .credentials = &credentials}));
    ASSERT_TRUE(runs_until([this] { return !maps.empty(); }));
    EXPECT_EQ(maps[0]->table.vbuckets(), 64);
    EXPECT_EQ(maps[0]->data_nodes, 2U);
}

TEST_F(ConfigFromCluster, RefusalsHaveTheirNames) {
    start(node(0), "default", "wrong");
    ASSERT_TRUE(runs_until([this] { return bool{error}; }));
    EXPECT_EQ(error.rc(), errc::auth_error) << error.message();
    error = {};
    start(node(0), "no such bucket");
    ASSERT_TRUE(runs_until([this] { return bool{error}; }));
    EXPECT_EQ(error.rc(), errc::bucket_not_found) << error.message();
    error = {};
    start(node(0, "kv"));
    ASSERT_TRUE(runs_until([this] { return bool{error}; }));
    EXPECT_TRUE(error.code() == ErrorKind::network || error.rc() == errc::protocol_error)
        << "the KV port: " << error.message();
    EXPECT_TRUE(maps.empty());
}

TEST_F(ConfigFromCluster, WhenANodeDiesTheNextOneTellsTheMap) {
    start(node(0));
    ASSERT_TRUE(runs_until([this] { return !maps.empty(); }));
    const HttpOrigin other = node(1);
    cluster.kill(0);
    ASSERT_TRUE(runs_until([this] { return bool{error}; }));
    EXPECT_EQ(error.rc(), errc::connection_lost) << error.message();
    maps.clear();
    EXPECT_FALSE(session->start(other));
    ASSERT_TRUE(runs_until([this] { return !maps.empty(); }));
    EXPECT_EQ(maps[0]->bucket, "default");
}

}  // namespace
}  // namespace txcouchbase::net
