// The whole truth about a cluster as its manager tells it to every node: nodes, buckets with their maps, users.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocol/config_version.hpp"
#include "protocol/secret.hpp"
#include "tests/cluster/options.hpp"

namespace txcouchbase::cluster {

/// Nodes are numbered as they join, from 0; numbers are never used again.
using NodeId = std::uint32_t;
/// The manager's place among the senders and receivers of messages.
constexpr NodeId manager_id = ~NodeId{0};

/// Every service of a node that has a port of its own.
enum class Service : std::uint8_t { kv, kv_tls, rest, rest_tls, views, views_tls };
constexpr std::size_t service_count = 6;
constexpr bool is_tls(Service service) noexcept {
    return service == Service::kv_tls || service == Service::rest_tls || service == Service::views_tls;
}

/// 0 is a service that the node does not offer.
struct Ports {
    std::uint16_t of[service_count] = {};

    std::uint16_t& operator[](Service service) noexcept { return of[static_cast<std::size_t>(service)]; }
    std::uint16_t operator[](Service service) const noexcept { return of[static_cast<std::size_t>(service)]; }
    bool operator==(const Ports&) const noexcept = default;
};

struct AlternateAddress {
    std::string hostname;
    Ports ports = {};  ///< all 0: the node's own ports
};

struct NodeInfo {
    NodeId id = 0;
    std::string uuid;
    /// As maps name it; "$HOST" for the address that the client used, as a node on loopback says it.
    std::string hostname = "$HOST";
    Ports ports = {};
    std::map<std::string, AlternateAddress> alternate_addresses = {};
    bool is_member = true;  ///< false: added, but not yet rebalanced in: no bucket's data
    /// How often its process was started. Messages to and from an earlier one are lost.
    std::uint32_t incarnation = 0;
};

/// A vBucket on its way to another node, which has a pending copy until it takes over.
struct Move {
    std::uint16_t vbucket = 0;
    NodeId to = 0;
};

/// No owner in a row of a map.
constexpr int nobody = -1;
/// A row for each vBucket: the active's index in `servers`, then the replicas'.
using VbucketMap = std::vector<std::vector<int>>;

struct BucketInfo {
    std::string name;
    std::string uuid;
    BucketType type = BucketType::couchbase;
    std::uint16_t vbuckets = 64;
    std::uint8_t replicas = 1;
    std::uint32_t ram_quota_mb = 256;
    bool is_flush_enabled = true;
    protocol::ConfigVersion version = {1, 1};
    std::vector<NodeId> servers = {};  ///< the nodes with its data, in the order that the map's indexes mean
    VbucketMap map = {};
    VbucketMap forward_map = {};   ///< while a rebalance runs: where it ends
    std::vector<Move> moves = {};  ///< those that are under way now
};

/// What somebody may do with one bucket.
struct BucketRights {
    bool may_read = false;
    bool may_write = false;
};

struct UserInfo {
    std::string name;
    std::shared_ptr<const protocol::Secret> password = {};
    bool is_admin = false;
    /// By name of bucket; "*" is every bucket.
    std::map<std::string, BucketRights> buckets = {};

    BucketRights rights(const std::string& bucket) const;
};

struct ClusterSettings {
    std::uint32_t scram_iterations = 1'000;
    std::chrono::nanoseconds replication_lag{0};
    std::chrono::nanoseconds persistence_delay{0};
    std::size_t max_value = 20'971'520;
};

/// Swapped whole: a node that gets one forgets the last.
struct ClusterState {
    std::string uuid;
    std::string name = "txcouchbase development cluster";
    /// Grows with every change of anything here.
    std::uint64_t serial = 0;
    protocol::ConfigVersion version = {1, 1};  ///< of the cluster's own map, which has no bucket
    std::vector<NodeInfo> nodes = {};
    std::vector<BucketInfo> buckets = {};
    std::vector<UserInfo> users = {};
    ClusterSettings settings = {};

    const NodeInfo* find_node(NodeId id) const noexcept;
    const BucketInfo* find_bucket(std::string_view name) const noexcept;
    const UserInfo* find_user(std::string_view name) const noexcept;
};
using StatePtr = std::shared_ptr<const ClusterState>;

}  // namespace txcouchbase::cluster
