// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/copies.hpp"

#include <algorithm>

namespace txcouchbase::cluster {

namespace {

bool has_server(const BucketInfo& bucket, NodeId node) {
    return std::find(bucket.servers.begin(), bucket.servers.end(), node) != bucket.servers.end();
}

/// Whether the rebalance that runs gives `node` a copy.
bool will_have(const BucketInfo& bucket, std::uint16_t vbucket, NodeId node) {
    if (vbucket >= bucket.forward_map.size()) return false;
    const auto& row = bucket.forward_map[vbucket];
    return std::any_of(row.begin(), row.end(), [&](int server) {
        return server != nobody && bucket.servers[static_cast<std::size_t>(server)] == node;
    });
}

}  // namespace

Copies::Copies(Node& node, NodeHost& host, NodeImage image)
    : node_(node), host_(host), aside_(std::move(image)) {
    // A copy that has nothing is no history to go on with: others may have had more of it.
    std::erase_if(aside_.copies, [](const NodeImage::Copy& kept) { return kept.copy.high_seqno() == 0; });
    for (NodeImage::Copy& kept : aside_.copies)
        kept.copy.adopt_failover_log(history_until(kept.copy.failover_log(), kept.copy.high_seqno()));
}

std::uint64_t Copies::new_uuid() const {
    return (host_.random() & 0xffff'ffff'fffe) + 1;
}

std::uint32_t Copies::incarnation(NodeId node) const {
    const NodeInfo* info = node_.state->find_node(node);
    return info == nullptr ? 0 : info->incarnation;
}

const BucketInfo* Copies::find_info(const std::string& uuid) const {
    for (const BucketInfo& bucket : node_.state->buckets)
        if (bucket.uuid == uuid) return &bucket;
    return nullptr;
}

Copies::Served* Copies::find(const VbucketName& name) {
    const auto found = served_.find(name.bucket_uuid);
    if (found == served_.end() || found->second.bucket->find(name.vbucket) == nullptr) return nullptr;
    return &found->second;
}

void Copies::on_state(Time now) {
    remove_buckets();
    for (const BucketInfo& info : node_.state->buckets) {
        if (!has_server(info, node_.self) && !served_.contains(info.uuid)) continue;
        Served& served = serve(info);
        for (std::uint16_t id = 0; id != served.ties.size(); ++id) {
            settle(served, id, role_of(info, id, node_.self));
            drop_streams(served, id);
            if (served.bucket->find(id)) served.bucket->mark_changed(id);  // lags and targets may be others
        }
    }
    forget_images();
    for (const auto& [follower, request] : std::exchange(early_, {})) on_message(follower, request);
    run(now);
}

void Copies::remove_buckets() {
    for (auto entry = served_.begin(); entry != served_.end();) {
        const BucketInfo* info = find_info(entry->first);
        Served& served = entry->second;
        const bool stays = info != nullptr && (has_server(*info, node_.self) ||
                                               (self() != nullptr && info->type == BucketType::couchbase));
        if (stays) {
            ++entry;
            continue;
        }
        for (std::uint16_t id = 0; id != served.ties.size(); ++id) drop_copy(served, id);
        node_.buckets.erase(served.bucket->name());
        entry = served_.erase(entry);
    }
}

Copies::Served& Copies::serve(const BucketInfo& info) {
    const auto [entry, is_new] = served_.try_emplace(info.uuid);
    Served& served = entry->second;
    if (!is_new) return served;
    const bool is_couchbase = info.type == BucketType::couchbase;
    const std::uint16_t vbuckets = is_couchbase ? info.vbuckets : 1;
    std::unique_ptr<Bucket>& bucket = node_.buckets[info.name];
    bucket = std::make_unique<Bucket>(info.name, info.uuid, vbuckets);
    served.bucket = bucket.get();
    served.is_persistent = is_couchbase;
    served.ties.resize(vbuckets);
    for (std::uint16_t id = 0; id != vbuckets; ++id) served.names.push_back({info.uuid, id});
    return served;
}

void Copies::settle(Served& served, std::uint16_t id, const Role& role) {
    if (role.state == VbucketState::active) return settle_active(served, id);
    if (role.state != VbucketState::dead) return settle_follower(served, id, role);
    const NodeInfo* info = self();
    const bool is_failed_over = info != nullptr && !info->is_member;
    if (is_failed_over && served.bucket->find(id)) set_aside(served, id);
    drop_copy(served, id);
}

void Copies::settle_active(Served& served, std::uint16_t id) {
    Ties& ties = served.ties[id];
    ties.leader.reset();
    ties.has_taken_over = false;
    Vbucket* copy = served.bucket->find(id);
    if (copy != nullptr && copy->state() == VbucketState::active) {
        if (ties.heir && !is_target_of_move(served, id, *ties.heir)) ties.heir.reset();
        return;
    }
    // Whoever was to take over may have done so and be lost: what it wrote is no part of this history.
    if (ties.heir && is_target_of_move(served, id, *ties.heir)) return;
    ties.heir.reset();
    if (copy == nullptr) {
        copy = &make_copy(served, id);
        if (copy->high_seqno() != 0) begin_history(served, id);
    } else {
        begin_history(served, id);
    }
    copy->set_state(VbucketState::active);
}

void Copies::settle_follower(Served& served, std::uint16_t id, const Role& role) {
    Ties& ties = served.ties[id];
    Vbucket* copy = served.bucket->find(id);
    if (copy != nullptr && ties.has_taken_over && role.is_target) return;  // the map lags behind
    if (copy == nullptr) copy = &make_copy(served, id);
    ties.has_taken_over = false;
    ties.heir.reset();
    copy->set_state(role.state);
    const bool becomes_target = role.is_target && !ties.is_target;
    ties.is_target = role.is_target;
    if (becomes_target) {
        ties.has_caught_up = false;
        ties.target_since = node_.state->serial;
    }
    if (!role.leader) {
        ties.leader.reset();
        return;
    }
    const bool is_open = ties.leader == role.leader && ties.leader_incarnation == incarnation(*role.leader);
    if (!is_open || becomes_target) open_stream(served, id, *role.leader);
}

Vbucket& Copies::make_copy(Served& served, std::uint16_t id) {
    served.ties[id] = {};
    const auto kept =
        std::find_if(aside_.copies.begin(), aside_.copies.end(),
                     [&](const NodeImage::Copy& copy) { return copy.name == served.names[id]; });
    if (kept == aside_.copies.end()) return served.bucket->put(id, std::make_unique<Vbucket>(new_uuid()));
    Vbucket& copy = served.bucket->put(id, std::make_unique<Vbucket>(std::move(kept->copy)));
    served.ties[id].uuid_on_disk = copy.uuid();
    aside_.copies.erase(kept);
    return copy;
}

void Copies::begin_history(Served& served, std::uint16_t id) {
    served.bucket->find(id)->begin_history(new_uuid());
}

void Copies::drop_copy(Served& served, std::uint16_t id) {
    if (served.bucket->find(id) == nullptr) return;
    schedule(served, id, std::nullopt);
    if (served.is_persistent && served.ties[id].uuid_on_disk != 0) host_.persist(served.names[id], {}, {});
    served.ties[id] = {};
    served.bucket->drop(id);
}

void Copies::set_aside(Served& served, std::uint16_t id) {
    Vbucket& copy = *served.bucket->find(id);
    if (copy.high_seqno() != 0) aside_.copies.push_back({served.names[id], std::move(copy)});
    served.ties[id].uuid_on_disk = 0;  // it stays on disk
}

/// Kept is what a node had when it was failed over, until a rebalance has come to it.
void Copies::forget_images() {
    const NodeInfo* info = self();
    const bool is_failed_over = info != nullptr && !info->is_member;
    std::erase_if(aside_.copies, [&](const NodeImage::Copy& kept) {
        const BucketInfo* bucket = find_info(kept.name.bucket_uuid);
        if (bucket != nullptr && (is_failed_over || will_have(*bucket, kept.name.vbucket, node_.self)))
            return false;
        host_.persist(kept.name, {}, {});
        return true;
    });
}

NodeImage Copies::persisted_image() const {
    NodeImage image;
    for (const auto& [uuid, served] : served_)
        for (std::uint16_t id = 0; id != served.ties.size(); ++id)
            if (const Vbucket* copy = served.bucket->find(id); copy != nullptr && served.is_persistent)
                image.copies.push_back({served.names[id], copy->persisted_image()});
    for (const NodeImage::Copy& kept : aside_.copies)
        image.copies.push_back({kept.name, kept.copy.persisted_image()});
    return image;
}

}  // namespace txcouchbase::cluster
