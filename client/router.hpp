// From a key to the node that keeps it: by the cluster's map, or by the ring of several memcacheds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/cluster_map.hpp"
#include "protocol/ketama.hpp"

namespace txcouchbase {

/**
 * Nodes are named by the index of their machine.
 *
 * Cost: route() allocates nothing: one hash and one lookup.
 * Spec: PROTOCOL 8.
 */
class Router {
public:
    struct Target {
        std::uint8_t node = 0;
        std::uint16_t vbucket = 0;
    };
    static constexpr std::uint8_t nobody = 0xff;

    /// A ring of hosts ("host:port"), whose machines are numbered in their order from 0; one host keeps all keys.
    void use_hosts(std::span<const std::string> names);
    /// Until there is a map, all operations wait.
    void use_lobby(std::uint8_t lobby) noexcept { first_ = lobby; }
    /// `nodes` has the machine of each node of the map, or nobody. `lobby` is where operations wait that have no node.
    void use_map(std::shared_ptr<const protocol::ClusterMap> map, std::vector<std::uint8_t> nodes,
                 std::uint8_t lobby);

    Target route(std::string_view key) const noexcept {
        if (owners_.empty()) return {ring_ ? nodes_[ring_->server_of(key)] : first_, 0};
        const std::uint16_t vbucket = protocol::vbucket_of(key, static_cast<std::uint16_t>(owners_.size()));
        return {owners_[vbucket], vbucket};
    }
    /// Where the node will be, or is already, that keeps the key when the rebalance that runs is over.
    std::optional<std::uint8_t> forward(std::string_view key) const noexcept;
    /// The node of the active copy; nothing where there is none (now).
    std::optional<std::uint8_t> active(std::string_view key) const noexcept;
    /// The node of a replica, which counts from 0; nothing where there is none (now).
    std::optional<std::uint8_t> replica(std::string_view key, unsigned replica) const noexcept;

    /// Null before the first one, and always where there is no cluster.
    const std::shared_ptr<const protocol::ClusterMap>& map() const noexcept { return map_; }
    /// The machines of the map's data nodes, or of all hosts.
    std::span<const std::uint8_t> members() const noexcept { return members_; }

private:
    std::optional<std::uint8_t> node_at(int index) const noexcept;

    std::shared_ptr<const protocol::ClusterMap> map_;
    std::vector<std::uint8_t> owners_;   // by vBucket
    std::vector<std::uint8_t> nodes_;    // by index in the map or on the ring
    std::vector<std::uint8_t> members_;  // each once
    std::optional<protocol::KetamaRing> ring_;
    std::uint8_t first_ = 0;  // the only host, or the lobby
};

}  // namespace txcouchbase
