// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/config_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase::cluster {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;

Ports ports(std::uint16_t base) {
    Ports out;
    for (std::size_t i = 0; i != service_count; ++i) out.of[i] = static_cast<std::uint16_t>(base + i);
    return out;
}

/// Three nodes; two of them have the data of "travel".
ClusterState travelling() {
    ClusterState state;
    state.uuid = "c1";
    state.version = {1, 5};
    state.nodes = {{.id = 0, .uuid = "n0", .ports = ports(100)},
                   {.id = 1, .uuid = "n1", .hostname = "192.168.1.12", .ports = ports(200)},
                   {.id = 2, .uuid = "n2", .hostname = "fd00::1", .ports = ports(300)}};
    state.buckets = {{.name = "travel",
                      .uuid = "bf8c",
                      .vbuckets = 4,
                      .version = {1, 27},
                      .servers = {1, 0},
                      .map = {{0, 1}, {0, 1}, {1, 0}, {1, nobody}}}};
    return state;
}

Json terse(const ClusterState& state, NodeId self = 0) {
    return Json::parse(terse_config(state, state.buckets.front(), self));
}

std::vector<std::string> names(const Json& object) {
    std::vector<std::string> out;
    for (const auto& item : object.items()) out.push_back(item.key());
    return out;
}

TEST(TerseConfig, HasTheMembersOfTheServersMapInItsOrder) {
    EXPECT_THAT(names(terse(travelling())),
                ElementsAre("rev", "revEpoch", "name", "nodeLocator", "bucketType", "uuid", "uri",
                            "streamingUri", "numVBuckets", "bucketCapabilitiesVer", "bucketCapabilities",
                            "ddocs", "vBucketServerMap", "nodes", "nodesExt", "clusterCapabilitiesVer",
                            "clusterCapabilities", "clusterUUID", "clusterName"));
}

TEST(TerseConfig, HasTheShapeOfARealServersMap) {
    std::ifstream file(std::string(TXCB_VECTORS_DIR) + "/aux_vectors.json");
    const Json model = Json::parse(file)["cluster_config"]["configs"][0]["json"];
    const Json ours = terse(travelling());
    for (const std::string& name : names(model)) {
        if (name == "collectionsManifestUid" || name == "vBucketMapForward") continue;
        EXPECT_TRUE(ours.contains(name)) << name;
    }
    EXPECT_THAT(names(ours["nodes"][0]), ::testing::UnorderedElementsAreArray(names(model["nodes"][1])));
    EXPECT_THAT(names(ours["vBucketServerMap"]), ::testing::IsSubsetOf(names(model["vBucketServerMap"])));
    EXPECT_EQ(names(ours["nodesExt"][0]["services"]), names(model["nodesExt"][0]["services"]));
}

TEST(TerseConfig, IndexesOfTheMapMeanTheServersInTheirOrder) {
    const Json map = terse(travelling())["vBucketServerMap"];
    EXPECT_EQ(map["serverList"], Json({"192.168.1.12:200", "$HOST:100"}));
    EXPECT_EQ(map["vBucketMap"], Json::parse("[[0,1],[0,1],[1,0],[1,-1]]"));
    EXPECT_EQ(map["numReplicas"], 1);
    EXPECT_FALSE(map.contains("vBucketMapForward"));
}

TEST(TerseConfig, NodesOfTheBucketComeFirstAndTheOtherMembersBehindThem) {
    const Json nodes = terse(travelling(), 2)["nodesExt"];
    ASSERT_EQ(nodes.size(), 3U);
    EXPECT_EQ(nodes[0]["hostname"], "192.168.1.12");
    EXPECT_FALSE(nodes[1].contains("hostname")) << "$HOST is said by saying nothing";
    EXPECT_EQ(nodes[2]["hostname"], "fd00::1") << "without brackets";
    EXPECT_FALSE(nodes[0].contains("thisNode"));
    EXPECT_EQ(nodes[2]["thisNode"], true);
}

TEST(TerseConfig, NodesThatAreNotMembersYetAreNotListed) {
    ClusterState state = travelling();
    state.nodes[2].is_member = false;
    EXPECT_EQ(terse(state)["nodesExt"].size(), 2U);
}

TEST(TerseConfig, AServiceWithoutPortIsNotThere) {
    ClusterState state = travelling();
    for (const Service service : {Service::kv_tls, Service::rest_tls, Service::views, Service::views_tls})
        state.nodes[0].ports[service] = 0;
    const Json map = terse(state);
    EXPECT_EQ(names(map["nodesExt"][1]["services"]), (std::vector<std::string>{"mgmt", "kv"}));
    EXPECT_FALSE(map["nodes"][1].contains("couchApiBase"));
}

TEST(TerseConfig, AddressesOfIpVersion6AreBracketedInFrontOfPorts) {
    ClusterState state = travelling();
    state.buckets[0].servers = {2, 0};
    const Json map = terse(state);
    EXPECT_EQ(map["vBucketServerMap"]["serverList"][0], "[fd00::1]:300");
    EXPECT_EQ(map["nodes"][0]["hostname"], "[fd00::1]:302");
    EXPECT_EQ(map["nodes"][0]["couchApiBase"], "http://[fd00::1]:304/travel%2Bbf8c");
}

TEST(TerseConfig, TheForwardMapIsThereWhileARebalanceRuns) {
    ClusterState state = travelling();
    state.buckets[0].forward_map = {{1, 0}, {0, 1}, {1, 0}, {1, 0}};
    EXPECT_EQ(terse(state)["vBucketServerMap"]["vBucketMapForward"],
              Json::parse("[[1,0],[0,1],[1,0],[1,0]]"));
}

TEST(TerseConfig, AlternateAddressesAreToldWithThePortsThatTheyHave) {
    ClusterState state = travelling();
    AlternateAddress external{.hostname = "203.0.113.7"};
    external.ports[Service::kv] = 31210;
    state.nodes[1].alternate_addresses = {{"external", external}, {"other", {.hostname = "h"}}};
    EXPECT_EQ(
        terse(state)["nodesExt"][0]["alternateAddresses"],
        Json::parse(
            R"({"external":{"hostname":"203.0.113.7","ports":{"kv":31210}},"other":{"hostname":"h"}})"));
}

TEST(TerseConfig, AMemcachedBucketHasARingAndNoVbuckets) {
    ClusterState state = travelling();
    state.buckets[0].type = BucketType::memcached;
    const Json map = terse(state);
    EXPECT_EQ(map["nodeLocator"], "ketama");
    EXPECT_EQ(map["bucketType"], "memcached");
    EXPECT_FALSE(map.contains("vBucketServerMap"));
    EXPECT_EQ(map["bucketCapabilities"], Json({"cbhello", "nodesExt"}));
    EXPECT_EQ(map["nodes"].size(), 2U);
}

TEST(TerseConfig, IsUnderstoodByTheReaderOfMaps) {
    const ClusterState state = travelling();
    const protocol::MapOutcome read = protocol::read_cluster_map(terse_config(state, state.buckets[0], 0),
                                                                 {.host = "10.1.1.1", .bucket = "travel"});
    const auto* refusal = std::get_if<protocol::MapRefusal>(&read);
    EXPECT_EQ(refusal, nullptr) << name(refusal->defect) << ' ' << refusal->where;
}

TEST(ClusterConfig, ListsNodesAndNoBucket) {
    const Json map = Json::parse(cluster_config(travelling(), 1));
    EXPECT_THAT(names(map), ElementsAre("rev", "revEpoch", "nodesExt", "clusterCapabilitiesVer",
                                        "clusterCapabilities", "clusterUUID", "clusterName"));
    EXPECT_EQ(map["rev"], 5);
    EXPECT_EQ(map["nodesExt"].size(), 3U);
    EXPECT_EQ(map["nodesExt"][1]["thisNode"], true);
}

TEST(VerboseConfig, DescribesTheBucketsNodesAtLength) {
    const ClusterState state = travelling();
    const Json map = Json::parse(verbose_config(state, state.buckets[0], 0));
    EXPECT_EQ(map["name"], "travel");
    EXPECT_EQ(map["nodes"].size(), 2U);
    EXPECT_EQ(map["nodes"][1]["thisNode"], true);
    EXPECT_EQ(map["nodes"][0]["hostname"], "192.168.1.12:202");
    EXPECT_EQ(map["nodes"][0]["ports"], Json::parse(R"({"direct":200,"httpsMgmt":203,"httpsCAPI":205})"));
    EXPECT_EQ(map["vBucketServerMap"]["vBucketMap"].size(), 4U);
}

TEST(ConfigTexts, AreRenderedWhenTheVersionIsAnother) {
    ClusterState state = travelling();
    ConfigTexts texts;
    texts.update(state, 0);
    const std::string first = texts.bucket("travel")->json;
    EXPECT_EQ(texts.bucket("travel")->version, (protocol::ConfigVersion{1, 27}));
    EXPECT_EQ(texts.cluster().version, (protocol::ConfigVersion{1, 5}));
    state.buckets[0].version.revision = 28;
    texts.update(state, 0);
    EXPECT_NE(texts.bucket("travel")->json, first);
    EXPECT_EQ(texts.bucket("other"), nullptr);
}

TEST(ConfigTexts, AFrozenMapStaysUntilItIsReleased) {
    ClusterState state = travelling();
    ConfigTexts texts;
    texts.update(state, 0);
    texts.freeze("travel");
    state.buckets[0].version.revision = 28;
    texts.update(state, 0);
    EXPECT_EQ(texts.bucket("travel")->version.revision, 27);
    texts.release("travel");
    texts.update(state, 0);
    EXPECT_EQ(texts.bucket("travel")->version.revision, 28);
}

TEST(ConfigTexts, AnyTextCanStandForAMap) {
    ClusterState state = travelling();
    ConfigTexts texts;
    texts.update(state, 0);
    texts.replace("travel", {{1, 99}, "{oops"});
    texts.update(state, 0);
    EXPECT_EQ(texts.bucket("travel")->json, "{oops");
    EXPECT_EQ(texts.bucket("travel")->version.revision, 99);
}

TEST(ConfigTexts, ABucketThatIsGoneHasNoMapNotEvenAFrozenOne) {
    ClusterState state = travelling();
    ConfigTexts texts;
    texts.update(state, 0);
    texts.freeze("travel");
    state.buckets.clear();
    texts.update(state, 0);
    EXPECT_EQ(texts.bucket("travel"), nullptr);
}

TEST(UserRights, AreThoseOfTheBucketAndOfEveryBucketTogether) {
    UserInfo user{.name = "u", .buckets = {{"a", {.may_read = true}}, {"*", {.may_write = true}}}};
    EXPECT_TRUE(user.rights("a").may_read);
    EXPECT_TRUE(user.rights("a").may_write);
    EXPECT_FALSE(user.rights("b").may_read);
    user.is_admin = true;
    EXPECT_TRUE(user.rights("b").may_read);
}

}  // namespace
}  // namespace txcouchbase::cluster
