// The copies of a node: made and dropped as the map says, led or following, and on their way to disk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "tests/cluster/node/node.hpp"
#include "tests/cluster/node/node_host.hpp"
#include "tests/cluster/node/node_image.hpp"
#include "tests/cluster/node/roles.hpp"

namespace txcouchbase::cluster {

/**
 * Follows the state of its Node (on_state) and talks with the Copies of other nodes.
 *
 * Streams: a follower opens one with a StreamRequest and gets a batch for each, so that at most one is under way. The
 *          first is answered at once; it tells the follower where it stands. What the follower has that never was
 *          is found out by the leader (StreamRollback) or, in a late message, by the follower itself.
 * Handing over: the active copy sends what is left without waiting, then TakeOver, and is dead from then on. The new
 *          active serves before the map says so; until the state has no such move any more both keep to that.
 * Failed over nodes keep their copies aside: when they come back, what they have in common with the others need not
 *          be copied again.
 */
class Copies {
public:
    Copies(Node& node, NodeHost& host, NodeImage image);

    /// The node's state is another one. Buckets of the node are made and removed.
    void on_state(Time now);
    void on_message(NodeId from, const StreamRequest& request);
    void on_message(NodeId from, const StreamRollback& rollback);
    void on_message(NodeId from, const StreamChanges& changes, Time now);
    void on_message(NodeId from, const TakeOver& take_over);
    void on_message(const HandOver& hand_over);
    void on_message(const FlushBucket& flush);
    void on_peer_lost(NodeId peer);

    /// Persists and streams what is due.
    void run(Time now);
    std::optional<Time> deadline() const;

    NodeImage persisted_image() const;

private:
    /// A follower, as its leader sees it.
    struct Stream {
        NodeId follower = 0;
        std::uint64_t sent = 0;   ///< the seqno up to which everything was sent
        bool is_waiting = false;  ///< for the next batch
        bool is_opening = false;  ///< to be answered even if there is nothing new
    };
    /// What a copy is to the outside.
    struct Ties {
        std::vector<Stream> streams = {};
        std::optional<NodeId> leader = {};  ///< whom a stream was opened with
        std::uint32_t leader_incarnation = 0;
        bool is_target = false;
        std::uint64_t target_since = 0;  ///< the serial of the state that made it one
        bool has_caught_up = false;      ///< and the manager knows it
        bool has_taken_over = false;
        std::optional<NodeId> heir = {};  ///< to whom this copy is to be handed over, or was
        std::uint64_t uuid_on_disk = 0;
        std::optional<Time> due = {};  ///< its place on the agenda
    };
    struct Served {
        Bucket* bucket = nullptr;
        bool is_persistent = true;
        std::vector<VbucketName> names = {};
        std::vector<Ties> ties = {};
    };
    using Agenda = std::set<std::tuple<Time, std::string_view, std::uint16_t>>;

    const NodeInfo* self() const { return node_.state->find_node(node_.self); }
    std::uint32_t incarnation(NodeId node) const;
    const BucketInfo* find_info(const std::string& uuid) const;
    /// Null when the bucket or the copy is not here.
    Served* find(const VbucketName& name);

    // The map (copies.cpp).
    void remove_buckets();
    Served& serve(const BucketInfo& info);
    void settle(Served& served, std::uint16_t id, const Role& role);
    void settle_active(Served& served, std::uint16_t id);
    void settle_follower(Served& served, std::uint16_t id, const Role& role);
    Vbucket& make_copy(Served& served, std::uint16_t id);
    void drop_copy(Served& served, std::uint16_t id);
    void set_aside(Served& served, std::uint16_t id);
    void forget_images();
    void begin_history(Served& served, std::uint16_t id);
    std::uint64_t new_uuid() const;

    // Streams (streams.cpp).
    bool may_follow(NodeId follower, const VbucketName& name) const;
    void open_stream(Served& served, std::uint16_t id, NodeId leader);
    void ask(const Served& served, std::uint16_t id, bool is_opening);
    void start_anew(Served& served, std::uint16_t id);
    void drop_streams(Served& served, std::uint16_t id);
    bool is_target_of_move(const Served& served, std::uint16_t id, NodeId node) const;
    void send_due(Served& served, std::uint16_t id, Stream& stream, std::optional<Time> until);
    void send_batch(Served& served, std::uint16_t id, Stream& stream, std::vector<DocumentPtr> documents);
    void hand_over(Served& served, std::uint16_t id);

    // Time (copies_time.cpp).
    void run_copy(Served& served, std::uint16_t id, Time now);
    void persist(Served& served, std::uint16_t id, Time now);
    void stream(Served& served, std::uint16_t id, Time now);
    std::optional<Time> next_due(const Served& served, std::uint16_t id, Time now) const;
    void schedule(Served& served, std::uint16_t id, std::optional<Time> due);

    Node& node_;
    NodeHost& host_;
    NodeImage aside_;
    std::map<std::string, Served> served_ = {};  ///< by the bucket's uuid
    Agenda agenda_ = {};
    /// Of followers that know a newer state than this node.
    std::vector<std::pair<NodeId, StreamRequest>> early_ = {};
};

}  // namespace txcouchbase::cluster
