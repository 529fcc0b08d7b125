// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/simulated_network.hpp"

#include <algorithm>
#include <utility>

namespace txcouchbase::cluster {

namespace {

using Kind = NetworkEvent::Kind;

/// 2023-11-14, as good as any: real expiry times are after 1970-01-31.
constexpr Time beginning{std::chrono::seconds(1'700'000'000)};

Ports ports_of(NodeId node) {
    Ports ports;
    for (std::size_t i = 0; i != service_count; ++i)
        if (!is_tls(static_cast<Service>(i)))
            ports.of[i] = static_cast<std::uint16_t>(20'000 + 10 * node + i);
    return ports;
}

}  // namespace

/// A node's place: its process, or what is left of it.
struct SimulatedNetwork::Member final : NodeHost {
    Member(SimulatedNetwork& of, NodeId number) : network(of), self(number) {}

    void send(ConnectionId connection, ByteView bytes) override {
        const auto wire = network.wires_.find(connection);
        if (wire == network.wires_.end() || wire->second.client == nullptr) return;
        wire->second.to_client.link.push(bytes, network.now_, faults);
    }
    void close(ConnectionId connection) override {
        const auto wire = network.wires_.find(connection);
        if (wire == network.wires_.end()) return;
        wire->second.is_served = false;
        wire->second.to_client.is_ended = true;
    }
    void tell(NodeId peer, Message message) override { network.tell(self, peer, std::move(message)); }
    void persist(const VbucketName&, const std::vector<MutationToken>&,
                 const std::vector<DocumentPtr>&) override {}
    std::uint64_t random() override { return network.secrets_(); }

    SimulatedNetwork& network;
    NodeId self;
    LinkFaults faults = {};
    bool is_frozen = false;
    NodeImage disk = {};
    std::unique_ptr<NodeMachine> machine = {};
};

SimulatedNetwork::SimulatedNetwork(std::uint64_t seed, const ClusterSettings& settings,
                                   std::vector<UserInfo> users)
    : now_(beginning),
      choices_(seed),
      secrets_(~seed),
      manager_([this](NodeId to, Message message) { tell(manager_id, to, std::move(message)); },
               [this] { return secrets_(); }, settings, std::move(users)) {}

SimulatedNetwork::~SimulatedNetwork() = default;

NodeMachine* SimulatedNetwork::node(NodeId node) noexcept {
    const auto found = members_.find(node);
    return found == members_.end() ? nullptr : found->second->machine.get();
}

bool SimulatedNetwork::can_run(NodeId node) const {
    const auto found = members_.find(node);
    return found != members_.end() && found->second->machine && !found->second->is_frozen;
}

void SimulatedNetwork::tell(NodeId from, NodeId to, Message message) {
    if (to == manager_id || node(to) != nullptr) messages_[{from, to}].push_back(std::move(message));
}

NodeId SimulatedNetwork::add_node() {
    const auto expected = static_cast<NodeId>(members_.size());
    const NodeId number = manager_.add_node(ports_of(expected));
    members_[number] = std::make_unique<Member>(*this, number);
    start(number, {});
    return number;
}

void SimulatedNetwork::start(NodeId node, NodeImage image) {
    Member& member = *members_.at(node);
    member.machine = std::make_unique<NodeMachine>(node, member, std::move(image));
    member.is_frozen = false;
    manager_.on_node_up(node);
}

void SimulatedNetwork::freeze(NodeId node) {
    members_.at(node)->is_frozen = true;
}
void SimulatedNetwork::thaw(NodeId node) {
    members_.at(node)->is_frozen = false;
}

void SimulatedNetwork::kill(NodeId node) {
    Member& member = *members_.at(node);
    if (!member.machine) return;
    member.disk = member.machine->persisted_image();
    member.machine.reset();
    std::erase_if(messages_, [node](const auto& queue) {
        return queue.first.first == node || queue.first.second == node;
    });
    reset_connections(node);
    manager_.on_node_down(node);
}

void SimulatedNetwork::restart(NodeId node) {
    Member& member = *members_.at(node);
    if (!member.machine) start(node, std::move(member.disk));
}

void SimulatedNetwork::set_faults(NodeId node, const LinkFaults& faults) {
    members_.at(node)->faults = faults;
}

void SimulatedNetwork::control(NodeId node, std::string json) {
    tell(manager_id, node, NodeControl{std::move(json)});
}

std::optional<ConnectionId> SimulatedNetwork::connect(NodeId node, Service service, ClientEndpoint& client) {
    if (this->node(node) == nullptr) return std::nullopt;
    wires_[++last_connection_] = {.node = node, .service = service, .client = &client};
    return last_connection_;
}

void SimulatedNetwork::send(ConnectionId connection, ByteView bytes) {
    const auto found = wires_.find(connection);
    if (found == wires_.end() || !found->second.is_served) return;
    found->second.to_node.link.push(bytes, now_, members_.at(found->second.node)->faults);
}

void SimulatedNetwork::close(ConnectionId connection) {
    const auto found = wires_.find(connection);
    if (found == wires_.end()) return;
    found->second.client = nullptr;
    found->second.to_client = {};
    found->second.to_node.is_ended = true;
    forget_if_done(connection);
}

void SimulatedNetwork::reset(ConnectionId connection) {
    const auto found = wires_.find(connection);
    if (found == wires_.end()) return;
    if (!members_.at(found->second.node)->faults.is_half_open) found->second.to_node = {};
    close(connection);
}

void SimulatedNetwork::reset_connections(NodeId node) {
    for (auto& [connection, wire] : wires_) {
        if (wire.node != node || !wire.is_served) continue;
        if (NodeMachine* machine = this->node(node); machine != nullptr && wire.is_accepted)
            machine->on_lost(connection);
        break_wire(wire);
    }
    std::erase_if(
        wires_, [](const auto& entry) { return entry.second.client == nullptr && !entry.second.is_served; });
}

void SimulatedNetwork::break_wire(Wire& wire) {
    wire.is_served = false;
    wire.to_node = {};
    wire.to_client = {};
    wire.to_client.is_ended = true;
}

std::size_t SimulatedNetwork::arrived(const Way& way) const {
    if (!way.arrived.empty()) return way.arrived.size();
    const std::optional<Time> due = way.link.deadline();
    return due && *due <= now_ ? 1 : 0;
}

void SimulatedNetwork::add_wire_events(std::vector<NetworkEvent>& out) const {
    for (const auto& [connection, wire] : wires_) {
        const auto add = [&, id = connection, node = wire.node](Kind kind, std::size_t size) {
            out.push_back({.kind = kind, .connection = id, .to = node, .size = size});
        };
        if (wire.is_served && can_run(wire.node)) {
            if (const std::size_t size = arrived(wire.to_node); size != 0) add(Kind::bytes_to_node, size);
            if (wire.to_node.is_ended && wire.to_node.empty()) add(Kind::close_to_node, 0);
        }
        if (wire.client == nullptr) continue;
        if (const std::size_t size = arrived(wire.to_client); size != 0) add(Kind::bytes_to_client, size);
        if (wire.to_client.is_ended && wire.to_client.empty()) add(Kind::close_to_client, 0);
    }
}

std::vector<NetworkEvent> SimulatedNetwork::events() const {
    std::vector<NetworkEvent> out;
    add_wire_events(out);
    for (const auto& [pair, queue] : messages_)
        if (!queue.empty() && (pair.second == manager_id || can_run(pair.second)))
            out.push_back({.kind = Kind::message, .from = pair.first, .to = pair.second});
    for (const auto& [number, member] : members_) {
        const std::optional<Time> due = can_run(number) ? member->machine->deadline() : std::nullopt;
        if (due && *due <= now_) out.push_back({.kind = Kind::timer, .to = number});
    }
    return out;
}

std::optional<Time> SimulatedNetwork::next_time() const {
    std::optional<Time> next;
    const auto consider = [&](std::optional<Time> due) {
        if (due && *due > now_ && (!next || *due < *next)) next = due;
    };
    for (const auto& [connection, wire] : wires_) {
        if (wire.is_served) consider(wire.to_node.link.deadline());
        if (wire.client != nullptr) consider(wire.to_client.link.deadline());
    }
    for (const auto& [number, member] : members_)
        if (can_run(number)) consider(member->machine->deadline());
    return next;
}

void SimulatedNetwork::happen(const NetworkEvent& event, std::size_t max_bytes) {
    trace_.push_back(event);
    switch (event.kind) {
        case Kind::bytes_to_node:
        case Kind::close_to_node: return deliver_to_node(event, max_bytes);
        case Kind::bytes_to_client:
        case Kind::close_to_client: return deliver_to_client(event, max_bytes);
        case Kind::message: return deliver_message(event);
        case Kind::timer: return node(event.to)->on_time(now_);
    }
}

std::string SimulatedNetwork::take(Way& way, std::size_t max_bytes) {
    if (way.arrived.empty())
        if (std::optional<std::string> piece = way.link.take(now_)) way.arrived = std::move(*piece);
    std::string bytes = way.arrived.substr(0, max_bytes);
    way.arrived.erase(0, bytes.size());
    trace_.back().size = bytes.size();
    return bytes;
}

void SimulatedNetwork::deliver_to_node(const NetworkEvent& event, std::size_t max_bytes) {
    Wire& wire = wires_.at(event.connection);
    NodeMachine& machine = *node(wire.node);
    if (!std::exchange(wire.is_accepted, true)) machine.on_accept(event.connection, wire.service);
    if (event.kind == Kind::close_to_node) {
        wire.is_served = false;
        machine.on_lost(event.connection);
    } else {
        machine.on_bytes(event.connection, take(wire.to_node, max_bytes), now_);
        while (machine.on_drained(event.connection, now_)) {
        }
    }
    forget_if_done(event.connection);
}

void SimulatedNetwork::deliver_to_client(const NetworkEvent& event, std::size_t max_bytes) {
    Wire& wire = wires_.at(event.connection);
    ClientEndpoint& client = *wire.client;
    if (event.kind == Kind::bytes_to_client)
        return client.on_bytes(event.connection, take(wire.to_client, max_bytes));
    wires_.erase(event.connection);
    client.on_closed(event.connection);
}

void SimulatedNetwork::deliver_message(const NetworkEvent& event) {
    const auto queue = messages_.find({event.from, event.to});
    Message message = std::move(queue->second.front());
    queue->second.pop_front();
    if (event.to == manager_id)
        manager_.on_message(event.from, message);
    else
        node(event.to)->on_message(event.from, std::move(message), now_);
}

void SimulatedNetwork::forget_if_done(ConnectionId connection) {
    const auto found = wires_.find(connection);
    if (found != wires_.end() && found->second.client == nullptr && !found->second.is_served)
        wires_.erase(found);
}

bool SimulatedNetwork::step() {
    const std::vector<NetworkEvent> possible = events();
    if (possible.empty()) return false;
    const NetworkEvent& event = possible[choices_.below(possible.size())];
    const bool is_cut = choices_.below(4) == 0;
    if (is_cut)
        happen(event, 1 + choices_.below(40));
    else
        happen(event);
    return true;
}

void SimulatedNetwork::run() {
    while (step()) {
    }
}

void SimulatedNetwork::run_for(std::chrono::nanoseconds duration) {
    const Time end = now_ + duration;
    run();
    for (std::optional<Time> next = next_time(); next && *next <= end; next = next_time()) {
        now_ = *next;
        run();
    }
    now_ = end;
    run();
}

}  // namespace txcouchbase::cluster
