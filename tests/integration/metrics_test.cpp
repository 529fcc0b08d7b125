// SPDX-License-Identifier: Apache-2.0
// What a connection counts, and what it tells of its nodes, against real and scripted servers.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/integration/refused_port.hpp"
#include "tests/integration/refusing_server.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Asked = RefusingServer::Asked;
using Answered = std::optional<protocol::Status>;

class MetricsTest : public ServerTest {
protected:
    static void expect_balance(const TrafficMetrics& traffic) {
        EXPECT_EQ(traffic.issued + traffic.moved_here, traffic.completed + traffic.failed +
                                                           traffic.timed_out + traffic.cancelled +
                                                           traffic.pending + traffic.moved_away);
    }
};

TEST_F(MetricsTest, OperationsAreCountedByTheirEnds) {
    TxAsyncConnection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    EXPECT_TRUE(succeeded(end_of(cb.set("k", "v"))));
    EXPECT_TRUE(succeeded(end_of(cb.get("k"))));
    EXPECT_TRUE(succeeded(end_of(cb.get("none", {.quiet = true}))));
    EXPECT_FALSE(succeeded(end_of(cb.get("none"))));
    cb.get("k").errback([](const Error&) {}).cancel();
    cb.get("k");
    const Metrics metrics = cb.metrics();
    ASSERT_EQ(metrics.nodes.size(), 1U);
    EXPECT_EQ(metrics.nodes[0].node, cb.server_nodes()[0]);
    const TrafficMetrics& traffic = metrics.total;
    EXPECT_EQ(traffic.issued, 6U);
    EXPECT_EQ(traffic.completed, 3U);
    EXPECT_EQ(traffic.failed, 1U);
    EXPECT_EQ(traffic.cancelled, 1U);
    EXPECT_EQ(traffic.pending, 1U);
    EXPECT_EQ(traffic.connects, 1U);
    EXPECT_EQ(traffic.losses, 0U);
    EXPECT_GT(traffic.bytes_sent, 4 * 24U);
    EXPECT_GT(traffic.bytes_received, 4 * 24U);
    expect_balance(traffic);
    expect_balance(metrics.nodes[0].traffic);
}

TEST_F(MetricsTest, LatenciesAreOfAboutOneOperationIn64) {
    TxAsyncConnection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    std::size_t ended = 0;
    for (int i = 0; i < 6'400; ++i) cb.set("k", "v").callback([&](const OperationResult&) { ++ended; });
    ASSERT_TRUE(run_until(io, [&] { return ended == 6'400; }));
    const Latencies latencies = cb.metrics().total.latencies;
    EXPECT_NEAR(static_cast<double>(latencies.mutations.count()), 100, 10);
    EXPECT_EQ(latencies.reads.count(), 0U);
    EXPECT_GT(latencies.mutations.quantile(0.5), 0us);
    EXPECT_LT(latencies.mutations.quantile(1), patience);
}

TEST_F(MetricsTest, WhatACallbackReadsAddsUp) {
    TxAsyncConnection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    std::vector<TrafficMetrics> seen;
    const auto look = [&](auto&&) { seen.push_back(cb.metrics().total); };
    cb.set("k", "v").callback(look);
    cb.get("none").errback(look);
    cb.get("k").errback(look).cancel();
    cb.get("k").callback(look);
    ASSERT_TRUE(run_until(io, [&] { return seen.size() == 4; }));
    for (const TrafficMetrics& traffic : seen) {
        expect_balance(traffic);
        EXPECT_LE(traffic.completed, 1U);
    }
    EXPECT_EQ(seen.back().failed, 1U);
    EXPECT_EQ(seen.back().pending, 1U);
}

TEST_F(MetricsTest, RefusalsTimeoutsAndLateRepliesAreCounted) {
    RefusingServer refusing{io, [](const Asked& asked) -> Answered {
                                if (asked.attempt > 2) return std::nullopt;
                                return protocol::Status::etmpfail;
                            }};
    TxAsyncConnection cb{io, refusing.url()};
    EXPECT_TRUE(failed_with<TimeoutError>(end_of(cb.get("k", {.timeout = 120ms}))));
    const TrafficMetrics traffic = cb.metrics().total;
    EXPECT_EQ(traffic.retried, 2U);
    EXPECT_EQ(traffic.timed_out, 1U);
    EXPECT_EQ(traffic.issued, 1U);
    EXPECT_EQ(traffic.pending, 0U);
    expect_balance(traffic);
}

TEST_F(MetricsTest, DiagnosticsTellWhereEveryNodeIsAndWhatItsConnectionDoes) {
    TxAsyncConnection cb{io, server.url()};
    Json report = Json::parse(cb.diagnostics("before"));
    EXPECT_EQ(report["id"], "before");
    EXPECT_EQ(report["services"]["kv"][0]["state"], "connecting");
    EXPECT_FALSE(report["services"]["kv"][0].contains("last_activity_us"));
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    report = Json::parse(cb.diagnostics());
    EXPECT_EQ(report["version"], 2);
    EXPECT_THAT(report["sdk"], testing::StartsWith("txcouchbase/"));
    EXPECT_EQ(report["id"].get<std::string>().size(), 36U);
    ASSERT_EQ(report["services"]["kv"].size(), 1U);
    const Json node = report["services"]["kv"][0];
    EXPECT_EQ(node["state"], "connected");
    EXPECT_EQ(node["remote"], cb.server_nodes()[0]);
    EXPECT_THAT(node["local"].get<std::string>(), testing::StartsWith("127.0.0.1:"));
    EXPECT_GE(node["last_activity_us"].get<std::int64_t>(), 0);
    EXPECT_FALSE(node.contains("namespace"));
    cb.close();
    EXPECT_EQ(Json::parse(cb.diagnostics())["services"]["kv"][0]["state"], "disconnected");
}

TEST_F(MetricsTest, APingReportHasAnEntryForEveryNodeWhetherItAnswersOrNot) {
    const RefusedPort nobody;
    Connection cb{io, server.url() + ',' + nobody.node()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    const auto outcome = end_of(cb.ping_report("mine", {.timeout = 100ms}));
    ASSERT_TRUE(succeeded(outcome));
    const Json report = Json::parse(*outcome);
    EXPECT_EQ(report["id"], "mine");
    ASSERT_EQ(report["services"]["kv"].size(), 2U);
    const Json answered = report["services"]["kv"][0];
    const Json missing = report["services"]["kv"][1];
    EXPECT_EQ(answered["state"], "ok");
    EXPECT_GT(answered["latency_us"].get<std::int64_t>(), 0);
    EXPECT_FALSE(answered.contains("error"));
    EXPECT_EQ(missing["state"], "timeout");
    EXPECT_THAT(missing["error"].get<std::string>(), testing::HasSubstr("no connection"));
    EXPECT_FALSE(succeeded(end_of(cb.ping({.timeout = 100ms})))) << "which is why there is a report";
}

TEST_F(MetricsTest, APingReportOfAClosedConnectionSaysSo) {
    TxAsyncConnection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    cb.close();
    const auto outcome = end_of(cb.ping_report());
    ASSERT_TRUE(succeeded(outcome));
    EXPECT_EQ(Json::parse(*outcome)["services"]["kv"][0]["state"], "error");
}

}  // namespace
}  // namespace txcouchbase::test
