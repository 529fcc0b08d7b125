// SPDX-License-Identifier: Apache-2.0
#include "client/router.hpp"

#include <algorithm>
#include <numeric>

namespace txcouchbase {

void Router::use_hosts(std::span<const std::string> names) {
    nodes_.resize(names.size());
    std::iota(nodes_.begin(), nodes_.end(), std::uint8_t{0});
    members_ = nodes_;
    if (names.size() > 1) ring_.emplace(names);
}

void Router::use_map(std::shared_ptr<const protocol::ClusterMap> map, std::vector<std::uint8_t> nodes,
                     std::uint8_t lobby) {
    map_ = std::move(map);
    nodes_ = std::move(nodes);
    first_ = lobby;
    std::replace(nodes_.begin(), nodes_.end(), nobody, lobby);
    members_.clear();
    for (const std::uint8_t node : nodes_)
        if (node != lobby && std::find(members_.begin(), members_.end(), node) == members_.end())
            members_.push_back(node);

    const protocol::VbucketTable& table = map_->table;
    owners_.resize(table.vbuckets());
    for (std::uint16_t vbucket = 0; vbucket < table.vbuckets(); ++vbucket)
        owners_[vbucket] = node_at(table.active(vbucket)).value_or(lobby);

    ring_.reset();
    if (map_->locator != protocol::NodeLocator::ketama) return;
    std::vector<std::string> names;
    for (std::size_t node = 0; node < map_->data_nodes; ++node)
        names.push_back(map_->nodes[node].address(protocol::MapService::kv, false));
    ring_.emplace(names);
}

std::optional<std::uint8_t> Router::node_at(int index) const noexcept {
    if (index < 0 || nodes_[static_cast<std::size_t>(index)] == first_) return std::nullopt;
    return nodes_[static_cast<std::size_t>(index)];
}

std::optional<std::uint8_t> Router::forward(std::string_view key) const noexcept {
    if (map_ == nullptr || map_->forward.empty()) return std::nullopt;
    return node_at(map_->forward.active(map_->forward.vbucket_of(key)));
}

std::optional<std::uint8_t> Router::active(std::string_view key) const noexcept {
    const std::uint8_t node = route(key).node;
    return node == first_ ? std::nullopt : std::optional{node};
}

std::optional<std::uint8_t> Router::replica(std::string_view key, unsigned replica) const noexcept {
    if (map_ == nullptr || map_->table.empty() || replica >= map_->table.replicas()) return std::nullopt;
    return node_at(map_->table.replica(map_->table.vbucket_of(key), static_cast<std::uint8_t>(replica)));
}

}  // namespace txcouchbase
