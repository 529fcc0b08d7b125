// Copies' part that talks with other nodes: leading followers and following leaders.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/cluster/node/copies.hpp"

namespace txcouchbase::cluster {

namespace {

constexpr std::size_t max_batch_documents = 1'000;
constexpr std::size_t max_batch_bytes = std::size_t{1} << 20;

/// Bounds a message; one document always fits.
void cut_to_batch(std::vector<DocumentPtr>& documents) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i != documents.size(); ++i) {
        bytes += documents[i]->key().size() + documents[i]->value().size();
        if (bytes <= max_batch_bytes || i == 0) continue;
        documents.resize(i);
        return;
    }
}

}  // namespace

bool Copies::may_follow(NodeId follower, const VbucketName& name) const {
    const BucketInfo* info = find_info(name.bucket_uuid);
    if (info == nullptr || name.vbucket >= info->map.size()) return false;
    return role_of(*info, name.vbucket, follower).leader == node_.self;
}

bool Copies::is_target_of_move(const Served& served, std::uint16_t id, NodeId node) const {
    const BucketInfo& info = *find_info(served.bucket->uuid());
    return std::any_of(info.moves.begin(), info.moves.end(),
                       [&](const Move& move) { return move.vbucket == id && move.to == node; });
}

void Copies::open_stream(Served& served, std::uint16_t id, NodeId leader) {
    served.ties[id].leader = leader;
    served.ties[id].leader_incarnation = incarnation(leader);
    ask(served, id, true);
}

void Copies::ask(const Served& served, std::uint16_t id, bool is_opening) {
    const Vbucket& copy = *served.bucket->find(id);
    const MutationToken from =
        copy.high_seqno() == 0 ? MutationToken{} : MutationToken{copy.uuid(), copy.high_seqno()};
    host_.tell(*served.ties[id].leader,
               StreamRequest{served.names[id], from, is_opening, node_.state->serial});
}

void Copies::start_anew(Served& served, std::uint16_t id) {
    served.bucket->find(id)->flush(new_uuid());
    if (served.ties[id].uuid_on_disk != 0) host_.persist(served.names[id], {}, {});
    served.ties[id].uuid_on_disk = 0;
    ask(served, id, true);
}

void Copies::drop_streams(Served& served, std::uint16_t id) {
    std::erase_if(served.ties[id].streams,
                  [&](const Stream& stream) { return !may_follow(stream.follower, served.names[id]); });
}

void Copies::on_peer_lost(NodeId peer) {
    for (auto& [uuid, served] : served_)
        for (std::uint16_t id = 0; id != served.ties.size(); ++id) {
            Ties& ties = served.ties[id];
            std::erase_if(ties.streams, [peer](const Stream& stream) { return stream.follower == peer; });
            if (ties.leader == peer) ask(served, id, true);
        }
}

void Copies::on_message(NodeId from, const StreamRequest& request) {
    if (request.serial > node_.state->serial) {
        early_.emplace_back(from, request);
        return;
    }
    Served* served = find(request.name);
    if (served == nullptr || !may_follow(from, request.name)) return;
    const std::uint16_t id = request.name.vbucket;
    std::vector<Stream>& streams = served->ties[id].streams;
    auto stream = std::find_if(streams.begin(), streams.end(),
                               [from](const Stream& known) { return known.follower == from; });
    if (request.from.seqno != 0 && !served->bucket->find(id)->is_extension_of(request.from)) {
        if (stream != streams.end()) streams.erase(stream);
        host_.tell(from, StreamRollback{request.name});
        return;
    }
    const bool is_new = stream == streams.end();
    if (is_new) stream = streams.insert(stream, {.follower = from});
    stream->sent = request.from.seqno;
    stream->is_waiting = true;
    stream->is_opening = is_new || request.is_opening;
    served->bucket->mark_changed(id);
}

void Copies::on_message(NodeId from, const StreamRollback& rollback) {
    Served* served = find(rollback.name);
    if (served != nullptr && served->ties[rollback.name.vbucket].leader == from)
        start_anew(*served, rollback.name.vbucket);
}

void Copies::on_message(NodeId from, const StreamChanges& changes, Time now) {
    Served* served = find(changes.name);
    const std::uint16_t id = changes.name.vbucket;
    if (served == nullptr || served->ties[id].leader != from) return;
    Ties& ties = served->ties[id];
    Vbucket& copy = *served->bucket->find(id);
    if (changes.after > copy.high_seqno()) return;  // an answer to what was asked before it began anew
    if (!shares_history(changes.failover_log, {copy.uuid(), copy.high_seqno()}))
        return start_anew(*served, id);
    for (const DocumentPtr& document : changes.documents) copy.apply(document, node_.moment(now));
    copy.adopt_failover_log(history_until(changes.failover_log, copy.high_seqno()));
    served->bucket->mark_changed(id);
    if (ties.is_target && !ties.has_caught_up && copy.high_seqno() >= changes.high_seqno) {
        ties.has_caught_up = true;
        host_.tell(manager_id, CaughtUp{changes.name, node_.state->serial});
    }
    ask(*served, id, false);
}

void Copies::on_message(const HandOver& order) {
    Served* served = find(order.name);
    if (served == nullptr) return;
    served->ties[order.name.vbucket].heir = order.to;
    served->bucket->mark_changed(order.name.vbucket);
}

void Copies::hand_over(Served& served, std::uint16_t id) {
    Ties& ties = served.ties[id];
    const auto stream = std::find_if(ties.streams.begin(), ties.streams.end(),
                                     [&](const Stream& known) { return known.follower == ties.heir; });
    if (stream == ties.streams.end()) return;  // it will open one again
    Vbucket& copy = *served.bucket->find(id);
    copy.set_state(VbucketState::dead);
    while (true) {
        std::vector<DocumentPtr> rest = copy.changes_after(stream->sent, max_batch_documents);
        if (rest.empty()) break;
        send_batch(served, id, *stream, std::move(rest));
    }
    host_.tell(stream->follower, TakeOver{served.names[id], copy.failover_log(), node_.state->serial});
}

void Copies::on_message(NodeId from, const TakeOver& take_over) {
    Served* served = find(take_over.name);
    const std::uint16_t id = take_over.name.vbucket;
    if (served == nullptr || served->ties[id].leader != from) return;
    Ties& ties = served->ties[id];
    if (!ties.is_target || take_over.serial < ties.target_since) return;
    Vbucket& copy = *served->bucket->find(id);
    copy.adopt_failover_log(take_over.failover_log);
    copy.set_state(VbucketState::active);
    ties.leader.reset();
    ties.has_taken_over = true;
    served->bucket->mark_changed(id);
    host_.tell(manager_id, TookOver{take_over.name, node_.state->serial});
}

void Copies::on_message(const FlushBucket& flush) {
    const auto found = served_.find(flush.bucket_uuid);
    if (found == served_.end()) return;
    Served& served = found->second;
    for (std::uint16_t id = 0; id != served.ties.size(); ++id) {
        Ties& ties = served.ties[id];
        Vbucket* copy = served.bucket->find(id);
        if (copy == nullptr) continue;
        if (ties.leader) {
            start_anew(served, id);
            continue;
        }
        copy->flush(new_uuid());
        if (ties.uuid_on_disk != 0) host_.persist(served.names[id], {}, {});
        ties.uuid_on_disk = 0;
        for (const Stream& stream : ties.streams)
            host_.tell(stream.follower, StreamRollback{served.names[id]});
        ties.streams.clear();
        served.bucket->mark_changed(id);
    }
}

void Copies::send_due(Served& served, std::uint16_t id, Stream& stream, std::optional<Time> until) {
    if (!stream.is_waiting) return;
    const Vbucket& copy = *served.bucket->find(id);
    std::vector<DocumentPtr> documents = until ? copy.changes_after(stream.sent, max_batch_documents, *until)
                                               : copy.changes_after(stream.sent, max_batch_documents);
    if (documents.empty() && !stream.is_opening) return;
    send_batch(served, id, stream, std::move(documents));
}

void Copies::send_batch(Served& served, std::uint16_t id, Stream& stream,
                        std::vector<DocumentPtr> documents) {
    cut_to_batch(documents);
    const Vbucket& copy = *served.bucket->find(id);
    const std::uint64_t after = stream.sent;
    if (!documents.empty()) stream.sent = documents.back()->seqno();
    stream.is_waiting = false;
    stream.is_opening = false;
    host_.tell(stream.follower, StreamChanges{served.names[id], copy.failover_log(), after,
                                              std::move(documents), copy.high_seqno()});
}

}  // namespace txcouchbase::cluster
