// A client of a development cluster, and what tests of it have in common.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <txcouchbase/cluster.hpp>
#include <txcouchbase/txcouchbase.hpp>

#include "protocol/vbucket_hash.hpp"
#include "tests/integration/loop.hpp"

namespace txcouchbase::test {

using namespace std::chrono_literals;
using cluster::Cluster;
using Json = nlohmann::json;

/// The cluster serves from a thread of its own, the client from the test's.
class ClientOnCluster : public testing::Test {
protected:
    explicit ClientOnCluster(const cluster::Options& options = {.nodes = 3})
        : cluster(cluster::start(options)) {}

    ConnectionOptions options() const { return {.username = cluster.user(), .password = cluster.password()}; }
    Connection connect(const ConnectionOptions& options) {
        Connection connection(io, cluster.connection_string(), options);
        EXPECT_TRUE(succeeded(Ending(connection.connect()).await(io)));
        return connection;
    }
    Connection connect() { return connect(options()); }
    /// Runs the loop until the Deferred has ended.
    template <class R>
    Outcome<R> await(Deferred<R> deferred) {
        return Ending(std::move(deferred)).await(io);
    }
    void set(Connection& connection, const std::string& key, const std::string& value) {
        EXPECT_TRUE(succeeded(await(connection.set(key, value, {.format = Format::utf8})))) << key;
    }
    std::string text_of(Connection& connection, const std::string& key) {
        auto outcome = await(connection.get(key));
        return outcome ? std::string{outcome.value().text()} : outcome.failure().describe();
    }

    Json state() { return Json::parse(cluster.control(R"({"do": "state"})")); }
    /// The node with the key's active copy (`place` 0) or a replica; nothing for nobody.
    std::optional<std::size_t> owner_of(const std::string& key, std::size_t place = 0) {
        const Json bucket = state()["buckets"][0];
        const auto vbuckets = static_cast<std::uint16_t>(bucket["map"].size());
        const int server = bucket["map"][protocol::vbucket_of(key, vbuckets)][place].get<int>();
        if (server < 0) return std::nullopt;
        return bucket["servers"][static_cast<std::size_t>(server)].get<std::size_t>();
    }
    /// A key whose active copy is on this node; each number gives another one.
    std::string key_on(std::size_t node, int number = 0) {
        for (int i = 0;; ++i)
            if (const std::string key = "key" + std::to_string(i); owner_of(key) == node && number-- == 0)
                return key;
    }

    Cluster cluster;
    boost::asio::io_context io;
};

}  // namespace txcouchbase::test
