// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/simulated_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cluster/simulated_client.hpp"

namespace txcouchbase::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::shared_ptr<const protocol::Secret> secret(std::string_view bytes) {
    return std::make_shared<protocol::Secret>(std::initializer_list<protocol::ByteView>{bytes});
}

/// A request of Administrator with the password "password".
std::string request(const std::string& line, const std::string& form = "") {
    std::string text =
        line + " HTTP/1.1\r\nHost: h\r\nAuthorization: Basic QWRtaW5pc3RyYXRvcjpwYXNzd29yZA==\r\n";
    if (!form.empty())
        text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                std::to_string(form.size()) + "\r\n";
    return text + "\r\n" + form;
}

struct SimulatedNetworkTest : testing::Test {
    SimulatedNetwork network{
        1, {}, {{.name = "Administrator", .password = secret("password"), .is_admin = true}}};

    void SetUp() override {
        network.add_node();
        network.add_node();
        ASSERT_FALSE(network.manager().create_bucket({.vbuckets = 4}));
        network.run();
    }
    std::string get_map(NodeId node) {
        SimulatedClient client(network, node, Service::rest);
        std::string answer = client.ask(request("GET /pools/default/b/default"));
        network.close(*client.connection);
        network.run();
        return answer;
    }
};

TEST_F(SimulatedNetworkTest, RequestsThatChangeTheClusterGoThroughTheNodeToTheManager) {
    SimulatedClient client(network, 1, Service::rest);
    const std::string created = client.ask(request(
        "POST /pools/default/buckets", "name=travel&bucketType=couchbase&ramQuotaMB=100&replicaNumber=1"));
    EXPECT_THAT(created, StartsWith("HTTP/1.1 202"));
    EXPECT_NE(network.manager().state()->find_bucket("travel"), nullptr);
    EXPECT_THAT(client.ask(request("DELETE /pools/default/buckets/travel")), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(network.manager().state()->find_bucket("travel"), nullptr);
}

TEST_F(SimulatedNetworkTest, RepliesOfTheManagerFindTheirOwnConnection) {
    SimulatedClient first(network, 0, Service::rest);
    SimulatedClient second(network, 0, Service::rest);
    first.send(request("DELETE /pools/default/buckets/nothing"));
    second.send(request("POST /pools/default/buckets", "name=b&bucketType=couchbase&ramQuotaMB=100"));
    network.run();
    EXPECT_THAT(first.take(), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(second.take(), StartsWith("HTTP/1.1 202"));
}

TEST_F(SimulatedNetworkTest, StreamsOfMapsGetEveryNewOne) {
    SimulatedClient client(network, 0, Service::rest);
    EXPECT_THAT(client.ask(request("GET /pools/default/bs/default")), HasSubstr("\"rev\":1,"));
    network.manager().fail_over(1);
    network.run();
    EXPECT_THAT(client.take(), HasSubstr("\"rev\":2,"));
    network.manager().put_user({.name = "u", .password = secret("p")});
    network.run();
    EXPECT_EQ(client.take(), "") << "no map has changed";
}

TEST_F(SimulatedNetworkTest, AFrozenMapIsStaleUntilItIsReleased) {
    network.control(0, R"({"do":"map","bucket":"default","mode":"freeze"})");
    network.run();
    network.manager().fail_over(1);
    network.run();
    EXPECT_THAT(get_map(0), HasSubstr("\"rev\":1,"));
    EXPECT_THAT(get_map(1), HasSubstr("\"rev\":2,")) << "the other node says the truth";
    network.control(0, R"({"do":"map","bucket":"default","mode":"release"})");
    network.run();
    EXPECT_THAT(get_map(0), HasSubstr("\"rev\":2,"));
}

TEST_F(SimulatedNetworkTest, AGarbageMapIsToldAsItIs) {
    network.control(0, R"({"do":"map","bucket":"default","mode":"garbage","text":"{oops"})");
    network.run();
    EXPECT_THAT(get_map(0), HasSubstr("\r\n\r\n{oops"));
    EXPECT_THAT(get_map(1), Not(HasSubstr("{oops")));
}

TEST_F(SimulatedNetworkTest, UsersThatAreMadeOrRemovedMayLogInOrNotAtOnce) {
    const std::string as_u = "GET /pools HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dTpw\r\n\r\n";
    SimulatedClient client(network, 0, Service::rest);
    EXPECT_THAT(client.ask(as_u), StartsWith("HTTP/1.1 401"));
    network.manager().put_user({.name = "u", .password = secret("p"), .is_admin = true});
    network.run();
    SimulatedClient again(network, 0, Service::rest);
    EXPECT_THAT(again.ask(as_u), StartsWith("HTTP/1.1 200"));
    network.manager().remove_user("u");
    network.run();
    SimulatedClient late(network, 0, Service::rest);
    EXPECT_THAT(late.ask(as_u), StartsWith("HTTP/1.1 401"));
}

TEST_F(SimulatedNetworkTest, BytesArriveInWhateverPiecesTheCallerLikes) {
    const std::string whole = get_map(0);
    SimulatedClient client(network, 0, Service::rest);
    client.send(request("GET /pools/default/b/default"));
    while (!network.events().empty()) network.happen(network.events().front(), 1);
    EXPECT_EQ(client.take(), whole);
    EXPECT_GT(network.trace().size(), whole.size());
}

TEST_F(SimulatedNetworkTest, AFrozenNodeAnswersWhenItIsThawed) {
    SimulatedClient client(network, 0, Service::rest);
    network.freeze(0);
    EXPECT_EQ(client.ask(request("GET /pools/default/b/default")), "");
    EXPECT_FALSE(client.is_closed);
    network.thaw(0);
    network.run();
    EXPECT_THAT(client.take(), StartsWith("HTTP/1.1 200"));
}

TEST_F(SimulatedNetworkTest, ADeadNodeResetsItsConnectionsAndRefusesNewOnes) {
    SimulatedClient client(network, 0, Service::rest);
    client.send(request("GET /pools/default/b/default"));
    network.kill(0);
    network.run();
    EXPECT_TRUE(client.is_closed);
    EXPECT_EQ(client.take(), "");
    EXPECT_FALSE(SimulatedClient(network, 0, Service::rest).connection.has_value());
    network.restart(0);
    network.run();
    EXPECT_THAT(get_map(0), StartsWith("HTTP/1.1 200"));
}

TEST_F(SimulatedNetworkTest, ADelayIsWaitedForInBothDirections) {
    network.set_faults(0, {.delay = 10ms});
    SimulatedClient client(network, 0, Service::rest);
    client.send(request("GET /pools/default/b/default"));
    network.run_for(19ms);
    EXPECT_EQ(client.take(), "");
    network.run_for(1ms);
    EXPECT_THAT(client.take(), StartsWith("HTTP/1.1 200"));
}

TEST_F(SimulatedNetworkTest, ABlackHoleSwallowsBytesAndClosesNothing) {
    network.set_faults(0, {.is_dropping = true});
    SimulatedClient client(network, 0, Service::rest);
    EXPECT_EQ(client.ask(request("GET /pools/default/b/default")), "");
    EXPECT_FALSE(client.is_closed);
}

TEST_F(SimulatedNetworkTest, AResetLosesWhatWasUnderWay) {
    SimulatedClient client(network, 0, Service::rest);
    client.send(request("DELETE /pools/default/buckets/default"));
    network.reset(*client.connection);
    network.run();
    EXPECT_NE(network.manager().state()->find_bucket("default"), nullptr);
}

TEST_F(SimulatedNetworkTest, AHalfOpenNodeRunsWhatItGotBeforeTheResetAfterTheNextConnectionWasServed) {
    network.set_faults(0, {.delay = 10ms, .is_half_open = true});
    SimulatedClient first(network, 0, Service::rest);
    first.send(request("DELETE /pools/default/buckets/default"));
    network.reset(*first.connection);
    network.set_faults(0, {});
    EXPECT_THAT(get_map(0), StartsWith("HTTP/1.1 200"));
    network.run_for(10ms);
    EXPECT_EQ(network.manager().state()->find_bucket("default"), nullptr);
}

TEST_F(SimulatedNetworkTest, ResetConnectionsAreLostToBothSides) {
    SimulatedClient client(network, 0, Service::rest);
    client.send(request("GET /pools/default/b/default"));
    network.reset_connections(0);
    network.run();
    EXPECT_TRUE(client.is_closed);
    EXPECT_EQ(client.take(), "");
}

}  // namespace
}  // namespace txcouchbase::cluster
