// Copies' part that knows when: what is old enough goes to disk and to the followers.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/cluster/node/copies.hpp"

namespace txcouchbase::cluster {

void Copies::run(Time now) {
    while (!agenda_.empty() && std::get<Time>(*agenda_.begin()) <= now) {
        const auto [due, uuid, id] = *agenda_.begin();
        Served& served = served_.find(std::string(uuid))->second;
        schedule(served, id, std::nullopt);
        run_copy(served, id, now);
    }
    for (auto& [uuid, served] : served_)
        for (const std::uint16_t id : served.bucket->take_changed())
            if (served.bucket->find(id)) run_copy(served, id, now);
}

std::optional<Time> Copies::deadline() const {
    if (agenda_.empty()) return std::nullopt;
    return std::get<Time>(*agenda_.begin());
}

void Copies::run_copy(Served& served, std::uint16_t id, Time now) {
    persist(served, id, now);
    if (served.bucket->find(id, VbucketState::active)) {
        if (served.ties[id].heir)
            hand_over(served, id);
        else
            stream(served, id, now);
    }
    schedule(served, id, next_due(served, id, now));
}

void Copies::persist(Served& served, std::uint16_t id, Time now) {
    Ties& ties = served.ties[id];
    Vbucket& copy = *served.bucket->find(id);
    const std::vector<DocumentPtr> documents = copy.persist(now - node_.state->settings.persistence_delay);
    const bool is_told = ties.uuid_on_disk == copy.uuid() || copy.high_seqno() == 0;
    if (!served.is_persistent || (documents.empty() && is_told)) return;
    ties.uuid_on_disk = copy.uuid();
    host_.persist(served.names[id], copy.failover_log(), documents);
}

void Copies::stream(Served& served, std::uint16_t id, Time now) {
    const Time until = now - node_.state->settings.replication_lag;
    for (Stream& stream : served.ties[id].streams) {
        // Who waits for a move to end waits for everything, not for what is old enough.
        const bool is_target = is_target_of_move(served, id, stream.follower);
        send_due(served, id, stream, is_target ? std::nullopt : std::optional(until));
    }
}

std::optional<Time> Copies::next_due(const Served& served, std::uint16_t id, Time now) const {
    const Vbucket& copy = *served.bucket->find(id);
    const ClusterSettings& settings = node_.state->settings;
    std::optional<Time> due;
    const auto consider = [&](std::optional<Time> learnt, std::chrono::nanoseconds delay) {
        if (!learnt || *learnt + delay <= now) return;  // what is due and not done waits for a message
        if (!due || *learnt + delay < *due) due = *learnt + delay;
    };
    consider(copy.learnt_after(copy.persisted_seqno()), settings.persistence_delay);
    if (copy.state() == VbucketState::active)
        for (const Stream& stream : served.ties[id].streams)
            if (stream.is_waiting) consider(copy.learnt_after(stream.sent), settings.replication_lag);
    return due;
}

void Copies::schedule(Served& served, std::uint16_t id, std::optional<Time> due) {
    Ties& ties = served.ties[id];
    if (ties.due == due) return;
    const std::string& uuid = served.names[id].bucket_uuid;
    if (ties.due) agenda_.erase({*ties.due, uuid, id});
    if (due) agenda_.emplace(*due, served_.find(uuid)->first, id);
    ties.due = due;
}

}  // namespace txcouchbase::cluster
