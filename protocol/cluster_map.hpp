// The cluster map as one immutable value: which node keeps which vBucket, and where the services of each node are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/config_version.hpp"
#include "protocol/vbucket_hash.hpp"

namespace txcouchbase::protocol {

/// The services that a map names with a port for each (PROTOCOL 7.2).
enum class MapService : std::uint8_t { management, kv, views, query, search, analytics };
constexpr std::size_t map_service_count = 6;

/// 0 is a port that the node does not offer.
struct MapPorts {
    std::array<std::uint16_t, map_service_count> plain{};
    std::array<std::uint16_t, map_service_count> tls{};

    std::uint16_t of(MapService service, bool is_tls) const noexcept {
        return (is_tls ? tls : plain)[static_cast<std::size_t>(service)];
    }
};

/// A node under the address that was chosen for this client (network selection, PROTOCOL 7.3).
struct MapNode {
    std::string hostname = {};  ///< IPv6 without brackets
    MapPorts ports = {};
    bool is_this_node = false;  ///< the one that told the map

    /// "host:port", IPv6 in brackets; empty without the service.
    std::string address(MapService service, bool is_tls) const;
};

enum class NodeLocator : std::uint8_t {
    none,     ///< the map of the cluster, which has no bucket
    vbucket,  ///< couchbase buckets
    ketama,   ///< memcached buckets
};

/// Where a vBucket is: indexes into ClusterMap::nodes, -1 for nobody.
class VbucketTable {
public:
    VbucketTable() = default;
    /// `owners` has 1 + replicas entries for each vBucket: the active, then the replicas.
    VbucketTable(std::uint16_t vbuckets, std::uint8_t replicas, std::vector<std::int16_t> owners)
        : owners_(std::move(owners)), vbuckets_(vbuckets), row_(static_cast<std::uint16_t>(1 + replicas)) {
        assert(owners_.size() == std::size_t{vbuckets_} * row_);
    }

    bool empty() const noexcept { return vbuckets_ == 0; }
    std::uint16_t vbuckets() const noexcept { return vbuckets_; }
    std::uint8_t replicas() const noexcept { return static_cast<std::uint8_t>(row_ - 1); }
    int active(std::uint16_t vbucket) const noexcept { return owners_[std::size_t{vbucket} * row_]; }
    /// `replica` counts from 0 and is below replicas().
    int replica(std::uint16_t vbucket, std::uint8_t replica) const noexcept {
        return owners_[std::size_t{vbucket} * row_ + 1 + replica];
    }
    std::uint16_t vbucket_of(ByteView logical_key) const noexcept {
        return protocol::vbucket_of(logical_key, vbuckets_);
    }

private:
    std::vector<std::int16_t> owners_;
    std::uint16_t vbuckets_ = 0;
    std::uint16_t row_ = 1;
};

/**
 * Made by read_cluster_map and never changed afterwards.
 *
 * Shape: the first `data_nodes` of `nodes` are those with the bucket's data, in the order that tables mean; of a ketama
 *        bucket, those on the ring. What stands behind them serves other things, even if it names a KV port. In the
 *        map of the cluster, all of them count.
 * Cost:  lookups allocate nothing.
 */
struct ClusterMap {
    ConfigVersion version = {};
    std::string bucket = {};       ///< empty: the map of the cluster
    std::string bucket_uuid = {};  ///< another one under the same name is another bucket
    NodeLocator locator = NodeLocator::none;
    std::vector<MapNode> nodes = {};
    std::size_t data_nodes = 0;
    VbucketTable table = {};
    VbucketTable forward = {};  ///< while a rebalance runs: where it ends; else empty
    std::string network = "default";
    std::vector<std::string> bucket_capabilities = {};
};

}  // namespace txcouchbase::protocol
