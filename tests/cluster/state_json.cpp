// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/state_json.hpp"

#include <nlohmann/json.hpp>

namespace txcouchbase::cluster {

namespace {

using Json = nlohmann::json;

/// Passwords are any bytes; JSON strings are not.
Json bytes_to_json(protocol::ByteView bytes) {
    Json out = Json::array();
    for (const char byte : bytes) out.push_back(static_cast<unsigned char>(byte));
    return out;
}

std::string bytes_of(const Json& json) {
    std::string out;
    for (const Json& byte : json) out.push_back(static_cast<char>(byte.get<std::uint8_t>()));
    return out;
}

Json version_to_json(protocol::ConfigVersion version) {
    return {version.epoch, version.revision};
}

protocol::ConfigVersion version_of(const Json& json) {
    return {json.at(0).get<std::int64_t>(), json.at(1).get<std::int64_t>()};
}

Json ports_to_json(const Ports& ports) {
    return Json(ports.of);
}

Ports ports_of(const Json& json) {
    Ports out;
    for (std::size_t i = 0; i != service_count; ++i) out.of[i] = json.at(i).get<std::uint16_t>();
    return out;
}

Json node_to_json(const NodeInfo& node) {
    Json alternates = Json::object();
    for (const auto& [network, address] : node.alternate_addresses)
        alternates[network] = {{"hostname", address.hostname}, {"ports", ports_to_json(address.ports)}};
    return {{"id", node.id},
            {"uuid", node.uuid},
            {"hostname", node.hostname},
            {"ports", ports_to_json(node.ports)},
            {"alternate_addresses", std::move(alternates)},
            {"is_member", node.is_member},
            {"incarnation", node.incarnation}};
}

NodeInfo node_of(const Json& json) {
    NodeInfo out{.id = json.at("id").get<NodeId>(),
                 .uuid = json.at("uuid").get<std::string>(),
                 .hostname = json.at("hostname").get<std::string>(),
                 .ports = ports_of(json.at("ports")),
                 .is_member = json.at("is_member").get<bool>(),
                 .incarnation = json.at("incarnation").get<std::uint32_t>()};
    for (const auto& item : json.at("alternate_addresses").items())
        out.alternate_addresses[item.key()] = {.hostname = item.value().at("hostname").get<std::string>(),
                                               .ports = ports_of(item.value().at("ports"))};
    return out;
}

Json bucket_to_json(const BucketInfo& bucket) {
    Json moves = Json::array();
    for (const Move& move : bucket.moves) moves.push_back({move.vbucket, move.to});
    return {{"name", bucket.name},
            {"uuid", bucket.uuid},
            {"is_memcached", bucket.type == BucketType::memcached},
            {"vbuckets", bucket.vbuckets},
            {"replicas", bucket.replicas},
            {"ram_quota_mb", bucket.ram_quota_mb},
            {"is_flush_enabled", bucket.is_flush_enabled},
            {"version", version_to_json(bucket.version)},
            {"servers", bucket.servers},
            {"map", bucket.map},
            {"forward_map", bucket.forward_map},
            {"moves", std::move(moves)}};
}

struct BadState : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Whoever gets a state indexes with what its maps say.
void check_map(const VbucketMap& map, const BucketInfo& bucket) {
    if (map.size() != bucket.vbuckets)
        throw BadState("a map of \"" + bucket.name + "\" has not a row for each vBucket");
    for (const std::vector<int>& row : map) {
        if (row.empty()) throw BadState("a row of \"" + bucket.name + "\" is empty");
        for (const int server : row)
            if (server < nobody || server >= static_cast<int>(bucket.servers.size()))
                throw BadState("a row of \"" + bucket.name + "\" names no server");
    }
}

BucketInfo bucket_of(const Json& json) {
    BucketInfo out{
        .name = json.at("name").get<std::string>(),
        .uuid = json.at("uuid").get<std::string>(),
        .type = json.at("is_memcached").get<bool>() ? BucketType::memcached : BucketType::couchbase,
        .vbuckets = json.at("vbuckets").get<std::uint16_t>(),
        .replicas = json.at("replicas").get<std::uint8_t>(),
        .ram_quota_mb = json.at("ram_quota_mb").get<std::uint32_t>(),
        .is_flush_enabled = json.at("is_flush_enabled").get<bool>(),
        .version = version_of(json.at("version")),
        .servers = json.at("servers").get<std::vector<NodeId>>(),
        .map = json.at("map").get<VbucketMap>(),
        .forward_map = json.at("forward_map").get<VbucketMap>()};
    for (const Json& move : json.at("moves"))
        out.moves.push_back({move.at(0).get<std::uint16_t>(), move.at(1).get<NodeId>()});
    if (out.type == BucketType::couchbase) check_map(out.map, out);
    if (!out.forward_map.empty()) check_map(out.forward_map, out);
    return out;
}

Json user_to_json(const UserInfo& user) {
    Json buckets = Json::object();
    for (const auto& [bucket, rights] : user.buckets) buckets[bucket] = {rights.may_read, rights.may_write};
    return {{"name", user.name},
            {"password", user.password ? bytes_to_json(user.password->view()) : Json()},
            {"is_admin", user.is_admin},
            {"buckets", std::move(buckets)}};
}

UserInfo user_of(const Json& json) {
    UserInfo out{.name = json.at("name").get<std::string>(), .is_admin = json.at("is_admin").get<bool>()};
    if (const Json& password = json.at("password"); !password.is_null()) {
        std::string bytes = bytes_of(password);
        out.password = std::make_shared<protocol::Secret>(std::initializer_list<protocol::ByteView>{bytes});
        protocol::wipe(bytes.data(), bytes.size());
    }
    for (const auto& item : json.at("buckets").items())
        out.buckets[item.key()] = {item.value().at(0).get<bool>(), item.value().at(1).get<bool>()};
    return out;
}

Json settings_to_json(const ClusterSettings& settings) {
    return {{"scram_iterations", settings.scram_iterations},
            {"replication_lag", settings.replication_lag.count()},
            {"persistence_delay", settings.persistence_delay.count()},
            {"max_value", settings.max_value}};
}

ClusterSettings settings_of(const Json& json) {
    return {.scram_iterations = json.at("scram_iterations").get<std::uint32_t>(),
            .replication_lag = std::chrono::nanoseconds(json.at("replication_lag").get<std::int64_t>()),
            .persistence_delay = std::chrono::nanoseconds(json.at("persistence_delay").get<std::int64_t>()),
            .max_value = json.at("max_value").get<std::size_t>()};
}

template <class T, class Convert>
Json list(const std::vector<T>& all, Convert convert) {
    Json out = Json::array();
    for (const T& each : all) out.push_back(convert(each));
    return out;
}

ClusterState state_of(const Json& json) {
    ClusterState out;
    out.uuid = json.at("uuid").get<std::string>();
    out.name = json.at("name").get<std::string>();
    out.serial = json.at("serial").get<std::uint64_t>();
    out.version = version_of(json.at("version"));
    for (const Json& node : json.at("nodes")) out.nodes.push_back(node_of(node));
    for (const Json& bucket : json.at("buckets")) out.buckets.push_back(bucket_of(bucket));
    for (const Json& user : json.at("users")) out.users.push_back(user_of(user));
    out.settings = settings_of(json.at("settings"));
    return out;
}

}  // namespace

std::string to_json_text(const ClusterState& state) {
    return Json{{"uuid", state.uuid},
                {"name", state.name},
                {"serial", state.serial},
                {"version", version_to_json(state.version)},
                {"nodes", list(state.nodes, node_to_json)},
                {"buckets", list(state.buckets, bucket_to_json)},
                {"users", list(state.users, user_to_json)},
                {"settings", settings_to_json(state.settings)}}
        .dump();
}

std::variant<ClusterState, std::string> read_state(std::string_view json) try {
    return state_of(Json::parse(json));
} catch (const Json::exception& error) {
    return std::string("a state that is no state: ") + error.what();
} catch (const BadState& error) {
    return error.what();
}

}  // namespace txcouchbase::cluster
