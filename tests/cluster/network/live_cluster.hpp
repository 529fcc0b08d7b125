// A cluster on real sockets: the manager, the places of the nodes, the messages between them, on one loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <random>
#include <set>

#include "tests/cluster/control/controller.hpp"

namespace txcouchbase::cluster {

/**
 * Threads:  the loop's, or before it runs the one that constructs.
 * Lifetime: `loop` and `places` must outlive it, and the loop must not run any more when it goes.
 */
class LiveCluster final : NodeRouter {
public:
    /// Errors: ClusterError: an option out of its range, no free port.
    LiveCluster(boost::asio::io_context& loop, const Options& options, NodePlaces& places);

    /// A command of the control surface.
    void execute(std::string_view json, Controller::Done done) { controller_.execute(json, std::move(done)); }
    void when_settled(std::function<void()> then) { controller_.when_settled(std::move(then)); }
    StatePtr state() const noexcept { return manager_.state(); }

    /// "couchbase://127.0.0.1:41001,127.0.0.1:41007": this service of every node.
    std::string addresses(std::string_view scheme, Service service) const;

private:
    void tell(NodeId from, NodeId to, Message message) override;
    void on_node_lost(NodeId node) override { controller_.on_node_lost(node); }
    void run_manager();
    void call_later(std::chrono::milliseconds delay, std::function<void()> what);

    boost::asio::io_context& loop_;
    std::mt19937_64 random_;
    Manager manager_;
    Controller controller_;
    std::deque<std::pair<NodeId, Message>> for_manager_ = {};
    std::set<std::shared_ptr<boost::asio::steady_timer>> timers_ = {};
};

}  // namespace txcouchbase::cluster
