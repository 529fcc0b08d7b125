// SPDX-License-Identifier: Apache-2.0
#include "protocol/cluster_map_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/json_nesting.hpp"

namespace txcouchbase::protocol {
namespace {

using Json = nlohmann::json;

/// Thrown inside this file only, and caught by read_cluster_map: a document has many places to be wrong in.
struct Refused {
    MapDefect defect;
    std::string where;
};
[[noreturn]] void refuse(MapDefect defect, std::string where = {}) {
    throw Refused{defect, std::move(where)};
}

std::string indexed(std::string_view list, std::size_t index) {
    return std::string{list} + '[' + std::to_string(index) + ']';
}

/// A member, or null when there is none.
const Json* find(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

const Json* find_array(const Json& object, const char* name) {
    const Json* array = find(object, name);
    if (array != nullptr && !array->is_array()) refuse(MapDefect::bad_member, name);
    return array;
}

const Json* find_object(const Json& object, const char* name) {
    const Json* member = find(object, name);
    if (member != nullptr && !member->is_object()) refuse(MapDefect::bad_member, name);
    return member;
}

std::string text(const Json& object, const char* name) {
    const Json* member = find(object, name);
    if (member == nullptr) return {};
    if (!member->is_string()) refuse(MapDefect::bad_member, name);
    return member->get<std::string>();
}

std::optional<std::int64_t> integer(const Json& object, const char* name) {
    const Json* member = find(object, name);
    if (member == nullptr) return std::nullopt;
    if (!member->is_number_integer() ||
        (member->is_number_unsigned() && member->get<std::uint64_t>() > INT64_MAX))
        refuse(MapDefect::bad_member, name);
    return member->get<std::int64_t>();
}

std::uint16_t port(const Json& object, const char* name) {
    const std::int64_t number = integer(object, name).value_or(0);
    if (number < 0 || number > 65'535) refuse(MapDefect::bad_member, name);
    return static_cast<std::uint16_t>(number);
}

struct ServiceNames {
    MapService service;
    const char* plain;
    const char* tls;
};
constexpr ServiceNames service_names[] = {
    {MapService::management, "mgmt", "mgmtSSL"}, {MapService::kv, "kv", "kvSSL"},
    {MapService::views, "capi", "capiSSL"},      {MapService::query, "n1ql", "n1qlSSL"},
    {MapService::search, "fts", "ftsSSL"},       {MapService::analytics, "cbas", "cbasSSL"},
};

MapPorts read_ports(const Json& object) {
    MapPorts ports;
    for (const ServiceNames& names : service_names) {
        ports.plain[static_cast<std::size_t>(names.service)] = port(object, names.plain);
        ports.tls[static_cast<std::size_t>(names.service)] = port(object, names.tls);
    }
    return ports;
}

struct HostAndPort {
    std::string host;
    std::uint16_t port = 0;
};

/// "10.0.0.1:11210" or "[fd00::1]:11210"; `where` is what is wrong if it is neither.
HostAndPort split_address(std::string_view address, const std::string& where) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size())
        refuse(MapDefect::bad_member, where);
    std::uint32_t number = 0;
    for (const char digit : address.substr(colon + 1)) {
        if (digit < '0' || digit > '9') refuse(MapDefect::bad_member, where);
        number = number * 10 + static_cast<std::uint32_t>(digit - '0');
        if (number > 65'535) refuse(MapDefect::bad_member, where);
    }
    std::string_view host = address.substr(0, colon);
    if (host.starts_with('[')) {
        if (!host.ends_with(']') || host.size() < 3) refuse(MapDefect::bad_member, where);
        host = host.substr(1, host.size() - 2);
    }
    return {std::string{host}, static_cast<std::uint16_t>(number)};
}

/// A hostname goes into addresses, TLS names and HTTP headers: nothing but the characters of names and addresses.
void check_hostname(std::string_view host, const std::string& where) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_' || c == ':' || c == '%';
    };
    if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), is_allowed))
        refuse(MapDefect::bad_member, where);
}

/// `$HOST` wherever it stands, before anything is parsed.
std::string with_host(ByteView json, std::string_view host) {
    constexpr std::string_view placeholder = "$HOST";
    // In front of a port an IPv6 address needs its brackets.
    const bool is_ipv6 = host.find(':') != std::string_view::npos;
    std::string out;
    out.reserve(json.size());
    while (true) {
        const std::size_t at = json.find(placeholder);
        out += json.substr(0, at);
        if (at == ByteView::npos) return out;
        json.remove_prefix(at + placeholder.size());
        const bool needs_brackets = is_ipv6 && json.starts_with(':');
        if (needs_brackets) out += '[';
        out += host;
        if (out.size() > max_map_size) refuse(MapDefect::too_large);
        if (needs_brackets) out += ']';
    }
}

/// A node with all the addresses that the map gives it.
struct Candidate {
    MapNode node;
    std::vector<std::pair<std::string, MapNode>> alternates;
};

std::vector<std::pair<std::string, MapNode>> read_alternates(const Json& entry, const MapPorts& own,
                                                             const std::string& where) {
    std::vector<std::pair<std::string, MapNode>> alternates;
    const Json* networks = find_object(entry, "alternateAddresses");
    if (networks == nullptr) return alternates;
    for (const auto& [network, address] : networks->items()) {
        if (!address.is_object()) refuse(MapDefect::bad_member, where + ".alternateAddresses");
        MapNode node{.hostname = text(address, "hostname")};
        check_hostname(node.hostname, where + ".alternateAddresses");
        const Json* ports = find_object(address, "ports");
        // With a list of ports, what is not in it does not exist there.
        node.ports = ports == nullptr ? own : read_ports(*ports);
        alternates.emplace_back(network, std::move(node));
    }
    return alternates;
}

std::vector<Candidate> read_nodes_ext(const Json& entries, std::string_view source_host) {
    std::vector<Candidate> nodes;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string where = indexed("nodesExt", i);
        const Json& entry = entries[i];
        if (!entry.is_object()) refuse(MapDefect::bad_member, where);
        Candidate candidate;
        candidate.node.hostname = text(entry, "hostname");
        if (candidate.node.hostname.empty()) candidate.node.hostname = source_host;
        check_hostname(candidate.node.hostname, where + ".hostname");
        if (const Json* services = find_object(entry, "services"); services != nullptr)
            candidate.node.ports = read_ports(*services);
        const Json* this_node = find(entry, "thisNode");
        candidate.node.is_this_node = this_node != nullptr && *this_node == true;
        candidate.alternates = read_alternates(entry, candidate.node.ports, where);
        nodes.push_back(std::move(candidate));
    }
    return nodes;
}

/// Servers before 3.0, and verbose maps: host and management port in one string, the KV port beside it.
std::vector<Candidate> read_nodes(const Json& entries) {
    std::vector<Candidate> nodes;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::string where = indexed("nodes", i);
        const Json& entry = entries[i];
        if (!entry.is_object()) refuse(MapDefect::bad_member, where);
        Candidate candidate;
        const HostAndPort management = split_address(text(entry, "hostname"), where + ".hostname");
        candidate.node.hostname = management.host;
        check_hostname(management.host, where + ".hostname");
        MapPorts& ports = candidate.node.ports;
        ports.plain[static_cast<std::size_t>(MapService::management)] = management.port;
        if (const Json* named = find_object(entry, "ports"); named != nullptr) {
            ports.plain[static_cast<std::size_t>(MapService::kv)] = port(*named, "direct");
            ports.tls[static_cast<std::size_t>(MapService::management)] = port(*named, "httpsMgmt");
            ports.tls[static_cast<std::size_t>(MapService::views)] = port(*named, "httpsCAPI");
        }
        const Json* this_node = find(entry, "thisNode");
        candidate.node.is_this_node = this_node != nullptr && *this_node == true;
        nodes.push_back(std::move(candidate));
    }
    return nodes;
}

bool is_address_of(const MapNode& node, const MapSource& source) {
    if (node.hostname != source.host) return false;
    if (source.port == 0) return true;
    const auto names = [&](const auto& ports) {
        return std::count(ports.begin(), ports.end(), source.port) > 0;
    };
    return names(node.ports.plain) || names(node.ports.tls);
}

/// The network whose addresses contain the one that the client used (PROTOCOL 7.3).
std::string choose_network(const std::vector<Candidate>& nodes, const MapSource& source) {
    if (source.network != "auto") return std::string{source.network};
    for (const Candidate& candidate : nodes)
        if (is_address_of(candidate.node, source)) return "default";
    for (const Candidate& candidate : nodes)
        for (const auto& [network, node] : candidate.alternates)
            if (is_address_of(node, source)) return network;
    return "default";
}

std::vector<MapNode> in_network(std::vector<Candidate> candidates, const std::string& network) {
    std::vector<MapNode> nodes;
    bool is_known = network == "default";
    for (Candidate& candidate : candidates) {
        const bool is_this_node = candidate.node.is_this_node;
        MapNode chosen = std::move(candidate.node);
        if (network != "default") {
            chosen.ports = {};  // a node without an address in this network offers nothing there
            for (auto& [name, node] : candidate.alternates)
                if (name == network) {
                    chosen = std::move(node);
                    is_known = true;
                }
        }
        chosen.is_this_node = is_this_node;
        nodes.push_back(std::move(chosen));
    }
    if (!is_known) refuse(MapDefect::unknown_network);
    return nodes;
}

VbucketTable read_table(const Json& rows, const std::string& where, std::uint8_t replicas,
                        std::size_t nodes) {
    if (rows.size() > max_vbuckets) refuse(MapDefect::too_many_vbuckets, where);
    const std::size_t width = std::size_t{1} + replicas;
    std::vector<std::int16_t> owners;
    owners.reserve(rows.size() * width);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Json& row = rows[i];
        if (!row.is_array() || row.size() != width) refuse(MapDefect::bad_row, indexed(where, i));
        for (const Json& owner : row) {
            if (!owner.is_number_integer() ||
                (owner.is_number_unsigned() && owner.get<std::uint64_t>() >= nodes))
                refuse(MapDefect::bad_index, indexed(where, i));
            const auto index = owner.get<std::int64_t>();
            if (index < -1 || index >= static_cast<std::int64_t>(nodes))
                refuse(MapDefect::bad_index, indexed(where, i));
            owners.push_back(static_cast<std::int16_t>(index));
        }
    }
    return VbucketTable{static_cast<std::uint16_t>(rows.size()), replicas, std::move(owners)};
}

/// Without nodesExt the server list has the only KV ports there are.
void adopt_server_list(const Json& servers, std::vector<Candidate>& nodes) {
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const std::string where = indexed("vBucketServerMap.serverList", i);
        if (!servers[i].is_string()) refuse(MapDefect::bad_member, where);
        HostAndPort address = split_address(servers[i].get_ref<const std::string&>(), where);
        check_hostname(address.host, where);
        if (i == nodes.size()) nodes.emplace_back();
        nodes[i].node.hostname = std::move(address.host);
        nodes[i].node.ports.plain[static_cast<std::size_t>(MapService::kv)] = address.port;
    }
}

void read_vbuckets(const Json& json, std::size_t nodes, ClusterMap& map) {
    const Json* server_map = find_object(json, "vBucketServerMap");
    if (server_map == nullptr) refuse(MapDefect::bad_member, "vBucketServerMap");
    const Json* servers = find_array(*server_map, "serverList");
    const Json* rows = find_array(*server_map, "vBucketMap");
    if (servers == nullptr) refuse(MapDefect::bad_member, "vBucketServerMap.serverList");
    if (rows == nullptr || rows->empty()) refuse(MapDefect::no_vbuckets, "vBucketServerMap.vBucketMap");
    const std::int64_t replicas = integer(*server_map, "numReplicas").value_or(0);
    if (replicas < 0 || replicas > 3) refuse(MapDefect::bad_member, "vBucketServerMap.numReplicas");
    if (servers->empty()) refuse(MapDefect::no_nodes, "vBucketServerMap.serverList");
    if (servers->size() > nodes) refuse(MapDefect::bad_member, "vBucketServerMap.serverList");
    map.data_nodes = servers->size();
    const auto width = static_cast<std::uint8_t>(replicas);
    map.table = read_table(*rows, "vBucketServerMap.vBucketMap", width, map.data_nodes);
    if (const Json* forward = find_array(*server_map, "vBucketMapForward"); forward && !forward->empty()) {
        if (forward->size() != rows->size()) refuse(MapDefect::bad_row, "vBucketServerMap.vBucketMapForward");
        map.forward = read_table(*forward, "vBucketServerMap.vBucketMapForward", width, map.data_nodes);
    }
}

NodeLocator read_locator(const Json& json, const std::string& bucket) {
    if (bucket.empty()) return NodeLocator::none;
    const std::string locator = text(json, "nodeLocator");
    if (locator == "ketama") return NodeLocator::ketama;
    if (locator == "vbucket" || locator.empty()) return NodeLocator::vbucket;
    refuse(MapDefect::bad_member, "nodeLocator");
}

std::vector<std::string> read_words(const Json& json, const char* name) {
    std::vector<std::string> words;
    const Json* list = find_array(json, name);
    if (list != nullptr)
        for (const Json& word : *list)
            if (word.is_string()) words.push_back(word.get<std::string>());
    return words;
}

std::vector<Candidate> read_candidates(const Json& json, const MapSource& source) {
    const Json* extended = find_array(json, "nodesExt");
    const Json* nodes = find_array(json, "nodes");
    for (const Json* list : {extended, nodes})
        if (list != nullptr && list->size() > max_map_nodes) refuse(MapDefect::bad_member, "nodes");
    if (extended != nullptr && !extended->empty()) return read_nodes_ext(*extended, source.host);

    std::vector<Candidate> candidates;
    if (nodes != nullptr) candidates = read_nodes(*nodes);
    if (const Json* server_map = find_object(json, "vBucketServerMap"); server_map != nullptr)
        if (const Json* servers = find_array(*server_map, "serverList"); servers != nullptr) {
            if (servers->size() > max_map_nodes) refuse(MapDefect::bad_member, "vBucketServerMap.serverList");
            adopt_server_list(*servers, candidates);
        }
    return candidates;
}

ClusterMap read(const Json& json, const MapSource& source) {
    ClusterMap map;
    map.bucket = text(json, "name");
    if (map.bucket != source.bucket) refuse(MapDefect::wrong_bucket, "name");
    map.version = {integer(json, "revEpoch").value_or(-1), integer(json, "rev").value_or(0)};
    map.bucket_uuid = text(json, "uuid");
    map.locator = read_locator(json, map.bucket);
    map.bucket_capabilities = read_words(json, "bucketCapabilities");

    std::vector<Candidate> candidates = read_candidates(json, source);
    if (candidates.empty()) refuse(MapDefect::no_nodes);
    map.network = choose_network(candidates, source);
    map.nodes = in_network(std::move(candidates), map.network);
    map.data_nodes = map.nodes.size();
    if (map.locator == NodeLocator::vbucket) read_vbuckets(json, map.nodes.size(), map);
    // Of the extended list, only as many serve the bucket as the plain one has.
    if (const Json* nodes = find_array(json, "nodes");
        map.locator == NodeLocator::ketama && nodes && !nodes->empty())
        map.data_nodes = std::min(map.data_nodes, nodes->size());
    return map;
}

}  // namespace

std::string_view name(MapDefect defect) noexcept {
    switch (defect) {
        case MapDefect::too_large: return "too_large";
        case MapDefect::too_deep: return "too_deep";
        case MapDefect::bad_json: return "bad_json";
        case MapDefect::bad_member: return "bad_member";
        case MapDefect::wrong_bucket: return "wrong_bucket";
        case MapDefect::no_nodes: return "no_nodes";
        case MapDefect::no_vbuckets: return "no_vbuckets";
        case MapDefect::too_many_vbuckets: return "too_many_vbuckets";
        case MapDefect::bad_row: return "bad_row";
        case MapDefect::bad_index: return "bad_index";
        case MapDefect::unknown_network: return "unknown_network";
    }
    return "unknown";
}

MapOutcome read_cluster_map(ByteView json, const MapSource& source) try {
    if (json.size() > max_map_size) return MapRefusal{MapDefect::too_large};
    if (!is_nested_within(json, max_map_nesting)) return MapRefusal{MapDefect::too_deep};
    const Json document = Json::parse(with_host(json, source.host), nullptr, false);
    if (!document.is_object()) return MapRefusal{MapDefect::bad_json};
    return std::make_shared<const ClusterMap>(read(document, source));
} catch (const Refused& refused) {
    return MapRefusal{refused.defect, refused.where};
}

}  // namespace txcouchbase::protocol
