// A node in this process, on real sockets: its ports, its connections, its machine and its timer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "tests/cluster/network/client_connection.hpp"
#include "tests/cluster/network/listener.hpp"
#include "tests/cluster/node/node_machine.hpp"

namespace txcouchbase::cluster {

/// Where a node's messages and its data on disk go.
class NodeSurroundings {
public:
    virtual ~NodeSurroundings() = default;
    virtual void tell(NodeId from, NodeId to, Message message) = 0;
    virtual void persist(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                         const std::vector<DocumentPtr>& documents) = 0;
};

/**
 * Binds its ports once and keeps them until it is destroyed, listening or not, so that a restart finds them.
 *
 * Shape:    at most 16,384 connections; one more is closed at once. One that has not logged in after 5 minutes is
 *           closed.
 * Threads:  the loop's.
 * Lifetime: `surroundings` and `tls` must outlive it.
 */
class NodeServer final : private NodeHost, private ConnectionUser {
public:
    static constexpr std::size_t max_connections = 16'384;
    static constexpr std::chrono::minutes max_time_to_log_in{5};

    /// Errors: ClusterError when a port is taken. `ports` of 0 are chosen by the kernel; those of TLS only if `tls`.
    NodeServer(boost::asio::io_context& loop, NodeId self, const Ports& ports, boost::asio::ssl::context* tls,
               NodeSurroundings& surroundings);
    ~NodeServer();

    const Ports& ports() const noexcept { return ports_; }
    bool is_up() const noexcept { return machine_ != nullptr; }
    bool is_frozen() const noexcept { return wires_.is_frozen; }

    /// Errors: ClusterError when somebody else listens on a port; the image is left as it was.
    void start(NodeImage&& image);
    /// As if killed: connections are reset, messages lost. What was on disk.
    NodeImage stop();
    /// What a restart would find.
    NodeImage persisted_image() const { return machine_->persisted_image(); }
    void freeze();
    void thaw();
    /// What was delivered before is done before, what a frozen node is told waits.
    void deliver(NodeId from, Message message);
    /// Runs `what` as if it were a message.
    void do_later(std::function<void()> what);
    // These wait for their turn as messages do.
    /// Fills a bucket with the beer sample.
    void load_sample(std::string bucket);
    void reset_connections();
    void set_faults(const LinkFaults& faults);

private:
    void send(ConnectionId connection, ByteView bytes) override;
    void close(ConnectionId connection) override;
    void tell(NodeId peer, Message message) override;
    void persist(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                 const std::vector<DocumentPtr>& documents) override;
    std::uint64_t random() override;

    void on_bytes(ConnectionId connection, ByteView bytes) override;
    void on_drained(ConnectionId connection) override;
    void on_lost(ConnectionId connection) override;
    void on_forgotten(ConnectionId connection) override;

    // What it is to its machine and to its connections is nobody else's business.
    NodeHost& host() noexcept { return *this; }
    ConnectionUser& user() noexcept { return *this; }

    void on_accept(ClientConnection::Socket socket, Service service);
    void run_inbox();
    void arm_timer();
    void on_timer(Time due);
    void sweep();
    std::vector<std::shared_ptr<ClientConnection>> connections() const;

    boost::asio::io_context& loop_;
    NodeId self_;
    boost::asio::ssl::context* tls_;
    NodeSurroundings& surroundings_;
    Wires wires_ = {};
    Ports ports_ = {};
    std::vector<std::unique_ptr<Listener>> listeners_ = {};
    std::unique_ptr<NodeMachine> machine_ = {};
    std::map<ConnectionId, std::shared_ptr<ClientConnection>> connections_ = {};
    ConnectionId last_connection_ = 0;
    std::deque<std::function<void()>> inbox_ = {};
    bool is_inbox_posted_ = false;
    boost::asio::steady_timer timer_;
    std::optional<Time> timer_at_ = {};
    boost::asio::steady_timer sweeper_;
    std::mt19937_64 random_;
    /// Handlers that are still under way when the server is gone look at this first.
    std::shared_ptr<NodeServer*> alive_ = std::make_shared<NodeServer*>(this);
};

}  // namespace txcouchbase::cluster
