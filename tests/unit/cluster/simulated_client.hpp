// Clients of a simulated network that do nothing but remember.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/cluster/network/simulated_network.hpp"

namespace txcouchbase::cluster {

/// One connection and what came out of it.
struct SimulatedClient final : ClientEndpoint {
    SimulatedClient(SimulatedNetwork& of, NodeId node, Service service)
        : network(of), connection(network.connect(node, service, *this)) {}

    void on_bytes(ConnectionId, ByteView bytes) override { received.append(bytes); }
    void on_closed(ConnectionId) override { is_closed = true; }

    void send(ByteView bytes) { network.send(*connection, bytes); }
    /// What came since the last call.
    std::string take() { return std::exchange(received, {}); }
    /// Everything that comes of it without time passing.
    std::string ask(ByteView bytes) {
        send(bytes);
        network.run();
        return take();
    }

    SimulatedNetwork& network;
    std::optional<ConnectionId> connection;
    std::string received = {};
    bool is_closed = false;
};

}  // namespace txcouchbase::cluster
