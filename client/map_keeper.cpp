// SPDX-License-Identifier: Apache-2.0
#include "client/map_keeper.hpp"

namespace txcouchbase {

using protocol::ClusterMap;
using protocol::MapDefect;
using protocol::MapRefusal;

namespace {

constexpr int strangers_to_believe = 3;
constexpr int formers_to_believe = 10;  // a node that lags behind tells its old map for a while

errc code_of(MapDefect defect) {
    if (defect == MapDefect::no_vbuckets) return errc::no_matching_server;
    return defect == MapDefect::unknown_network ? errc::argument : errc::protocol_error;
}

}  // namespace

MapKeeper::Fate MapKeeper::refuse(errc code, std::string why) {
    refusal_code_ = code;
    refusal_ = std::move(why);
    return Fate::refused;
}

bool MapKeeper::is_outdated(const ClusterMap& map) {
    const bool is_stranger =
        !map.bucket_uuid.empty() && !map_->bucket_uuid.empty() && map.bucket_uuid != map_->bucket_uuid;
    const bool is_same_stranger = is_stranger && map.bucket_uuid == stranger_uuid_;
    strangers_ = is_same_stranger ? strangers_ + 1 : is_stranger ? 1 : 0;
    stranger_uuid_ = is_stranger ? map.bucket_uuid : std::string{};
    if (is_stranger && map.bucket_uuid == former_uuid_) return strangers_ < formers_to_believe;
    return map.version <= map_->version && strangers_ < strangers_to_believe;
}

MapKeeper::Fate MapKeeper::offer(std::string_view text, std::string_view host, std::uint16_t port) {
    if (map_ != nullptr && text == last_text_ && host == last_host_) {
        confirm();
        return Fate::known;
    }
    protocol::MapOutcome outcome = protocol::read_cluster_map(
        text, {.host = host, .port = port, .bucket = bucket_, .network = network_});
    if (const auto* const refused = std::get_if<MapRefusal>(&outcome)) {
        std::string why{protocol::name(refused->defect)};
        if (!refused->where.empty()) why += " in " + refused->where;
        return refuse(code_of(refused->defect), std::move(why));
    }
    const auto& map = std::get<std::shared_ptr<const ClusterMap>>(outcome);
    if (map_ != nullptr && is_outdated(*map)) return Fate::known;
    if (map_ == nullptr && !expected_uuid_.empty() && map->bucket_uuid != expected_uuid_)
        return refuse(errc::protocol_error, "another bucket of the same name than the one that was kept");
    // Keys would change their vBuckets under operations that are on their way.
    if (map_ != nullptr && map->table.vbuckets() != map_->table.vbuckets() &&
        map->bucket_uuid == map_->bucket_uuid)
        return refuse(errc::protocol_error, "another number of vBuckets in the same bucket");
    if (map_ != nullptr && map->bucket_uuid != map_->bucket_uuid) former_uuid_ = map_->bucket_uuid;
    map_ = map;
    strangers_ = 0;
    network_ = map->network;
    last_text_ = text;
    last_host_ = host;
    return Fate::taken;
}

}  // namespace txcouchbase
