// The manager: decides which node keeps what, and leads the nodes there. What ns_server is to a real cluster.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tests/cluster/message.hpp"
#include "tests/cluster/options.hpp"

namespace txcouchbase::cluster {

/// Why the manager refuses a command: a word, and a sentence that says where it was wrong.
struct Refusal {
    unsigned http_status = 400;
    std::string words;
};

/**
 * A machine too: commands and messages in, messages out. It needs no time: a rebalance goes on when nodes report.
 *
 * Every change gives a new state with a higher serial, and a higher revision to each bucket whose map or nodes
 * changed; it goes to every node that is up. A failed-over node is told too (that it has nothing any more).
 *
 * Rebalance moves one vBucket at a time per bucket: pending copy at the target, CaughtUp, HandOver to the active,
 * TookOver, new map. fail_over promotes replicas at once; a vBucket without replica has no owner (-1) then.
 * A node that goes down in a rebalance stops it where it is, with a map that is true.
 */
class Manager {
public:
    using Tell = std::function<void(NodeId, Message)>;

    Manager(Tell tell, std::function<std::uint64_t()> random, ClusterSettings settings,
            std::vector<UserInfo> users);

    // All return nothing when they began or did what was asked.
    /// The first nodes become members at once; later ones with the next rebalance.
    NodeId add_node(const Ports& ports, std::string hostname = "$HOST");
    std::optional<Refusal> create_bucket(const BucketOptions& options);
    std::optional<Refusal> delete_bucket(std::string_view name);
    std::optional<Refusal> flush_bucket(std::string_view name);
    std::optional<Refusal> put_user(UserInfo user);
    std::optional<Refusal> remove_user(std::string_view name);
    std::optional<Refusal> fail_over(NodeId node);
    /// Brings in nodes that were added, takes out `ejected`, spreads the vBuckets evenly over the rest.
    std::optional<Refusal> rebalance(std::span<const NodeId> ejected = {});
    void set_settings(const ClusterSettings& settings);
    void set_alternate_address(NodeId node, std::string network, AlternateAddress address);

    bool is_rebalancing() const noexcept;

    /// The process of a node is there (first start or restart): it is told the state. Ports may be new.
    void on_node_up(NodeId node);
    void on_node_down(NodeId node);
    void on_message(NodeId from, Message message);

    StatePtr state() const noexcept;

private:
    // The owner of this file completes the private part.
};

}  // namespace txcouchbase::cluster
