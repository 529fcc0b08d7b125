// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/roles.hpp"

#include <algorithm>

namespace txcouchbase::cluster {

Role role_of(const BucketInfo& bucket, std::uint16_t vbucket, NodeId node) {
    const auto found = std::find(bucket.servers.begin(), bucket.servers.end(), node);
    if (found == bucket.servers.end()) return {};
    if (bucket.type == BucketType::memcached) return {.state = VbucketState::active};
    const int index = static_cast<int>(found - bucket.servers.begin());
    const std::vector<int>& row = bucket.map[vbucket];
    if (row.front() == index) return {.state = VbucketState::active};
    const bool is_target = std::any_of(bucket.moves.begin(), bucket.moves.end(), [&](const Move& move) {
        return move.vbucket == vbucket && move.to == node;
    });
    const bool is_replica = std::find(row.begin() + 1, row.end(), index) != row.end();
    if (!is_replica && !is_target) return {};
    Role role{.state = is_replica ? VbucketState::replica : VbucketState::pending, .is_target = is_target};
    if (row.front() != nobody) role.leader = bucket.servers[static_cast<std::size_t>(row.front())];
    return role;
}

bool shares_history(const std::vector<MutationToken>& failover_log, MutationToken point) noexcept {
    if (point.seqno == 0) return true;
    const auto found =
        std::find_if(failover_log.begin(), failover_log.end(),
                     [&](const MutationToken& entry) { return entry.vbucket_uuid == point.vbucket_uuid; });
    if (found == failover_log.end()) return false;
    return found == failover_log.begin() || point.seqno <= std::prev(found)->seqno;
}

std::vector<MutationToken> history_until(std::vector<MutationToken> failover_log, std::uint64_t seqno) {
    const auto first = std::find_if(failover_log.begin(), failover_log.end(),
                                    [seqno](const MutationToken& entry) { return entry.seqno <= seqno; });
    if (first != failover_log.end()) failover_log.erase(failover_log.begin(), first);
    return failover_log;
}

}  // namespace txcouchbase::cluster
