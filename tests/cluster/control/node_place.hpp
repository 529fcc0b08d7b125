// A node's place in a cluster: what stands between its manager and its process, wherever that is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tests/cluster/message.hpp"
#include "tests/cluster/network/link.hpp"

namespace txcouchbase::cluster {

enum class NodeStatus : std::uint8_t { running, frozen, down };

/**
 * Implemented in this process (LocalPlace) and for a child process (txcb-cluster --process-per-node).
 *
 * Order: what is delivered and asked keeps its order. A frozen node does nothing of it until it is thawed; one that
 *        is down loses it.
 */
class NodePlace {
public:
    virtual ~NodePlace() = default;

    /// Waits, the first time, until the node can be connected to. Errors: ClusterError.
    virtual Ports ports() = 0;
    virtual NodeStatus status() const = 0;
    virtual void deliver(NodeId from, Message message) = 0;
    virtual void load_sample(const std::string& bucket) = 0;
    virtual void set_faults(const LinkFaults& faults) = 0;
    virtual void reset_connections() = 0;
    virtual void freeze() = 0;
    virtual void thaw() = 0;
    virtual void kill() = 0;
    /// On the ports that it had. Errors: ClusterError, and the node is still down.
    virtual void restart() = 0;
    /// Calls back, never at once, when everything before is done, or will not be: the node is frozen or down.
    virtual void when_settled(std::function<void()> then) = 0;
};

/// What the places of a cluster have around them.
class NodeRouter {
public:
    virtual ~NodeRouter() = default;
    virtual void tell(NodeId from, NodeId to, Message message) = 0;
    /// A process ended that nobody had asked to.
    virtual void on_node_lost(NodeId node) = 0;
};

/// Makes the places of one cluster.
class NodePlaces {
public:
    virtual ~NodePlaces() = default;
    /// Begins to start a node; several can be begun before ports() waits for the first. Errors: ClusterError.
    virtual std::unique_ptr<NodePlace> make(NodeId node, NodeRouter& router) = 0;
};

}  // namespace txcouchbase::cluster
