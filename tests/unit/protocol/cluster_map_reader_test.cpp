// Cluster maps as servers write them, and as somebody writes them who means harm.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/cluster_map_reader.hpp"

#include <gtest/gtest.h>

#include "protocol/ketama.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using nlohmann::json;
using MapPtr = std::shared_ptr<const ClusterMap>;

const json& vector_named(std::string_view name) {
    for (const json& vector : aux_vectors().at("cluster_config").at("configs"))
        if (vector.at("name") == name) return vector;
    throw std::out_of_range{std::string{name}};
}

MapOutcome read_text(const std::string& text, MapSource source) {
    return read_cluster_map(text, source);
}

MapOutcome read_vector(const json& vector, std::string_view network = "auto") {
    static std::string host;
    host = vector.at("source_host").get<std::string>();
    static std::string bucket;
    bucket = vector.at("json").value("name", "");
    return read_text(vector.at("json").dump(),
                     {host, vector.value("source_port", std::uint16_t{0}), bucket, network});
}

MapPtr map_of(const MapOutcome& outcome) {
    const auto* map = std::get_if<MapPtr>(&outcome);
    if (map == nullptr) ADD_FAILURE() << name(std::get<MapRefusal>(outcome).defect);
    return map == nullptr ? std::make_shared<const ClusterMap>() : *map;
}

std::vector<std::string> addresses(const ClusterMap& map, MapService service, bool is_tls = false) {
    std::vector<std::string> found;
    for (const MapNode& node : map.nodes)
        if (std::string address = node.address(service, is_tls); !address.empty()) found.push_back(address);
    return found;
}

/// The vector's map with one thing changed, read again.
template <class Change>
MapRefusal refusal_of(Change change) {
    json vector = vector_named("terse_two_nodes_host_placeholder");
    change(vector.at("json"));
    const MapOutcome outcome = read_vector(vector);
    const auto* refusal = std::get_if<MapRefusal>(&outcome);
    EXPECT_NE(refusal, nullptr) << "the map was taken";
    return refusal == nullptr ? MapRefusal{} : *refusal;
}

#define EXPECT_REFUSED(defect_, where_, change)                                     \
    do {                                                                            \
        const MapRefusal refusal = refusal_of([](json& map) { change; });           \
        EXPECT_EQ(name(refusal.defect), name(MapDefect::defect_)) << refusal.where; \
        EXPECT_EQ(refusal.where, where_);                                           \
    } while (false)

TEST(ClusterMapReader, reads_every_vector) {
    for (const json& vector : aux_vectors().at("cluster_config").at("configs")) {
        SCOPED_TRACE(vector.at("name"));
        const json& expected = vector.at("expect");
        const MapOutcome outcome = read_vector(vector);
        if (expected.contains("outcome")) {
            ASSERT_TRUE(std::holds_alternative<MapRefusal>(outcome));
            EXPECT_EQ(std::get<MapRefusal>(outcome).defect, MapDefect::no_vbuckets);
            continue;
        }
        const MapPtr map = map_of(outcome);
        if (expected.contains("version")) {
            EXPECT_EQ(map->version.epoch, expected["version"][0]);
            EXPECT_EQ(map->version.revision, expected["version"][1]);
        }
        if (expected.contains("network")) {
            EXPECT_EQ(map->network, expected["network"]);
        }
        if (expected.contains("data_nodes")) {
            EXPECT_EQ(map->data_nodes, expected["data_nodes"]);
        }
        if (expected.contains("views")) {
            EXPECT_EQ(json(addresses(*map, MapService::views)), expected["views"]);
        }
        if (expected.contains("query")) {
            EXPECT_EQ(json(addresses(*map, MapService::query)), expected["query"]);
        }
        if (expected.contains("kv")) {
            std::vector<std::string> kv = addresses(*map, MapService::kv);
            kv.resize(map->data_nodes);
            EXPECT_EQ(json(kv), expected["kv"]);
        }
        if (expected.contains("kv_tls")) {
            EXPECT_EQ(json(addresses(*map, MapService::kv, true)), expected["kv_tls"]);
        }
    }
}

TEST(ClusterMapReader, routes_keys_as_the_vectors_do) {
    const json& vector = vector_named("terse_two_nodes_host_placeholder");
    const MapPtr map = map_of(read_vector(vector));
    for (const auto& [key, route] : vector["expect"]["routes"].items()) {
        const std::uint16_t vbucket = map->table.vbucket_of(key);
        EXPECT_EQ(map->table.active(vbucket), route[0]) << key;
        EXPECT_EQ(map->table.replica(vbucket, 0), route[1]) << key;
    }
    EXPECT_EQ(map->forward.active(0), 1) << "where the rebalance ends";

    const json& ketama = vector_named("ketama");
    const MapPtr ring_map = map_of(read_vector(ketama));
    const std::vector<std::string> servers = addresses(*ring_map, MapService::kv);
    const KetamaRing ring{servers};
    for (const auto& [key, server] : ketama["expect"]["routes"].items())
        EXPECT_EQ(servers[ring.server_of(key)], server) << key;
}

TEST(ClusterMapReader, maps_are_ordered_as_the_vectors_order_them) {
    for (const json& order : aux_vectors().at("cluster_config").at("version_order")) {
        if (order["current"].is_null()) continue;
        const ConfigVersion current{order["current"][0], order["current"][1]};
        const ConfigVersion incoming{order["incoming"][0], order["incoming"][1]};
        EXPECT_EQ(incoming > current, order["apply"].get<bool>()) << order;
    }
}

TEST(ClusterMapReader, a_network_that_was_asked_for_is_taken_whatever_address_was_used) {
    const json& vector = vector_named("alternate_not_selected");
    EXPECT_EQ(map_of(read_vector(vector, "external"))->network, "external");
    const MapOutcome unknown = read_vector(vector, "internal");
    EXPECT_EQ(std::get<MapRefusal>(unknown).defect, MapDefect::unknown_network);
}

TEST(ClusterMapReader, refuses_what_a_client_could_not_rely_on_and_says_where) {
    EXPECT_REFUSED(bad_row, "vBucketServerMap.vBucketMap[2]",
                   map["vBucketServerMap"]["vBucketMap"][2] = json::array({0}));
    EXPECT_REFUSED(bad_row, "vBucketServerMap.vBucketMap[1]",
                   map["vBucketServerMap"]["vBucketMap"][1] = "row");
    EXPECT_REFUSED(bad_index, "vBucketServerMap.vBucketMap[0]",
                   map["vBucketServerMap"]["vBucketMap"][0][1] = 2);
    EXPECT_REFUSED(bad_index, "vBucketServerMap.vBucketMap[3]",
                   map["vBucketServerMap"]["vBucketMap"][3][0] = -2);
    EXPECT_REFUSED(bad_index, "vBucketServerMap.vBucketMap[3]",
                   map["vBucketServerMap"]["vBucketMap"][3][0] = 1e300);
    EXPECT_REFUSED(bad_row, "vBucketServerMap.vBucketMapForward",
                   map["vBucketServerMap"]["vBucketMapForward"] = json::array({json::array({0, 1})}));
    EXPECT_REFUSED(no_nodes, "vBucketServerMap.serverList",
                   map["vBucketServerMap"]["serverList"] = json::array());
    EXPECT_REFUSED(no_nodes, "", map.erase("nodesExt"); map.erase("nodes");
                   map["vBucketServerMap"]["serverList"] = json::array());
    EXPECT_REFUSED(bad_member, "vBucketServerMap.numReplicas", map["vBucketServerMap"]["numReplicas"] = 200);
    EXPECT_REFUSED(bad_member, "rev", map["rev"] = "27");
    EXPECT_REFUSED(bad_member, "rev", map["rev"] = 18446744073709551615u);
    EXPECT_REFUSED(bad_member, "nodeLocator", map["nodeLocator"] = "compass");
    EXPECT_REFUSED(bad_member, "nodesExt[1].hostname", map["nodesExt"][1]["hostname"] = "evil\r\nHost: x");
    EXPECT_REFUSED(bad_member, "kv", map["nodesExt"][1]["services"]["kv"] = 70000);
    EXPECT_REFUSED(bad_member, "nodesExt", map["nodesExt"] = 7);
    EXPECT_REFUSED(bad_member, "nodesExt[0]", map["nodesExt"][0] = json::array());
    EXPECT_REFUSED(bad_member, "vBucketServerMap", map["vBucketServerMap"] = json::array());
}

TEST(ClusterMapReader, takes_only_the_map_that_was_asked_for) {
    const std::string map = vector_named("terse_two_nodes_host_placeholder")["json"].dump();
    for (const std::string_view bucket : {"another", ""}) {
        const MapOutcome outcome = read_text(map, {.host = "10.1.1.1", .bucket = bucket});
        EXPECT_EQ(std::get<MapRefusal>(outcome).defect, MapDefect::wrong_bucket) << bucket;
    }
}

TEST(ClusterMapReader, refuses_a_map_of_a_million_vbuckets) {
    const json& vector = vector_named("terse_two_nodes_host_placeholder");
    const auto with_rows = [&](std::size_t count) {
        json map = vector["json"];
        map["vBucketServerMap"]["vBucketMap"] = "ROWS";
        std::string text = map.dump();
        std::string rows = "[[0,1]";
        for (std::size_t i = 1; i < count; ++i) rows += ",[0,1]";
        text.replace(text.find("\"ROWS\""), 6, rows + ']');
        return read_text(text, {.host = "10.1.1.1", .bucket = "travel"});
    };
    EXPECT_EQ(std::get<MapRefusal>(with_rows(max_vbuckets + 1)).defect, MapDefect::too_many_vbuckets);
    EXPECT_EQ(std::get<MapRefusal>(with_rows(1 << 20)).defect, MapDefect::too_large);
}

TEST(ClusterMapReader, refuses_megabytes_of_nesting_and_of_placeholders) {
    const MapOutcome nested = read_text(std::string(3'000'000, '['), {.host = "h"});
    EXPECT_EQ(std::get<MapRefusal>(nested).defect, MapDefect::too_deep);
    std::string hosts = R"({"a":")";
    for (int i = 0; i < 100'000; ++i) hosts += "$HOST";
    const std::string long_host(250, 'h');
    const MapOutcome blown_up = read_text(hosts + "\"}", {.host = long_host});
    EXPECT_EQ(std::get<MapRefusal>(blown_up).defect, MapDefect::too_large);
    EXPECT_EQ(std::get<MapRefusal>(read_text("", {.host = "h"})).defect, MapDefect::bad_json);
    EXPECT_EQ(std::get<MapRefusal>(read_text("[]", {.host = "h"})).defect, MapDefect::bad_json);
    EXPECT_EQ(std::get<MapRefusal>(read_text("{\"rev\":1", {.host = "h"})).defect, MapDefect::bad_json);
}

TEST(ClusterMapReader, of_a_truncated_map_nothing_is_taken) {
    const std::string whole = vector_named("terse_two_nodes_host_placeholder")["json"].dump();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const MapOutcome outcome = read_text(whole.substr(0, size), {.host = "10.1.1.1", .bucket = "travel"});
        ASSERT_TRUE(std::holds_alternative<MapRefusal>(outcome)) << size;
    }
}

TEST(ClusterMapReader, an_address_has_brackets_only_where_it_needs_them) {
    const MapNode node{.hostname = "fd00::1", .ports = {.plain = {8091, 11210}}};
    EXPECT_EQ(node.address(MapService::kv, false), "[fd00::1]:11210");
    EXPECT_EQ(node.address(MapService::views, false), "") << "a service it does not have";
    EXPECT_EQ(node.address(MapService::kv, true), "");
}

}  // namespace
}  // namespace txcouchbase::protocol
