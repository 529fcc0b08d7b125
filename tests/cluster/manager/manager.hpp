// The manager: decides which node keeps what, and leads the nodes there. What ns_server is to a real cluster.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
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
 * Rebalance moves one vBucket at a time per bucket: copies at the new places (pending), CaughtUp of each, HandOver to
 * the active one, TookOver, new map. fail_over promotes replicas at once; a vBucket without replica has no owner (-1)
 * then. A node that goes down in a rebalance stops it where it is, with a map that is true.
 */
class Manager {
public:
    using Tell = std::function<void(NodeId, Message)>;

    Manager(Tell tell, std::function<std::uint64_t()> random, ClusterSettings settings,
            std::vector<UserInfo> users);

    // All return nothing when they began or did what was asked.
    /// Members at once as long as there is no bucket; later ones become members with the next rebalance.
    NodeId add_node(const Ports& ports, std::string hostname = "$HOST");
    std::optional<Refusal> create_bucket(const BucketOptions& options);
    std::optional<Refusal> delete_bucket(std::string_view name);
    std::optional<Refusal> flush_bucket(std::string_view name);
    /// A user without password keeps the one that they have.
    std::optional<Refusal> put_user(UserInfo user);
    std::optional<Refusal> remove_user(std::string_view name);
    /// The node stays listed, but is no member: the next rebalance brings it back if it is up and not ejected. A
    /// rebalance that runs stops; a vBucket that two other nodes are handing over is waited for.
    std::optional<Refusal> fail_over(NodeId node);
    /// Brings in nodes that are up and no members, takes out `ejected` (they are forgotten at the end), spreads the
    /// vBuckets evenly over the rest.
    std::optional<Refusal> rebalance(std::span<const NodeId> ejected = {});
    void set_settings(const ClusterSettings& settings);
    void set_alternate_address(NodeId node, std::string network, AlternateAddress address);

    bool is_rebalancing() const noexcept { return rebalance_.has_value(); }

    /// The process of a node is there (first start or restart): everybody is told, itself first of all what there is.
    void on_node_up(NodeId node);
    void on_node_down(NodeId node);
    void on_message(NodeId from, const Message& message);

    StatePtr state() const noexcept { return state_; }

private:
    /// A vBucket under way, one for each bucket.
    struct Moving {
        std::uint16_t vbucket = 0;
        std::uint64_t since = 0;       ///< the serial of the state that began it
        std::set<NodeId> behind = {};  ///< those that have not caught up
        bool is_handing_over = false;
    };
    struct Rebalance {
        std::vector<NodeId> ejected = {};
        std::map<std::string, Moving> moving = {};  ///< by the bucket's uuid
        bool is_stopping = false;                   ///< ends with what is being handed over
        std::vector<NodeId> to_fail_over = {};      ///< at its end
    };

    std::string new_uuid() const;
    /// Everything is decided on a copy, which then becomes the truth.
    ClusterState draft() const { return *state_; }
    void publish(ClusterState next);
    void bump(BucketInfo& bucket);
    void bump_all(ClusterState& state);
    void tell(NodeId node, Message message);

    std::optional<Refusal> check_rebalance(std::span<const NodeId> ejected) const;
    /// Who is to have data at its end.
    std::vector<NodeId> members_after(std::span<const NodeId> ejected) const;
    bool is_up(NodeId node) const { return up_.contains(node); }
    /// Begins what can begin, ends what has ended.
    void go_on(ClusterState& state);
    void begin_move(BucketInfo& bucket, std::uint16_t vbucket);
    void end_move(ClusterState& state, BucketInfo& bucket);
    void end_rebalance(ClusterState& state);
    /// Moves that `lost` takes part in are given up, and so are those that only copy.
    void stop_rebalance(ClusterState& state, NodeId lost);
    /// Null when the message is about no move that is under way.
    Moving* find_moving(const VbucketName& name, std::uint64_t serial);
    void on_caught_up(NodeId from, const CaughtUp& message);
    void on_took_over(NodeId from, const TookOver& message);
    void take_out(ClusterState& state, NodeId node);

    Tell tell_;
    std::function<std::uint64_t()> random_;
    StatePtr state_;
    std::set<NodeId> up_ = {};
    NodeId next_node_ = 0;
    /// By bucket: one that is made again goes on counting, or clients would take its maps for old ones.
    std::map<std::string, std::int64_t, std::less<>> revisions_ = {};
    std::optional<Rebalance> rebalance_ = {};
};

}  // namespace txcouchbase::cluster
