// What all connections of one node share: the state they were told, the data, who may log in, what shall go wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "tests/cluster/kv/bucket.hpp"
#include "tests/cluster/node/config_texts.hpp"
#include "tests/cluster/node/faults.hpp"
#include "tests/cluster/node/users.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/**
 * Data only; NodeMachine drives it and the connections read it.
 *
 * Until the manager's first word a node has an empty state: nobody can log in and no bucket exists.
 */
struct Node {
    NodeId self = 0;
    StatePtr state = std::make_shared<ClusterState>();
    /// By the bucket's name; those that the state names and this node serves.
    std::map<std::string, std::unique_ptr<Bucket>, std::less<>> buckets = {};
    ConfigTexts configs = {};
    Users users = {};
    FaultTable faults = {};
    std::chrono::nanoseconds clock_offset{0};  ///< time travel
    std::function<std::uint64_t()> random = {};

    Moment moment(Time now) const noexcept { return {now, now + clock_offset}; }
    Bucket* find_bucket(std::string_view name) {
        const auto found = buckets.find(name);
        return found == buckets.end() ? nullptr : found->second.get();
    }
};

}  // namespace txcouchbase::cluster
