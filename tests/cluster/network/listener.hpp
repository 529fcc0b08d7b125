// A port of a node: bound for as long as the node has a place in the cluster, listening while it is up.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

namespace txcouchbase::cluster {

/**
 * Shape: 127.0.0.1. Port 0 is chosen by the kernel, once.
 * Order: clients that connect while it is paused wait, as in a kernel's backlog.
 */
class Listener {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using OnAccept = std::function<void(Socket)>;

    /// Errors: ClusterError when the port is taken.
    Listener(boost::asio::io_context& loop, std::uint16_t port, OnAccept on_accept);
    ~Listener();

    std::uint16_t port() const noexcept { return port_; }
    void listen();
    /// Refuses clients from now on, and keeps the port.
    void stop();
    void pause() noexcept;
    void resume();

private:
    struct Acceptor;
    void bind();

    boost::asio::io_context& loop_;
    std::uint16_t port_;
    OnAccept on_accept_;
    std::shared_ptr<Acceptor> acceptor_;
    bool is_paused_ = false;
};

}  // namespace txcouchbase::cluster
