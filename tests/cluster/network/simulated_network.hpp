// A cluster and its network in one value: no clock, no thread, no socket; the caller says what happens next, and when.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/manager/manager.hpp"
#include "tests/cluster/network/link.hpp"
#include "tests/cluster/network/random_source.hpp"
#include "tests/cluster/node/node_machine.hpp"

namespace txcouchbase::cluster {

/// A client's end of its connections. Nothing is called from inside SimulatedNetwork's connect(), send() or close().
class ClientEndpoint {
public:
    virtual ~ClientEndpoint() = default;
    virtual void on_bytes(ConnectionId connection, ByteView bytes) = 0;
    /// The node closed it, or is gone. Not told of what the client closed itself.
    virtual void on_closed(ConnectionId connection) = 0;
};

/// Something that can happen now.
struct NetworkEvent {
    enum class Kind : std::uint8_t {
        bytes_to_node,  ///< `size` bytes have arrived
        bytes_to_client,
        close_to_node,  ///< the node learns that the client is gone
        close_to_client,
        message,  ///< the oldest from `from` to `to` (manager_id: the manager)
        timer,    ///< what node `to` waited for is due
    };
    Kind kind = Kind::timer;
    ConnectionId connection = 0;
    NodeId from = 0;
    NodeId to = 0;
    std::size_t size = 0;

    bool operator==(const NetworkEvent&) const noexcept = default;
};

/**
 * Nodes, their manager and the wires to clients.
 *
 *     network.add_node(); network.manager().create_bucket({});
 *     network.run();                       // everything that can happen without time passing, in the seed's order
 *     auto connection = network.connect(0, Service::kv, client);
 *     network.send(*connection, frame);
 *     network.happen(network.events()[0], 1);  // or one event at a time, and of bytes as many as the caller likes
 *     network.advance(5ms);
 *
 * Order:  bytes of one direction of a connection, and messages of one sender to one receiver, keep their order;
 *         everything else is the caller's choice, or the seed's (step(), run()).
 * Truth:  the same seed and the same calls give the same trace().
 */
class SimulatedNetwork {
public:
    explicit SimulatedNetwork(std::uint64_t seed, const ClusterSettings& settings = {},
                              std::vector<UserInfo> users = {});
    ~SimulatedNetwork();
    SimulatedNetwork(const SimulatedNetwork&) = delete;
    SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;

    Time now() const noexcept { return now_; }
    Manager& manager() noexcept { return manager_; }
    /// Null when it is down.
    NodeMachine* node(NodeId node) noexcept;

    /// Starts a node; its ports are numbers that nothing listens on, 10 for each node from 20000 on.
    NodeId add_node();
    void freeze(NodeId node);
    void thaw(NodeId node);
    /// Its connections are reset, messages from and to it are lost; what was on disk is kept for restart().
    void kill(NodeId node);
    void restart(NodeId node);
    void set_faults(NodeId node, const LinkFaults& faults);
    /// A command of the control surface for this node.
    void control(NodeId node, std::string json);

    /// Nothing when the node is down (refused). The endpoint must live until the connection is closed or lost.
    std::optional<ConnectionId> connect(NodeId node, Service service, ClientEndpoint& client);
    void send(ConnectionId connection, ByteView bytes);
    /// What was sent before still arrives.
    void close(ConnectionId connection);
    /// What is under way is lost, unless the link is half-open: then the node still gets it, and the end after it.
    void reset(ConnectionId connection);
    /// The node's end breaks: clients of all its connections learn it.
    void reset_connections(NodeId node);

    /// What can happen now, in an order that is always the same.
    std::vector<NetworkEvent> events() const;
    /// `event` must be one of events(); `max_bytes` cuts what arrives, the rest stays for later.
    void happen(const NetworkEvent& event, std::size_t max_bytes = static_cast<std::size_t>(-1));
    /// When something can happen next that cannot now.
    std::optional<Time> next_time() const;
    void advance(std::chrono::nanoseconds duration) { now_ += duration; }

    /// One event of the seed's choice, bytes in pieces of its choice; false when there is none.
    bool step();
    /// Until nothing can happen any more without time passing.
    void run();
    /// Everything that happens in this time, each thing at its time.
    void run_for(std::chrono::nanoseconds duration);

    /// Everything that happened.
    const std::vector<NetworkEvent>& trace() const noexcept { return trace_; }

private:
    struct Member;
    /// One direction: what is under way, and what has arrived but was not taken.
    struct Way {
        Link link = {};
        std::string arrived = {};
        bool is_ended = false;

        bool empty() const noexcept { return link.empty() && arrived.empty(); }
    };
    struct Wire {
        NodeId node = 0;
        Service service = Service::kv;
        ClientEndpoint* client = nullptr;  ///< null: the client is gone
        bool is_accepted = false;
        bool is_served = true;  ///< false: the node closed it
        Way to_node = {};
        Way to_client = {};
    };

    bool can_run(NodeId node) const;
    void tell(NodeId from, NodeId to, Message message);
    void start(NodeId node, NodeImage image);
    void add_wire_events(std::vector<NetworkEvent>& out) const;
    std::string take(Way& way, std::size_t max_bytes);
    std::size_t arrived(const Way& way) const;
    void deliver_to_node(const NetworkEvent& event, std::size_t max_bytes);
    void deliver_to_client(const NetworkEvent& event, std::size_t max_bytes);
    void deliver_message(const NetworkEvent& event);
    void break_wire(Wire& wire);
    void forget_if_done(ConnectionId connection);

    Time now_;
    RandomSource choices_;
    RandomSource secrets_;
    std::map<NodeId, std::unique_ptr<Member>> members_;
    std::map<std::pair<NodeId, NodeId>, std::deque<Message>> messages_ = {};
    std::map<ConnectionId, Wire> wires_ = {};
    ConnectionId last_connection_ = 0;
    std::vector<NetworkEvent> trace_ = {};
    Manager manager_;
};

}  // namespace txcouchbase::cluster
