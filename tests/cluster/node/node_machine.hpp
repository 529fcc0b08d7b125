// A node: connections of clients, copies of vBuckets, the streams between copies; events in, wishes to a host out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tests/cluster/node/node.hpp"
#include "tests/cluster/node/node_host.hpp"
#include "tests/cluster/node/node_image.hpp"

namespace txcouchbase::cluster {

/**
 * One node of the cluster as a machine: it knows no socket and reads no clock.
 *
 * Events: a client's connection opens, says something, is lost; a message of another node or of the manager; the time
 *         that deadline() asked for. Wishes go to the NodeHost.
 *
 * Truth:  the manager's NewState is the only source of who keeps what. On each, the node makes, keeps, promotes and
 *         drops copies so that they agree with the map: active where the map says so, replicas that follow the active
 *         (StreamRequest), pending copies of moves. An active copy is never made out of nothing when the node has a
 *         replica of it: that one is promoted and begins a new history (failover).
 * Order:  within one event: run, then persist what is due, then stream what is due. With lag and delay 0 that is
 *         before the event ends, but the followers learn it by message.
 */
class NodeMachine {
public:
    NodeMachine(NodeId self, NodeHost& host, NodeImage image = {});
    ~NodeMachine();

    void on_accept(ConnectionId connection, Service service);
    void on_bytes(ConnectionId connection, ByteView bytes, Time now);
    /// What was sent to the client is on its way: requests that waited for that go on. True: some wait still.
    bool on_drained(ConnectionId connection, Time now);
    void on_lost(ConnectionId connection);
    /// A client that has neither logged in nor asked anything whole over HTTP.
    bool is_stranger(ConnectionId connection) const;
    void on_message(NodeId from, Message message, Time now);
    /// Messages to and from this peer may have been lost: streams with it start again. A peer that was killed and is
    /// there again needs no call: the manager's state says so (NodeInfo::incarnation).
    void on_peer_lost(NodeId peer, Time now);
    void on_time(Time now);
    std::optional<Time> deadline() const;

    /// What a restart finds (in process, where the node is its own disk).
    NodeImage persisted_image() const;

    const Node& node() const noexcept;
    /// For those who fill a bucket at start, without a client (samples).
    Node& node() noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace txcouchbase::cluster
