// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/node_setup.hpp"

#include <nlohmann/json.hpp>

namespace txcouchbase::cluster::tool {

using Json = nlohmann::json;

std::string to_json(const Ports& ports) {
    return Json(ports.of).dump();
}

Ports read_ports(std::string_view json) {
    Ports ports;
    Json::parse(json).get_to(ports.of);
    return ports;
}

std::string to_json(const NodeSetup& setup) {
    Json out{{"node", setup.node}, {"ports", setup.ports.of}, {"file", setup.file}};
    if (const auto& pem = setup.certificates)
        out["tls"] = {{"ca", pem->ca}, {"node", pem->node}, {"node_key", pem->node_key}};
    return out.dump();
}

NodeSetup read_setup(std::string_view json) {
    const Json in = Json::parse(json);
    NodeSetup setup{.node = in.at("node"), .ports = {}, .file = in.at("file"), .certificates = {}};
    in.at("ports").get_to(setup.ports.of);
    if (in.contains("tls"))
        setup.certificates = {
            .ca = in["tls"].at("ca"), .node = in["tls"].at("node"), .node_key = in["tls"].at("node_key")};
    return setup;
}

std::string to_json(const LinkFaults& faults) {
    return Json{{"delay", faults.delay.count()},
                {"max_piece", faults.max_piece},
                {"drop", faults.is_dropping},
                {"half_open", faults.is_half_open}}
        .dump();
}

LinkFaults read_faults(std::string_view json) {
    const Json in = Json::parse(json);
    return {.delay = std::chrono::nanoseconds(in.at("delay").get<std::int64_t>()),
            .max_piece = in.at("max_piece"),
            .is_dropping = in.at("drop"),
            .is_half_open = in.at("half_open")};
}

}  // namespace txcouchbase::cluster::tool
