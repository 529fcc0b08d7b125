// What the map makes of a node for one vBucket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "tests/cluster/kv/vbucket.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

struct Role {
    VbucketState state = VbucketState::dead;  ///< dead: no copy
    /// The active's node, whom a replica or pending copy follows; nothing when there is none.
    std::optional<NodeId> leader = {};
    /// A rebalance waits for this copy to catch up.
    bool is_target = false;
};

/// The role of `node`; a memcached bucket is one vBucket that each of its servers has for itself.
Role role_of(const BucketInfo& bucket, std::uint16_t vbucket, NodeId node);

/// Whether two copies with these histories agree up to `point`: the newest that one of them has, in the other's log.
bool shares_history(const std::vector<MutationToken>& failover_log, MutationToken point) noexcept;

/// As much of a leader's history as a follower has that is at `seqno`: branches that begin later are none of its own
/// yet, and it must not claim them if that leader is lost.
std::vector<MutationToken> history_until(std::vector<MutationToken> failover_log, std::uint64_t seqno);

}  // namespace txcouchbase::cluster
