// The one map of the cluster that counts, and what becomes of others that come.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/cluster_map_reader.hpp"
#include "protocol/error.hpp"

namespace txcouchbase {

/**
 * Takes texts from whoever sends them and keeps the newest map. A map is never mixed from two: it is swapped whole, or
 * stays.
 *
 * Shape: newer means a greater (epoch, revision) (PROTOCOL 7.4). The network is chosen with the first map and kept.
 *        Where a cluster was made anew its revisions begin again: an older map of a bucket that was made anew is taken
 *        when so many came in a row that nobody seems to know the old one any more.
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
    /// Somebody who was asked has nothing newer.
    void confirm() noexcept { strangers_ = 0; }
    /// `host`, `port`: whom it came from.
    Fate offer(std::string_view text, std::string_view host, std::uint16_t port);

    const std::shared_ptr<const protocol::ClusterMap>& map() const noexcept { return map_; }
    /// "bad_row in vBucketServerMap.vBucketMap[7]"
    const std::string& refusal() const noexcept { return refusal_; }
    /// What a connection that cannot begin without this map fails with: no_matching_server (the bucket is being made,
    /// and has no vBuckets yet), argument (no node has an address in the network that was asked for), protocol_error.
    errc refusal_code() const noexcept { return refusal_code_; }

private:
    Fate refuse(errc code, std::string why);
    bool is_outdated(const protocol::ClusterMap& map);

    std::string bucket_;
    std::string network_;
    std::string expected_uuid_;
    std::string last_text_;  // most of the maps that come are the one that came before
    std::string last_host_;
    std::shared_ptr<const protocol::ClusterMap> map_;
    std::string refusal_;
    errc refusal_code_ = errc::protocol_error;
    std::string former_uuid_;    // of the bucket before this one: its maps are late, as a rule
    std::string stranger_uuid_;  // of another one of the name, whose older maps came one after the other
    int strangers_ = 0;          // of those
};

}  // namespace txcouchbase
