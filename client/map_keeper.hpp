// The one map of the cluster that counts, and what becomes of others that come.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase {

/**
 * Takes texts from whoever sends them and keeps the newest map. A map is never mixed from two: it is swapped whole, or
 * stays.
 *
 * Shape: newer means a greater (epoch, revision) (PROTOCOL 7.4). The network is chosen with the first map and kept.
 */
class MapKeeper {
public:
    enum class Fate : std::uint8_t {
        taken,    ///< map() is this one now
        known,    ///< it is the one that we have, or an older one
        refused,  ///< refusal() says why
    };

    /// `bucket`: whose maps are taken.
    MapKeeper(std::string bucket, std::string network)
        : bucket_(std::move(bucket)), network_(std::move(network)) {}

    /// The first map must be of this very bucket, not only of its name; empty: of any.
    void expect(std::string bucket_uuid) { expected_uuid_ = std::move(bucket_uuid); }
    /// `host`, `port`: whom it came from.
    Fate offer(std::string_view text, std::string_view host, std::uint16_t port);

    const std::shared_ptr<const protocol::ClusterMap>& map() const noexcept { return map_; }
    /// "bad_row in vBucketServerMap.vBucketMap[7]"
    const std::string& refusal() const noexcept { return refusal_; }
    /// The bucket is being made: the map that was refused has no vBuckets yet.
    bool is_too_early() const noexcept { return is_too_early_; }

private:
    Fate refuse(std::string why);

    std::string bucket_;
    std::string network_;
    std::string expected_uuid_;
    std::string last_text_;  // most of the maps that come are the one that came before
    std::shared_ptr<const protocol::ClusterMap> map_;
    std::string refusal_;
    bool is_too_early_ = false;
};

}  // namespace txcouchbase
