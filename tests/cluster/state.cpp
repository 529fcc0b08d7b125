// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/state.hpp"

#include <algorithm>

namespace txcouchbase::cluster {

namespace {

template <class Range, class Predicate>
auto find_in(const Range& range, Predicate is_it) noexcept -> decltype(range.data()) {
    const auto found = std::find_if(range.begin(), range.end(), is_it);
    return found == range.end() ? nullptr : &*found;
}

}  // namespace

BucketRights UserInfo::rights(const std::string& bucket) const {
    if (is_admin) return {.may_read = true, .may_write = true};
    BucketRights sum;
    for (const std::string& which : {bucket, std::string("*")}) {
        const auto found = buckets.find(which);
        if (found == buckets.end()) continue;
        sum.may_read |= found->second.may_read;
        sum.may_write |= found->second.may_write;
    }
    return sum;
}

const NodeInfo* ClusterState::find_node(NodeId id) const noexcept {
    return find_in(nodes, [id](const NodeInfo& node) { return node.id == id; });
}

const BucketInfo* ClusterState::find_bucket(std::string_view bucket) const noexcept {
    return find_in(buckets, [bucket](const BucketInfo& info) { return info.name == bucket; });
}

const UserInfo* ClusterState::find_user(std::string_view user) const noexcept {
    return find_in(users, [user](const UserInfo& info) { return info.name == user; });
}

}  // namespace txcouchbase::cluster
