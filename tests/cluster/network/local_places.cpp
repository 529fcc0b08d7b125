// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/local_places.hpp"

#include <boost/asio/post.hpp>
#include <vector>

#include "tests/cluster/network/node_server.hpp"

namespace txcouchbase::cluster {

namespace {

class LocalPlace final : public NodePlace, NodeSurroundings {
public:
    LocalPlace(boost::asio::io_context& loop, NodeId node, boost::asio::ssl::context* tls, NodeRouter& router)
        : loop_(loop), router_(router), server_(loop, node, {}, tls, *this) {
        server_.start({});
    }

    Ports ports() override { return server_.ports(); }
    NodeStatus status() const override {
        if (!server_.is_up()) return NodeStatus::down;
        return server_.is_frozen() ? NodeStatus::frozen : NodeStatus::running;
    }
    void deliver(NodeId from, Message message) override { server_.deliver(from, std::move(message)); }
    void load_sample(const std::string& bucket) override { server_.load_sample(bucket); }
    void set_faults(const LinkFaults& faults) override { server_.set_faults(faults); }
    void reset_connections() override { server_.reset_connections(); }
    void freeze() override {
        server_.freeze();
        release_waiters();
    }
    void thaw() override { server_.thaw(); }
    void kill() override {
        disk_ = server_.stop();
        release_waiters();
    }
    void restart() override { server_.start(std::move(disk_)); }

    void when_settled(std::function<void()> then) override {
        waiters_.push_back(std::move(then));
        if (status() == NodeStatus::running)
            server_.do_later([this] { release_waiters(); });
        else
            release_waiters();
    }

private:
    void release_waiters() {
        for (std::function<void()>& waiter : waiters_) boost::asio::post(loop_, std::move(waiter));
        waiters_.clear();
    }

    void tell(NodeId from, NodeId to, Message message) override {
        router_.tell(from, to, std::move(message));
    }
    void persist(const VbucketName&, const std::vector<MutationToken>&,
                 const std::vector<DocumentPtr>&) override {}

    boost::asio::io_context& loop_;
    NodeRouter& router_;
    NodeServer server_;
    NodeImage disk_ = {};
    std::vector<std::function<void()>> waiters_ = {};
};

}  // namespace

std::unique_ptr<NodePlace> LocalPlaces::make(NodeId node, NodeRouter& router) {
    return std::make_unique<LocalPlace>(loop_, node, tls_, router);
}

}  // namespace txcouchbase::cluster
