// What nodes and their manager tell each other: values in process, and bytes (message_bytes.hpp) between processes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "tests/cluster/kv/vbucket.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/// Which copy a message is about. The uuid of the bucket keeps a late message away from a bucket that was recreated.
struct VbucketName {
    std::string bucket_uuid;
    std::uint16_t vbucket = 0;
    bool operator==(const VbucketName&) const = default;
};

// manager -> node

/// The truth has changed.
struct NewState {
    StatePtr state;
};
/// Give your active copy up to `to`: answer no more commands, send what is left, then TakeOver.
struct HandOver {
    VbucketName name;
    NodeId to = 0;
};
/// Forget all documents of the bucket.
struct FlushBucket {
    std::string bucket_uuid;
};
/// A command of the control surface that concerns this node: {"do": "inject", ...} (docs/txcb-cluster.md).
struct NodeControl {
    std::string json;
};

// node -> node: replication. The follower asks for each batch, so that a slow one makes nobody's memory grow: what it
// has not asked for stays in the leader's log.

/// "Send me this vBucket from here on." A follower with nothing sends {0, 0}.
struct StreamRequest {
    VbucketName name;
    MutationToken from;
    /// The first request of a stream is answered at once, the others when there is something new.
    bool is_opening = false;
    /// Of the state in which the follower follows. A leader that does not know it yet keeps the request until it does.
    std::uint64_t serial = 0;
};
/// "You have what never was: start from nothing, with a StreamRequest from {0, 0}."
struct StreamRollback {
    VbucketName name;
};
struct StreamChanges {
    VbucketName name;
    std::vector<MutationToken> failover_log;
    /// What the leader knows the follower to have: the documents are what came behind this seqno.
    std::uint64_t after = 0;
    std::vector<DocumentPtr> documents;
    /// The leader's newest seqno when this was sent: a follower that has it has caught up.
    std::uint64_t high_seqno = 0;
};
/// "You have everything: the vBucket is yours." The serial is of the state in which it was said, here and below: a move
/// that was given up may have begun again since.
struct TakeOver {
    VbucketName name;
    std::vector<MutationToken> failover_log;
    std::uint64_t serial = 0;
};

// node -> manager

/// A pending copy has caught up with its leader.
struct CaughtUp {
    VbucketName name;
    std::uint64_t serial = 0;
};
/// A pending copy is the active one now.
struct TookOver {
    VbucketName name;
    std::uint64_t serial = 0;
};
/// A management request that changes the cluster; the node has checked who asks.
struct ManagementRequest {
    std::uint64_t id = 0;
    std::string method;
    std::string path;  ///< with its query
    std::string body;
};
/// manager -> node
struct ManagementReply {
    std::uint64_t id = 0;
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
};

using Message = std::variant<NewState, HandOver, FlushBucket, NodeControl, StreamRequest, StreamRollback,
                             StreamChanges, TakeOver, CaughtUp, TookOver, ManagementRequest, ManagementReply>;

}  // namespace txcouchbase::cluster
