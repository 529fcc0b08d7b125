// One node that a connection talks to.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "net/couchbase_handshake.hpp"
#include "net/kv_session.hpp"

namespace txcouchbase {

struct Node {
    /// `handshake`: null for the lobby, where operations wait that have no node (yet), and which has no session.
    Node(net::OperationTable& table, net::DeadlineWheel& wheel, std::uint8_t index, std::string name,
         const net::PipelineLimits& limits, std::unique_ptr<net::Handshake> handshake,
         net::OperationWatcher& watcher)
        : machine(table, wheel, index, std::move(name), limits, std::move(handshake), &watcher) {}

    net::KvMachine machine;
    std::optional<net::KvSession> session;
    /// Of a node of a cluster; belongs to the machine, which keeps it until it is closed.
    net::CouchbaseHandshake* cluster_handshake = nullptr;
    std::optional<Error> connect_error;  // of the first attempt
    bool was_tried = false;
};

}  // namespace txcouchbase
