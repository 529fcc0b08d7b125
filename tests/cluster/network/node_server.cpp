// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/node_server.hpp"

#include <boost/asio/post.hpp>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/sample/beer_sample.hpp"

namespace txcouchbase::cluster {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds between_sweeps{1};

/// For salts, nonces and uuids of a cluster that serves nobody but tests: a seed from the system, then arithmetic.
std::uint64_t seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

NodeServer::NodeServer(asio::io_context& loop, NodeId self, const Ports& ports, asio::ssl::context* tls,
                       NodeSurroundings& surroundings)
    : loop_(loop),
      self_(self),
      tls_(tls),
      surroundings_(surroundings),
      timer_(loop),
      sweeper_(loop),
      random_(seed()) {
    for (std::size_t i = 0; i != service_count; ++i) {
        const auto service = static_cast<Service>(i);
        if (is_tls(service) && tls == nullptr) continue;
        listeners_.push_back(std::make_unique<Listener>(
            loop, ports[service],
            [this, service](Listener::Socket socket) { on_accept(std::move(socket), service); }));
        ports_[service] = listeners_.back()->port();
    }
}

NodeServer::~NodeServer() {
    *alive_ = nullptr;
    for (const auto& connection : connections()) connection->abandon();
}

std::vector<std::shared_ptr<ClientConnection>> NodeServer::connections() const {
    std::vector<std::shared_ptr<ClientConnection>> all;
    all.reserve(connections_.size());
    for (const auto& [id, connection] : connections_) all.push_back(connection);
    return all;
}

void NodeServer::start(NodeImage&& image) {
    try {
        for (const auto& listener : listeners_) listener->listen();
    } catch (const ClusterError&) {
        for (const auto& listener : listeners_) listener->stop();
        throw;
    }
    machine_ = std::make_unique<NodeMachine>(self_, host(), std::move(image));
    arm_timer();
    sweep();
}

NodeImage NodeServer::stop() {
    for (const auto& listener : listeners_) listener->stop();
    for (const auto& connection : connections()) connection->abandon();
    connections_.clear();
    inbox_.clear();
    timer_.cancel();
    timer_at_.reset();
    sweeper_.cancel();
    wires_.is_frozen = false;
    NodeImage image = machine_->persisted_image();
    machine_.reset();
    return image;
}

void NodeServer::freeze() {
    wires_.is_frozen = true;
    for (const auto& listener : listeners_) listener->pause();
}

void NodeServer::thaw() {
    wires_.is_frozen = false;
    run_inbox();
    for (const auto& connection : connections()) connection->resume();
    for (const auto& listener : listeners_) listener->resume();
    arm_timer();
}

void NodeServer::reset_connections() {
    do_later([this] {
        for (const auto& connection : connections()) connection->reset();
    });
}

void NodeServer::set_faults(const LinkFaults& faults) {
    const auto set = [this, faults] {
        wires_.faults = faults;
        for (const auto& connection : connections()) connection->resume();
    };
    if (is_up())
        do_later(set);
    else
        set();
}

void NodeServer::deliver(NodeId from, Message message) {
    if (!machine_) return;
    do_later([this, from, message = std::move(message)]() mutable {
        machine_->on_message(from, std::move(message), wires_.clock.now());
    });
}

void NodeServer::load_sample(std::string name) {
    do_later([this, name = std::move(name)] {
        Bucket* const bucket = machine_->node().find_bucket(name);
        const Time now = wires_.clock.now();
        if (bucket != nullptr) store_samples(*bucket, beer_sample(), machine_->node().moment(now));
        machine_->on_time(now);
    });
}

void NodeServer::do_later(std::function<void()> what) {
    inbox_.push_back(std::move(what));
    if (std::exchange(is_inbox_posted_, true)) return;
    asio::post(loop_, [alive = alive_] {
        if (*alive != nullptr) (*alive)->run_inbox();
    });
}

void NodeServer::run_inbox() {
    is_inbox_posted_ = false;
    if (!machine_ || wires_.is_frozen) return;
    // What comes in meanwhile is for the next round, so that sockets get their turn between two.
    for (std::size_t left = inbox_.size(); left != 0; --left) {
        const auto what = std::move(inbox_.front());
        inbox_.pop_front();
        what();
    }
    arm_timer();
}

void NodeServer::arm_timer() {
    if (!machine_ || wires_.is_frozen) return;
    const std::optional<Time> due = machine_->deadline();
    if (due == timer_at_) return;
    timer_at_ = due;
    if (!due) return static_cast<void>(timer_.cancel());
    timer_.expires_at(wires_.clock.steady(*due));
    timer_.async_wait([alive = alive_, due](error_code error) {
        if (!error && *alive != nullptr) (*alive)->on_timer(*due);
    });
}

void NodeServer::on_timer(Time due) {
    if (timer_at_ != due || !machine_) return;
    timer_at_.reset();
    if (wires_.is_frozen) return;  // thaw() arms it again
    machine_->on_time(wires_.clock.now());
    arm_timer();
}

void NodeServer::sweep() {
    if (!machine_) return;
    const Time now = wires_.clock.now();
    for (const auto& connection : connections()) {
        const bool is_overdue = connection->closes_at() && *connection->closes_at() <= now;
        const bool is_late = connection->accepted_at() + max_time_to_log_in <= now;
        if (is_overdue || (is_late && machine_->is_stranger(connection->id())))
            if (!wires_.is_frozen) connection->reset();
    }
    sweeper_.expires_after(between_sweeps);
    sweeper_.async_wait([alive = alive_](error_code error) {
        if (!error && *alive != nullptr) (*alive)->sweep();
    });
}

void NodeServer::on_accept(ClientConnection::Socket socket, Service service) {
    if (connections_.size() >= max_connections) return;
    const ConnectionId id = ++last_connection_;
    const auto connection = std::make_shared<ClientConnection>(
        id, std::move(socket), is_tls(service) ? tls_ : nullptr, wires_, user());
    connections_.emplace(id, connection);
    machine_->on_accept(id, service);
    connection->start();
}

void NodeServer::on_bytes(ConnectionId connection, ByteView bytes) {
    machine_->on_bytes(connection, bytes, wires_.clock.now());
    arm_timer();
}

void NodeServer::on_drained(ConnectionId connection) {
    machine_->on_drained(connection, wires_.clock.now());
    arm_timer();
}

void NodeServer::on_lost(ConnectionId connection) {
    machine_->on_lost(connection);
}

void NodeServer::on_forgotten(ConnectionId connection) {
    connections_.erase(connection);
}

void NodeServer::send(ConnectionId connection, ByteView bytes) {
    const auto found = connections_.find(connection);
    if (found != connections_.end()) found->second->send(bytes);
}

void NodeServer::close(ConnectionId connection) {
    const auto found = connections_.find(connection);
    if (found != connections_.end()) found->second->close();
}

void NodeServer::tell(NodeId peer, Message message) {
    surroundings_.tell(self_, peer, std::move(message));
}

void NodeServer::persist(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                         const std::vector<DocumentPtr>& documents) {
    surroundings_.persist(name, failover_log, documents);
}

std::uint64_t NodeServer::random() {
    return random_();
}

}  // namespace txcouchbase::cluster
