// What the process of a node is told before anything else, and faults of its wires, as JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "tests/cluster/network/certificates.hpp"
#include "tests/cluster/network/link.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster::tool {

struct NodeSetup {
    NodeId node = 0;
    Ports ports = {};
    std::string file = {};  ///< its disk
    std::optional<Certificates> certificates = {};
};

// Both ends are the same program: what one wrote the other can read, or it is a bug (an exception).
std::string to_json(const NodeSetup& setup);
NodeSetup read_setup(std::string_view json);
std::string to_json(const Ports& ports);
Ports read_ports(std::string_view json);
std::string to_json(const LinkFaults& faults);
LinkFaults read_faults(std::string_view json);

}  // namespace txcouchbase::cluster::tool
