// The maps as a node sends them: JSON as the real server writes it, rendered once for each version.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/// A rendered map and its place in the order of maps.
struct ConfigText {
    protocol::ConfigVersion version = {};
    std::string json = {};
};

/// The terse map of a bucket as `self` tells it (PROTOCOL 7.2): `$HOST` stands where the client's own address goes.
std::string terse_config(const ClusterState& state, const BucketInfo& bucket, NodeId self);
/// The map of the cluster, without a bucket: nodesExt only (GET_CLUSTER_CONFIG before SELECT_BUCKET, nodeServices).
std::string cluster_config(const ClusterState& state, NodeId self);
/// The verbose bucket object (PROTOCOL 7.7).
std::string verbose_config(const ClusterState& state, const BucketInfo& bucket, NodeId self);
/// A node as the list of a cluster's nodes has it, without any bucket.
nlohmann::ordered_json node_document(const NodeInfo& node, NodeId self);

/**
 * What this node says when it is asked for a map.
 *
 * A map can be overridden from the control surface: frozen as it is (stale), or any text at all (garbage). An
 * overridden map is what every way of asking gets, NOT_MY_VBUCKET and pushes too.
 */
class ConfigTexts {
public:
    /// Renders anew what has another version or uuid; frozen and garbage maps stay as long as their buckets do.
    void update(const ClusterState& state, NodeId self);

    /// Null when there is no such bucket.
    const ConfigText* bucket(std::string_view name) const noexcept;
    const ConfigText& cluster() const noexcept { return cluster_; }

    /// From now on the map of `bucket` stays as it is, whatever happens to the cluster.
    void freeze(std::string_view bucket);
    /// From now on this is the map of `bucket`.
    void replace(std::string_view bucket, ConfigText text);
    /// Back to the truth, with the next update().
    void release(std::string_view bucket);

private:
    struct Entry {
        ConfigText text = {};
        std::string uuid = {};  ///< of the bucket that it was rendered for
        bool is_overridden = false;
    };
    std::map<std::string, Entry, std::less<>> buckets_;
    ConfigText cluster_;
};

}  // namespace txcouchbase::cluster
