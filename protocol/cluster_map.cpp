// SPDX-License-Identifier: Apache-2.0
#include "protocol/cluster_map.hpp"

namespace txcouchbase::protocol {

std::string MapNode::address(MapService service, bool is_tls) const {
    const std::uint16_t port = ports.of(service, is_tls);
    if (port == 0) return {};
    const bool is_bracketed = hostname.find(':') != std::string::npos;
    return (is_bracketed ? '[' + hostname + ']' : hostname) + ':' + std::to_string(port);
}

}  // namespace txcouchbase::protocol
