// SPDX-License-Identifier: Apache-2.0
#include "client/map_keeper.hpp"

namespace txcouchbase {

using protocol::ClusterMap;
using protocol::MapRefusal;

MapKeeper::Fate MapKeeper::refuse(std::string why) {
    refusal_ = std::move(why);
    return Fate::refused;
}

MapKeeper::Fate MapKeeper::offer(std::string_view text, std::string_view host, std::uint16_t port) {
    if (map_ != nullptr && text == last_text_) return Fate::known;
    is_too_early_ = false;
    protocol::MapOutcome outcome = protocol::read_cluster_map(
        text, {.host = host, .port = port, .bucket = bucket_, .network = network_});
    if (const auto* const refused = std::get_if<MapRefusal>(&outcome)) {
        is_too_early_ = refused->defect == protocol::MapDefect::no_vbuckets;
        std::string why{protocol::name(refused->defect)};
        if (!refused->where.empty()) why += " in " + refused->where;
        return refuse(std::move(why));
    }
    const auto& map = std::get<std::shared_ptr<const ClusterMap>>(outcome);
    if (map_ != nullptr && map->version <= map_->version) return Fate::known;
    if (map_ == nullptr && !expected_uuid_.empty() && map->bucket_uuid != expected_uuid_)
        return refuse("another bucket of the same name than the one that was kept");
    // Keys would change their vBuckets under operations that are on their way.
    if (map_ != nullptr && map->table.vbuckets() != map_->table.vbuckets() &&
        map->bucket_uuid == map_->bucket_uuid)
        return refuse("another number of vBuckets in the same bucket");
    map_ = map;
    network_ = map->network;
    last_text_ = text;
    return Fate::taken;
}

}  // namespace txcouchbase
