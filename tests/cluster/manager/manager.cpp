// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/manager.hpp"

#include <algorithm>
#include <cstdio>

#include "tests/cluster/manager/management.hpp"
#include "tests/cluster/manager/placement.hpp"
#include "tests/cluster/manager/topology.hpp"

namespace txcouchbase::cluster {

namespace {

Refusal refuse(std::string words, unsigned http_status = 400) {
    return {http_status, std::move(words)};
}

Refusal no_such_node(NodeId node) {
    return refuse("node " + std::to_string(node) + " is not part of the cluster", 404);
}

Refusal no_such_bucket(std::string_view name) {
    return refuse("there is no bucket \"" + std::string(name) + '"', 404);
}

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '%';
}

std::optional<Refusal> check_options(const BucketOptions& options) {
    const std::string& name = options.name;
    if (name.empty() || name.size() > 100 || name.front() == '.')
        return refuse("a bucket's name has 1 to 100 characters and does not begin with a dot");
    if (!std::all_of(name.begin(), name.end(), is_name_character))
        return refuse(
            "a bucket's name has only the characters A-Z, a-z, 0-9, underscore, period, dash and percent");
    if (options.vbuckets < 1 || options.vbuckets > 1'024) return refuse("vbuckets must be 1 to 1024");
    if (options.replicas > 3) return refuse("replicas must be 0 to 3");
    return std::nullopt;
}

NodeInfo* find(ClusterState& state, NodeId node) {
    return const_cast<NodeInfo*>(state.find_node(node));
}

std::vector<NodeId> members(const ClusterState& state) {
    std::vector<NodeId> out;
    for (const NodeInfo& node : state.nodes)
        if (node.is_member) out.push_back(node.id);
    return out;
}

}  // namespace

Manager::Manager(Tell tell, std::function<std::uint64_t()> random, ClusterSettings settings,
                 std::vector<UserInfo> users)
    : tell_(std::move(tell)), random_(std::move(random)) {
    ClusterState first;
    first.uuid = new_uuid();
    first.settings = settings;
    first.users = std::move(users);
    state_ = std::make_shared<const ClusterState>(std::move(first));
}

std::string Manager::new_uuid() const {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(random_()),
                  static_cast<unsigned long long>(random_()));
    return text;
}

void Manager::tell(NodeId node, Message message) {
    if (is_up(node)) tell_(node, std::move(message));
}

void Manager::publish(ClusterState next) {
    ++next.serial;
    state_ = std::make_shared<const ClusterState>(std::move(next));
    for (const NodeId node : up_) tell_(node, NewState{state_});
}

void Manager::bump(BucketInfo& bucket) {
    bucket.version = {1, ++revisions_[bucket.name]};
}

void Manager::bump_all(ClusterState& state) {
    ++state.version.revision;
    for (BucketInfo& bucket : state.buckets) bump(bucket);
}

NodeId Manager::add_node(const Ports& ports, std::string hostname) {
    ClusterState next = draft();
    const bool is_member = next.buckets.empty();
    next.nodes.push_back({.id = next_node_,
                          .uuid = new_uuid(),
                          .hostname = std::move(hostname),
                          .ports = ports,
                          .is_member = is_member});
    if (is_member) bump_all(next);
    publish(std::move(next));
    return next_node_++;
}

std::optional<Refusal> Manager::create_bucket(const BucketOptions& options) {
    if (auto refusal = check_options(options)) return refusal;
    if (state_->find_bucket(options.name)) return refuse("Bucket with given name already exists");
    if (rebalance_) return refuse("Cannot create buckets during rebalance");
    ClusterState next = draft();
    BucketInfo bucket{.name = options.name,
                      .uuid = new_uuid(),
                      .type = options.type,
                      .vbuckets = options.vbuckets,
                      .replicas = options.replicas,
                      .ram_quota_mb = options.ram_quota_mb,
                      .is_flush_enabled = options.is_flush_enabled,
                      .servers = members(next)};
    if (bucket.servers.empty()) return refuse("there is no node that could keep a bucket");
    if (bucket.type == BucketType::couchbase)
        bucket.map = place_new(bucket.vbuckets, bucket.servers.size(), bucket.replicas);
    else
        bucket.replicas = 0;
    bump(bucket);
    next.buckets.push_back(std::move(bucket));
    publish(std::move(next));
    return std::nullopt;
}

std::optional<Refusal> Manager::delete_bucket(std::string_view name) {
    if (!state_->find_bucket(name)) return no_such_bucket(name);
    if (rebalance_) return refuse("Cannot delete buckets during rebalance.\r\n", 503);
    ClusterState next = draft();
    std::erase_if(next.buckets, [&](const BucketInfo& bucket) { return bucket.name == name; });
    publish(std::move(next));
    return std::nullopt;
}

std::optional<Refusal> Manager::flush_bucket(std::string_view name) {
    const BucketInfo* bucket = state_->find_bucket(name);
    if (bucket == nullptr) return no_such_bucket(name);
    if (!bucket->is_flush_enabled) return refuse("Flush is disabled for the bucket");
    if (rebalance_) return refuse("Cannot flush buckets during rebalance", 503);
    for (const NodeId node : bucket->servers)
        if (!is_up(node)) return refuse("node " + std::to_string(node) + " is down and cannot flush", 503);
    for (const NodeId node : bucket->servers) tell(node, FlushBucket{bucket->uuid});
    return std::nullopt;
}

std::optional<Refusal> Manager::put_user(UserInfo user) {
    ClusterState next = draft();
    const auto found = std::find_if(next.users.begin(), next.users.end(),
                                    [&](const UserInfo& known) { return known.name == user.name; });
    if (user.name.empty()) return refuse("a user has a name");
    if (!user.password && found != next.users.end()) user.password = found->password;
    if (!user.password) return refuse("a new user needs a password");
    if (found == next.users.end())
        next.users.push_back(std::move(user));
    else
        *found = std::move(user);
    publish(std::move(next));
    return std::nullopt;
}

std::optional<Refusal> Manager::remove_user(std::string_view name) {
    if (!state_->find_user(name)) return refuse("User was not found.", 404);
    ClusterState next = draft();
    std::erase_if(next.users, [&](const UserInfo& user) { return user.name == name; });
    publish(std::move(next));
    return std::nullopt;
}

void Manager::set_settings(const ClusterSettings& settings) {
    ClusterState next = draft();
    next.settings = settings;
    publish(std::move(next));
}

void Manager::set_alternate_address(NodeId node, std::string network, AlternateAddress address) {
    ClusterState next = draft();
    NodeInfo* info = find(next, node);
    if (info == nullptr) return;
    info->alternate_addresses[std::move(network)] = std::move(address);
    bump_all(next);
    publish(std::move(next));
}

std::optional<Refusal> Manager::fail_over(NodeId node) {
    const NodeInfo* info = state_->find_node(node);
    if (info == nullptr) return no_such_node(node);
    if (!info->is_member)
        return refuse("node " + std::to_string(node) + " has been failed over or not rebalanced in");
    if (members(*state_).size() == 1) return refuse("the last node cannot be failed over");
    ClusterState next = draft();
    if (rebalance_) stop_rebalance(next, node);
    if (rebalance_)
        rebalance_->to_fail_over.push_back(node);
    else
        take_out(next, node);
    publish(std::move(next));
    return std::nullopt;
}

void Manager::take_out(ClusterState& state, NodeId node) {
    if (members(state) == std::vector{node}) return;  // the others were failed over meanwhile
    find(state, node)->is_member = false;
    for (BucketInfo& bucket : state.buckets) fail_over_server(bucket, node, up_);
    bump_all(state);
}

void Manager::on_node_up(NodeId node) {
    up_.insert(node);
    ClusterState next = draft();
    if (NodeInfo* info = find(next, node)) ++info->incarnation;
    publish(std::move(next));
}

void Manager::on_node_down(NodeId node) {
    up_.erase(node);
    if (!rebalance_) return;
    ClusterState next = draft();
    stop_rebalance(next, node);
    publish(std::move(next));
}

void Manager::on_message(NodeId from, const Message& message) {
    if (!is_up(from)) return;
    if (const auto* caught_up = std::get_if<CaughtUp>(&message)) on_caught_up(from, *caught_up);
    if (const auto* took_over = std::get_if<TookOver>(&message)) on_took_over(from, *took_over);
    if (const auto* request = std::get_if<ManagementRequest>(&message)) tell(from, manage(*this, *request));
}

}  // namespace txcouchbase::cluster
