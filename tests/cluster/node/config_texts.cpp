// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/config_texts.hpp"
#include "tests/cluster/version.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace txcouchbase::cluster {

namespace {

using Json = nlohmann::ordered_json;

/// As it stands before ":port".
std::string in_address(const std::string& hostname) {
    return hostname.find(':') == std::string::npos ? hostname : '[' + hostname + ']';
}

std::string address(const NodeInfo& node, Service service) {
    return in_address(node.hostname) + ':' + std::to_string(node.ports[service]);
}

Json services(const Ports& ports) {
    struct Name {
        Service service;
        const char* name;
    };
    static constexpr Name names[] = {{Service::rest, "mgmt"},  {Service::rest_tls, "mgmtSSL"},
                                     {Service::kv, "kv"},      {Service::kv_tls, "kvSSL"},
                                     {Service::views, "capi"}, {Service::views_tls, "capiSSL"}};
    Json out = Json::object();
    for (const auto& [service, name] : names)
        if (ports[service] != 0) out[name] = ports[service];
    return out;
}

Json extended_node(const NodeInfo& node, NodeId self) {
    Json out = {{"services", services(node.ports)}};
    if (node.id == self) out["thisNode"] = true;
    if (node.hostname != "$HOST") out["hostname"] = node.hostname;
    for (const auto& [network, alternate] : node.alternate_addresses) {
        Json& entry = out["alternateAddresses"][network];
        entry["hostname"] = alternate.hostname;
        if (alternate.ports != Ports{}) entry["ports"] = services(alternate.ports);
    }
    out["nodeUUID"] = node.uuid;
    out["serverGroup"] = "Group 1";
    return out;
}

std::vector<const NodeInfo*> data_nodes(const ClusterState& state, const BucketInfo& bucket) {
    std::vector<const NodeInfo*> nodes;
    for (const NodeId id : bucket.servers)
        if (const NodeInfo* node = state.find_node(id)) nodes.push_back(node);
    return nodes;
}

/// The nodes with the bucket's data come first, in the order of its map; clients rely on that.
Json extended_nodes(const ClusterState& state, const std::vector<const NodeInfo*>& first, NodeId self) {
    Json out = Json::array();
    for (const NodeInfo* node : first) out.push_back(extended_node(*node, self));
    for (const NodeInfo& node : state.nodes)
        if (node.is_member && std::find(first.begin(), first.end(), &node) == first.end())
            out.push_back(extended_node(node, self));
    return out;
}

std::string bucket_uri(const BucketInfo& bucket, const char* folder) {
    return std::string("/pools/default/") + folder + '/' + bucket.name + "?bucket_uuid=" + bucket.uuid;
}

std::string views_base(const NodeInfo& node, const BucketInfo& bucket, Service service) {
    const char* scheme = is_tls(service) ? "https://" : "http://";
    return scheme + address(node, service) + '/' + bucket.name + "%2B" + bucket.uuid;
}

Json brief_node(const NodeInfo& node, const BucketInfo& bucket) {
    Json out = Json::object();
    if (bucket.type == BucketType::couchbase && node.ports[Service::views] != 0)
        out["couchApiBase"] = views_base(node, bucket, Service::views);
    out["hostname"] = address(node, Service::rest);
    out["ports"] = {{"direct", node.ports[Service::kv]}};
    return out;
}

Json vbucket_server_map(const BucketInfo& bucket, const std::vector<const NodeInfo*>& nodes) {
    Json servers = Json::array();
    for (const NodeInfo* node : nodes) servers.push_back(address(*node, Service::kv));
    Json out = {{"hashAlgorithm", "CRC"},
                {"numReplicas", bucket.replicas},
                {"serverList", std::move(servers)},
                {"vBucketMap", nullptr}};
    if (!bucket.forward_map.empty()) out["vBucketMapForward"] = nullptr;
    return out;
}

void append_rows(std::string& out, const VbucketMap& map) {
    out += '[';
    for (const std::vector<int>& row : map) {
        if (&row != &map.front()) out += ',';
        out += '[';
        for (const int& server : row) {
            if (&server != &row.front()) out += ',';
            out += std::to_string(server);
        }
        out += ']';
    }
    out += ']';
}

/// The text, with the maps where vbucket_server_map() left them out: as JSON values of 1,024 rows they would take most
/// of the time of a rebalance.
std::string with_maps(const Json& json, const BucketInfo& bucket) {
    std::string text = json.dump();
    const auto put = [&text](const std::string& name, const VbucketMap& map) {
        const std::string member = '"' + name + "\":";
        const std::size_t at = text.find(member + "null");
        if (at == std::string::npos) return;
        std::string with_rows = text.substr(0, at) + member;
        append_rows(with_rows, map);
        text = with_rows.append(text, at + member.size() + 4);
    };
    put("vBucketMap", bucket.map);
    put("vBucketMapForward", bucket.forward_map);
    return text;
}

/// Only what this cluster really has.
Json bucket_capabilities(const BucketInfo& bucket) {
    if (bucket.type == BucketType::memcached) return {"cbhello", "nodesExt"};
    return {"preserveExpiry", "cbhello", "touch", "cccp", "nodesExt"};
}

const char* type_name(BucketType type) noexcept {
    return type == BucketType::memcached ? "memcached" : "membase";
}

Json ddocs(const BucketInfo& bucket) {
    return {{"uri", "/pools/default/buckets/" + bucket.name + "/ddocs"}};
}

Json verbose_node(const NodeInfo& node, const BucketInfo& bucket, NodeId self) {
    Json out = Json::object();
    if (node.ports[Service::views] != 0) out["couchApiBase"] = views_base(node, bucket, Service::views);
    if (node.ports[Service::views_tls] != 0)
        out["couchApiBaseHTTPS"] = views_base(node, bucket, Service::views_tls);
    out.update(node_document(node, self));
    return out;
}

Json controllers(const BucketInfo& bucket) {
    const std::string base = "/pools/default/buckets/" + bucket.name;
    Json out = Json::object();
    if (bucket.is_flush_enabled) out["flush"] = base + "/controller/doFlush";
    return out;
}

}  // namespace

Json node_document(const NodeInfo& node, NodeId self) {
    Json out = {{"clusterMembership", node.is_member ? "active" : "inactiveAdded"},
                {"status", "healthy"},
                {"version", server_version},
                {"os", "x86_64-unknown-linux-gnu"},
                {"otpNode", "n_" + std::to_string(node.id) + "@127.0.0.1"}};
    if (node.id == self) out["thisNode"] = true;
    out["hostname"] = address(node, Service::rest);
    out["nodeUUID"] = node.uuid;
    Json& ports = out["ports"] = {{"direct", node.ports[Service::kv]}};
    if (node.ports[Service::rest_tls] != 0) ports["httpsMgmt"] = node.ports[Service::rest_tls];
    if (node.ports[Service::views_tls] != 0) ports["httpsCAPI"] = node.ports[Service::views_tls];
    out["services"] = {"kv"};
    return out;
}

std::string terse_config(const ClusterState& state, const BucketInfo& bucket, NodeId self) {
    const bool is_couchbase = bucket.type == BucketType::couchbase;
    const std::vector<const NodeInfo*> nodes = data_nodes(state, bucket);
    Json out = {{"rev", bucket.version.revision},
                {"revEpoch", bucket.version.epoch},
                {"name", bucket.name},
                {"nodeLocator", is_couchbase ? "vbucket" : "ketama"},
                {"bucketType", type_name(bucket.type)},
                {"uuid", bucket.uuid},
                {"uri", bucket_uri(bucket, "buckets")},
                {"streamingUri", bucket_uri(bucket, "bucketsStreaming")}};
    if (is_couchbase) out["numVBuckets"] = bucket.vbuckets;
    out["bucketCapabilitiesVer"] = "";
    out["bucketCapabilities"] = bucket_capabilities(bucket);
    if (is_couchbase) {
        out["ddocs"] = ddocs(bucket);
        out["vBucketServerMap"] = vbucket_server_map(bucket, nodes);
    }
    Json& brief = out["nodes"] = Json::array();
    for (const NodeInfo* node : nodes) brief.push_back(brief_node(*node, bucket));
    out["nodesExt"] = extended_nodes(state, nodes, self);
    out["clusterCapabilitiesVer"] = {1, 0};
    out["clusterCapabilities"] = Json::object();
    out["clusterUUID"] = state.uuid;
    out["clusterName"] = state.name;
    return with_maps(out, bucket);
}

std::string cluster_config(const ClusterState& state, NodeId self) {
    return Json{{"rev", state.version.revision},
                {"revEpoch", state.version.epoch},
                {"nodesExt", extended_nodes(state, {}, self)},
                {"clusterCapabilitiesVer", {1, 0}},
                {"clusterCapabilities", Json::object()},
                {"clusterUUID", state.uuid},
                {"clusterName", state.name}}
        .dump();
}

std::string verbose_config(const ClusterState& state, const BucketInfo& bucket, NodeId self) {
    const bool is_couchbase = bucket.type == BucketType::couchbase;
    const std::uint64_t quota = std::uint64_t{bucket.ram_quota_mb} << 20;
    const std::vector<const NodeInfo*> nodes = data_nodes(state, bucket);
    Json out = {{"name", bucket.name},
                {"nodeLocator", is_couchbase ? "vbucket" : "ketama"},
                {"bucketType", type_name(bucket.type)},
                {"uuid", bucket.uuid},
                {"uri", bucket_uri(bucket, "buckets")},
                {"streamingUri", bucket_uri(bucket, "bucketsStreaming")},
                {"bucketCapabilitiesVer", ""},
                {"bucketCapabilities", bucket_capabilities(bucket)}};
    if (is_couchbase) {
        out["numVBuckets"] = bucket.vbuckets;
        out["ddocs"] = ddocs(bucket);
        out["vBucketServerMap"] = vbucket_server_map(bucket, nodes);
        // Settings that this cluster has one value for; SDKs expect to find them.
        out["threadsNumber"] = 3;
        out["storageBackend"] = "couchstore";
        out["durabilityMinLevel"] = "none";
    }
    // These of a memcached bucket too: without them the SDKs' bucket managers fall over.
    out["replicaNumber"] = bucket.replicas;
    out["conflictResolutionType"] = "seqno";
    out["evictionPolicy"] = is_couchbase ? "valueOnly" : "";
    out["compressionMode"] = is_couchbase ? "passive" : "off";
    out["maxTTL"] = 0;
    out["authType"] = "sasl";
    out["controllers"] = controllers(bucket);
    out["quota"] = {{"ram", quota * nodes.size()}, {"rawRAM", quota}};
    out["basicStats"] = Json::object();
    Json& list = out["nodes"] = Json::array();
    for (const NodeInfo* node : nodes) list.push_back(verbose_node(*node, bucket, self));
    return with_maps(out, bucket);
}

void ConfigTexts::update(const ClusterState& state, NodeId self) {
    if (cluster_.json.empty() || cluster_.version != state.version)
        cluster_ = {state.version, cluster_config(state, self)};
    std::erase_if(buckets_, [&](const auto& entry) { return state.find_bucket(entry.first) == nullptr; });
    for (const BucketInfo& bucket : state.buckets) {
        Entry& entry = buckets_[bucket.name];
        if (entry.is_overridden) continue;
        if (entry.uuid == bucket.uuid && entry.text.version == bucket.version) continue;
        entry = {.text = {bucket.version, terse_config(state, bucket, self)}, .uuid = bucket.uuid};
    }
}

const ConfigText* ConfigTexts::bucket(std::string_view name) const noexcept {
    const auto found = buckets_.find(name);
    return found == buckets_.end() ? nullptr : &found->second.text;
}

void ConfigTexts::freeze(std::string_view bucket) {
    const auto found = buckets_.find(bucket);
    if (found != buckets_.end()) found->second.is_overridden = true;
}

void ConfigTexts::replace(std::string_view bucket, ConfigText text) {
    const auto found = buckets_.find(bucket);
    if (found != buckets_.end()) found->second = {.text = std::move(text), .is_overridden = true};
}

void ConfigTexts::release(std::string_view bucket) {
    const auto found = buckets_.find(bucket);
    if (found != buckets_.end()) found->second = {};
}

}  // namespace txcouchbase::cluster
