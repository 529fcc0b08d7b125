// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/control/controller.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/network/random_source.hpp"

namespace txcouchbase::cluster {
namespace {

/// A node that only remembers what was done to it.
struct FakePlace final : NodePlace {
    explicit FakePlace(std::deque<std::function<void()>>& later_calls) : later(later_calls) {}

    Ports ports() override { return {{1, 2, 3, 4, 5, 6}}; }
    NodeStatus status() const override { return now; }
    void deliver(NodeId, Message message) override { messages.push_back(std::move(message)); }
    void load_sample(const std::string& bucket) override { samples.push_back(bucket); }
    void set_faults(const LinkFaults& given) override { faults = given; }
    void reset_connections() override { ++resets; }
    void freeze() override { now = NodeStatus::frozen; }
    void thaw() override { now = NodeStatus::running; }
    void kill() override { now = NodeStatus::down; }
    void restart() override {
        if (!can_restart) throw ClusterError("port 1 of 127.0.0.1 cannot be had");
        now = NodeStatus::running;
    }
    void when_settled(std::function<void()> then) override { later.push_back(std::move(then)); }

    std::deque<std::function<void()>>& later;
    NodeStatus now = NodeStatus::running;
    bool can_restart = true;
    std::vector<Message> messages = {};
    std::vector<std::string> samples = {};
    LinkFaults faults = {};
    int resets = 0;
};

/// A controller among fakes. Nodes answer a rebalance only when the test says so.
struct ControllerTest : testing::Test, NodePlaces, NodeRouter {
    std::unique_ptr<NodePlace> make(NodeId, NodeRouter&) override {
        if (!can_make) throw ClusterError("no process could be started for a node");
        return std::make_unique<FakePlace>(later);
    }
    void tell(NodeId, NodeId, Message) override {}
    void on_node_lost(NodeId) override {}

    FakePlace& place(NodeId node) { return dynamic_cast<FakePlace&>(*controller.place(node)); }
    void settle() {
        while (!later.empty()) {
            const auto call = std::move(later.front());
            later.pop_front();
            call();
        }
    }
    void start(std::string_view json, std::string& into) {
        controller.execute(json, [&into](ControlAnswer answer) {
            const auto* refusal = std::get_if<Refusal>(&answer);
            into = refusal == nullptr ? std::get<std::string>(answer)
                                      : std::to_string(refusal->http_status) + " " + refusal->words;
        });
    }
    /// The answer, or the status and the words of a refusal.
    std::string run(std::string_view json) {
        std::string answer = "no answer";
        start(json, answer);
        settle();
        return answer;
    }

    std::deque<std::function<void()>> later = {};
    bool can_make = true;
    RandomSource random{1};
    Manager manager{[this](NodeId to, Message message) {
                        if (NodePlace* const at = controller.place(to))
                            at->deliver(manager_id, std::move(message));
                    },
                    [this] { return random(); },
                    {},
                    {}};
    Controller controller{manager, *this, *this,
                          [this](std::chrono::milliseconds delay, std::function<void()> what) {
                              delays.push_back(delay);
                              later.push_back(std::move(what));
                          }};
    std::vector<std::chrono::milliseconds> delays = {};
};

TEST_F(ControllerTest, ACommandIsAnsweredWhenTheNodesKnow) {
    controller.start_nodes(2);
    std::string answer = "no answer";
    start(R"({"do": "create_bucket", "name": "b"})", answer);
    EXPECT_EQ(answer, "no answer");
    settle();
    EXPECT_EQ(answer, "{}");
    EXPECT_TRUE(std::holds_alternative<NewState>(place(1).messages.back()));
}

TEST_F(ControllerTest, AddsNodesWithNumbersThatAreNeverUsedAgain) {
    controller.start_nodes(1);
    EXPECT_EQ(run(R"({"do": "add_node"})"), R"({"node":1})");
    EXPECT_EQ(run(R"({"do": "remove_node", "node": 1})"), "{}");
    EXPECT_EQ(controller.place(1), nullptr);
    EXPECT_EQ(run(R"({"do": "add_node"})"), R"({"node":2})");
    can_make = false;
    EXPECT_EQ(run(R"({"do": "add_node"})"), "500 no process could be started for a node");
    can_make = true;
    EXPECT_EQ(run(R"({"do": "add_node"})"), R"({"node":3})");
}

TEST_F(ControllerTest, AccidentsHappenToWhomTheyCan) {
    controller.start_nodes(2);
    EXPECT_EQ(run(R"({"do": "freeze", "node": 2})"), "404 node 2 is not part of the cluster");
    EXPECT_EQ(run(R"({"do": "thaw", "node": 1})"), "409 node 1 is not frozen");
    EXPECT_EQ(run(R"({"do": "restart", "node": 1})"), "409 node 1 is not down");
    EXPECT_EQ(run(R"({"do": "freeze", "node": 1})"), "{}");
    EXPECT_EQ(run(R"({"do": "freeze", "node": 1})"), "409 node 1 is frozen");
    EXPECT_EQ(run(R"({"do": "reset", "node": 1})"), "409 node 1 is frozen");
    EXPECT_EQ(run(R"({"do": "thaw", "node": 1})"), "{}");
    EXPECT_EQ(run(R"({"do": "reset", "node": 1})"), "{}");
    EXPECT_EQ(place(1).resets, 1);
    EXPECT_EQ(run(R"({"do": "kill", "node": 1})"), "{}");
    EXPECT_EQ(run(R"({"do": "kill", "node": 1})"), "409 node 1 is down");
    EXPECT_EQ(run(R"({"do": "clear_faults", "node": 1})"), "409 node 1 is down");
    place(1).can_restart = false;
    EXPECT_EQ(run(R"({"do": "restart", "node": 1})"), "500 port 1 of 127.0.0.1 cannot be had");
    place(1).can_restart = true;
    EXPECT_EQ(run(R"({"do": "restart", "node": 1})"), "{}");
    EXPECT_EQ(place(1).status(), NodeStatus::running);
}

TEST_F(ControllerTest, ALinkIsTheWiresAndOutlivesTheProcess) {
    controller.start_nodes(1);
    EXPECT_EQ(run(R"({"do": "kill", "node": 0})"), "{}");
    EXPECT_EQ(run(R"({"do": "link", "node": 0, "max_piece": 9})"), "{}");
    EXPECT_EQ(place(0).faults.max_piece, 9U);
}

TEST_F(ControllerTest, ARebalanceIsAnsweredWhenItIsOverOrStopped) {
    controller.start_nodes(2);
    EXPECT_EQ(run(R"({"do": "create_bucket", "name": "b"})"), "{}");
    EXPECT_EQ(run(R"({"do": "add_node"})"), R"({"node":2})");
    std::string answer = "no answer";
    start(R"({"do": "rebalance"})", answer);
    settle();
    EXPECT_EQ(answer, "no answer");
    EXPECT_EQ(run(R"({"do": "load_sample", "bucket": "b"})"),
              "409 samples cannot be loaded during a rebalance");
    EXPECT_NE(run(R"({"do": "rebalance"})"), "{}");
    EXPECT_EQ(run(R"({"do": "kill", "node": 2})"), "{}");
    EXPECT_EQ(answer, "409 the rebalance was stopped: node 2 went down");
}

TEST_F(ControllerTest, ASampleMakesItsBucketAndNeedsAllNodes) {
    controller.start_nodes(2);
    EXPECT_EQ(run(R"({"do": "load_sample", "bucket": "b"})"), "{}");
    EXPECT_NE(manager.state()->find_bucket("b"), nullptr);
    EXPECT_EQ(place(1).samples, std::vector<std::string>{"b"});
    EXPECT_EQ(run(R"({"do": "freeze", "node": 1})"), "{}");
    EXPECT_EQ(run(R"({"do": "load_sample", "bucket": "b"})"), "409 node 1 is frozen");
}

TEST_F(ControllerTest, SettingsThatAreNotNamedStay) {
    controller.start_nodes(1);
    EXPECT_EQ(run(R"({"do": "settings", "replication_lag_ms": 5})"), "{}");
    EXPECT_EQ(run(R"({"do": "settings", "persistence_delay_ms": 7})"), "{}");
    EXPECT_EQ(manager.state()->settings.replication_lag, std::chrono::milliseconds(5));
    EXPECT_EQ(manager.state()->settings.persistence_delay, std::chrono::milliseconds(7));
}

TEST_F(ControllerTest, NodesAreToldWhatIsForThem) {
    controller.start_nodes(2);
    EXPECT_EQ(run(R"({"do": "clear_faults", "node": 1})"), "{}");
    EXPECT_FALSE(std::holds_alternative<NodeControl>(place(0).messages.back()));
    EXPECT_TRUE(std::holds_alternative<NodeControl>(place(1).messages.back()));
    EXPECT_EQ(run(R"({"do": "clear_faults"})"), "{}");
    EXPECT_TRUE(std::holds_alternative<NodeControl>(place(0).messages.back()));
}

TEST_F(ControllerTest, TheStateTellsNoSecrets) {
    controller.start_nodes(1);
    EXPECT_EQ(run(R"({"do": "put_user", "name": "u", "password": "secret", "roles": "admin"})"), "{}");
    const std::string text = run(R"({"do": "state"})");
    EXPECT_EQ(text.find("secret"), text.npos);
    const auto state = nlohmann::json::parse(text);
    EXPECT_EQ(state["users"][0], "u");
    EXPECT_EQ(state["nodes"][0]["status"], "running");
    EXPECT_EQ(state["nodes"][0]["ports"]["kv"], 1);
}

TEST_F(ControllerTest, WaitsAsLongAsItIsTold) {
    EXPECT_EQ(run(R"({"do": "wait", "ms": 20})"), "{}");
    EXPECT_EQ(delays, std::vector{std::chrono::milliseconds(20)});
}

}  // namespace
}  // namespace txcouchbase::cluster
