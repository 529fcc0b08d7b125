// Reads the JSON of a cluster map, from whoever sent it: a server, a proxy or somebody who means harm.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "protocol/cluster_map.hpp"

namespace txcouchbase::protocol {

/// How a map came here, and what it is to say.
struct MapSource {
    /// The host and port that the client used: what `$HOST` and nodes without a name stand for, and what the network is
    /// chosen by. An IPv6 address without brackets.
    std::string_view host = {};
    std::uint16_t port = 0;  ///< 0: any
    /// The bucket that was asked for; empty for the map of the cluster.
    std::string_view bucket = {};
    /// "auto" chooses by the address that was used, as PROTOCOL 7.3 says; else the name of a network.
    std::string_view network = "auto";
};

/// Why a map is refused.
enum class MapDefect : std::uint8_t {
    too_large,  ///< over max_map_size
    too_deep,   ///< nested deeper than max_map_nesting
    bad_json,
    bad_member,    ///< a member of the wrong type, or one that must be there and is not
    wrong_bucket,  ///< another bucket's
    no_nodes,      ///< nothing to talk to
    no_vbuckets,   ///< the bucket is being made: a later map will have them
    too_many_vbuckets,
    bad_row,          ///< a row of the map that is too short or too long
    bad_index,        ///< an owner that is no node
    unknown_network,  ///< no node has an address in the network that was asked for
};

/// "bad_row"...
std::string_view name(MapDefect defect) noexcept;

struct MapRefusal {
    MapDefect defect = MapDefect::bad_json;
    std::string where = {};  ///< "vBucketServerMap.vBucketMap[7]"; no foreign text
};

/// After `$HOST` was replaced. The largest maps of real clusters have a few hundred KiB; a parsed one takes up to 16
/// times its text.
constexpr std::size_t max_map_size = 4 * 1024 * 1024;
constexpr int max_map_nesting = 32;
constexpr std::size_t max_map_nodes = 4'096;
constexpr std::size_t max_vbuckets = 65'535;

using MapOutcome = std::variant<std::shared_ptr<const ClusterMap>, MapRefusal>;

/**
 * Reads a terse map, a verbose bucket object, or the map of the cluster.
 *
 * Shape:  any bytes. `$HOST` is replaced as text by the host of the source, in brackets where a port follows.
 * Errors: never throws but std::bad_alloc; a map with anything wrong in what a client relies on is refused whole,
 *         because the one that the client has is better. Unknown members are ignored.
 * Cost:   a map of 1,024 vBuckets and 32 nodes takes about a millisecond (`txcb-bench`, the row "cluster map").
 * Spec:   PROTOCOL 7.2, 7.3, 7.7.
 */
MapOutcome read_cluster_map(ByteView json, const MapSource& source);

}  // namespace txcouchbase::protocol
