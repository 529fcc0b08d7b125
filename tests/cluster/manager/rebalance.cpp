// Manager's part that moves data: vBucket after vBucket, until every map is its forward map.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "tests/cluster/manager/manager.hpp"
#include "tests/cluster/manager/placement.hpp"
#include "tests/cluster/manager/topology.hpp"

namespace txcouchbase::cluster {

namespace {

bool contains(std::span<const NodeId> nodes, NodeId node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

/// The servers are those of now and those of then; the map still says who keeps what.
void aim(BucketInfo& bucket, std::span<const NodeId> members) {
    if (bucket.type == BucketType::memcached) {
        bucket.servers.assign(members.begin(), members.end());
        return;
    }
    for (const NodeId node : members)
        if (!contains(bucket.servers, node)) bucket.servers.push_back(node);
    std::vector<bool> is_usable;
    for (const NodeId node : bucket.servers) is_usable.push_back(contains(members, node));
    bucket.forward_map = place(bucket.map, is_usable, bucket.replicas);
}

BucketInfo* find_by_uuid(ClusterState& state, const std::string& uuid) {
    for (BucketInfo& bucket : state.buckets)
        if (bucket.uuid == uuid) return &bucket;
    return nullptr;
}

}  // namespace

std::vector<NodeId> Manager::members_after(std::span<const NodeId> ejected) const {
    std::vector<NodeId> out;
    for (const NodeInfo& node : state_->nodes)
        if (!contains(ejected, node.id) && (node.is_member || is_up(node.id))) out.push_back(node.id);
    return out;
}

std::optional<Refusal> Manager::check_rebalance(std::span<const NodeId> ejected) const {
    if (rebalance_) return Refusal{400, "a rebalance is running"};
    for (const NodeId node : ejected)
        if (!state_->find_node(node))
            return Refusal{404, "node " + std::to_string(node) + " is not part of the cluster"};
    for (const NodeInfo& node : state_->nodes)
        if (node.is_member && !is_up(node.id))
            return Refusal{400, "node " + std::to_string(node.id) + " is down: fail it over first"};
    const std::vector<NodeId> members = members_after(ejected);
    if (members.empty()) return Refusal{400, "no node would be left"};
    const bool is_everybody_in =
        std::all_of(state_->nodes.begin(), state_->nodes.end(),
                    [&](const NodeInfo& node) { return node.is_member || !contains(members, node.id); });
    if (!ejected.empty() || !is_everybody_in) return std::nullopt;
    for (BucketInfo bucket : state_->buckets) {
        aim(bucket, members);
        if (bucket.forward_map != bucket.map) return std::nullopt;
    }
    return Refusal{400, "there is nothing to rebalance"};
}

std::optional<Refusal> Manager::rebalance(std::span<const NodeId> ejected) {
    if (auto refusal = check_rebalance(ejected)) return refusal;
    const std::vector<NodeId> members = members_after(ejected);
    ClusterState next = draft();
    for (NodeInfo& node : next.nodes) node.is_member |= contains(members, node.id);
    for (BucketInfo& bucket : next.buckets) aim(bucket, members);
    rebalance_ = Rebalance{.ejected = {ejected.begin(), ejected.end()}};
    bump_all(next);
    go_on(next);
    publish(std::move(next));
    return std::nullopt;
}

void Manager::go_on(ClusterState& state) {
    for (BucketInfo& bucket : state.buckets) {
        if (rebalance_->is_stopping || rebalance_->moving.contains(bucket.uuid)) continue;
        bool is_bumped = false;
        for (std::uint16_t v = 0; v != bucket.forward_map.size(); ++v) {
            if (bucket.map[v] == bucket.forward_map[v]) continue;
            if (!nodes_to_fill(bucket, v).empty()) {
                begin_move(bucket, v);
                break;
            }
            bucket.map[v] = bucket.forward_map[v];
            if (!std::exchange(is_bumped, true)) bump(bucket);
        }
    }
    if (rebalance_->moving.empty()) end_rebalance(state);
}

void Manager::begin_move(BucketInfo& bucket, std::uint16_t vbucket) {
    Moving moving{.vbucket = vbucket, .since = state_->serial + 1};
    for (const NodeId node : nodes_to_fill(bucket, vbucket)) {
        moving.behind.insert(node);
        bucket.moves.push_back({vbucket, node});
    }
    rebalance_->moving[bucket.uuid] = std::move(moving);
}

Manager::Moving* Manager::find_moving(const VbucketName& name, std::uint64_t serial) {
    if (!rebalance_) return nullptr;
    const auto found = rebalance_->moving.find(name.bucket_uuid);
    if (found == rebalance_->moving.end()) return nullptr;
    Moving& moving = found->second;
    return moving.vbucket == name.vbucket && moving.since <= serial ? &moving : nullptr;
}

void Manager::on_caught_up(NodeId from, const CaughtUp& message) {
    Moving* moving = find_moving(message.name, message.serial);
    if (moving == nullptr || moving->behind.erase(from) == 0 || !moving->behind.empty()) return;
    ClusterState next = draft();
    BucketInfo& bucket = *find_by_uuid(next, message.name.bucket_uuid);
    const int active = bucket.map[message.name.vbucket].front();
    const int heir = bucket.forward_map[message.name.vbucket].front();
    if (active != heir) {
        moving->is_handing_over = true;
        tell(bucket.servers[static_cast<std::size_t>(active)],
             HandOver{message.name, bucket.servers[static_cast<std::size_t>(heir)]});
        return;
    }
    end_move(next, bucket);
    publish(std::move(next));
}

void Manager::on_took_over(NodeId from, const TookOver& message) {
    const Moving* moving = find_moving(message.name, message.serial);
    if (moving == nullptr || !moving->is_handing_over) return;
    ClusterState next = draft();
    BucketInfo& bucket = *find_by_uuid(next, message.name.bucket_uuid);
    const int heir = bucket.forward_map[message.name.vbucket].front();
    if (bucket.servers[static_cast<std::size_t>(heir)] != from) return;
    end_move(next, bucket);
    publish(std::move(next));
}

void Manager::end_move(ClusterState& state, BucketInfo& bucket) {
    const std::uint16_t vbucket = rebalance_->moving[bucket.uuid].vbucket;
    bucket.map[vbucket] = bucket.forward_map[vbucket];
    bucket.moves.clear();
    rebalance_->moving.erase(bucket.uuid);
    bump(bucket);
    go_on(state);
}

void Manager::stop_rebalance(ClusterState& state, NodeId lost) {
    rebalance_->is_stopping = true;
    std::erase_if(rebalance_->moving, [&](const auto& entry) {
        BucketInfo& bucket = *find_by_uuid(state, entry.first);
        const bool is_handing_over = entry.second.is_handing_over;
        const auto node_of = [&, id = entry.second.vbucket](const VbucketMap& map) {
            return bucket.servers[static_cast<std::size_t>(map[id].front())];
        };
        const bool goes_on =
            is_handing_over && node_of(bucket.map) != lost && node_of(bucket.forward_map) != lost;
        if (!goes_on) bucket.moves.clear();
        return !goes_on;
    });
    go_on(state);
}

void Manager::end_rebalance(ClusterState& state) {
    const bool is_done = !rebalance_->is_stopping;
    for (BucketInfo& bucket : state.buckets) {
        bucket.forward_map.clear();
        bucket.moves.clear();
        if (is_done) remove_servers(bucket, rebalance_->ejected);
    }
    if (is_done)
        std::erase_if(state.nodes,
                      [&](const NodeInfo& node) { return contains(rebalance_->ejected, node.id); });
    const std::vector<NodeId> to_fail_over = std::move(rebalance_->to_fail_over);
    rebalance_.reset();
    bump_all(state);
    for (const NodeId node : to_fail_over) take_out(state, node);
}

}  // namespace txcouchbase::cluster
