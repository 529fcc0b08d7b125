// The control surface over HTTP, on a port of 127.0.0.1 that is nobody else's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "tests/cluster/network/listener.hpp"
#include "tests/cluster/network/live_cluster.hpp"

namespace txcouchbase::cluster::tool {

/**
 * POST /control with a command as its body, and the basic authentication of an administrator.
 *
 * Shape:  200 and the command's answer, or {"error": "..."} with the status of the refusal. At most 64 connections.
 * Order:  the answer comes when the command is done; commands of several connections overlap.
 * Threads: the loop's.
 * Lifetime: `cluster` must outlive it.
 */
class ControlServer {
public:
    ControlServer(boost::asio::io_context& loop, LiveCluster& cluster);
    ~ControlServer();

    std::string url() const;

private:
    class Connection;
    struct Shared;

    std::shared_ptr<Shared> shared_;
    Listener listener_;
};

}  // namespace txcouchbase::cluster::tool
