// SPDX-License-Identifier: Apache-2.0
#include "client/cluster_life.hpp"

#include <algorithm>

#include "client/router.hpp"

namespace txcouchbase {

using net::Address;
using net::TimePoint;
using protocol::ClusterMap;
using protocol::MapService;

namespace {

using namespace std::chrono_literals;

// However many refusals come at once, a node is not asked for its map more often.
constexpr auto ask_at_most_every = 50ms;

}  // namespace

void ClusterLife::stream_from(const Candidate& host) {
    ++stream_;
    host_.stream_maps(host);
}

void ClusterLife::on_connect_failed(std::uint8_t node, const Error& error, TimePoint now) {
    if (is_over_) return;
    if (seed_ == node) return on_seed_failed(error, now);
    if (is_open_) return;
    for (Member& member : members_)
        if (member.node == node) {
            member.failure = error;
            has_news_ = true;
        }
}

void ClusterLife::on_up(std::uint8_t node, net::SessionFacts facts) {
    const bool knows_versions =
        facts.features.contains(protocol::Feature::get_cluster_config_with_known_version);
    if (seed_ == node) {
        seed_knows_versions_ = knows_versions;
        seed_trouble_ = facts.lacks_config_command ? errc::not_supported
                        : facts.may_not_see_config ? errc::auth_error
                                                   : errc::temporary_fail;
    }
    for (Member& member : members_)
        if (member.node == node) {
            member.knows_versions = knows_versions;
            has_news_ = !is_open_;
        }
    if (facts.lacks_config_command) needs_http_ = true;
    // Without a map it is told all the same: a seed that has none is of no use.
    if (!facts.config.empty() || seed_ == node)
        arrived_.push_back({.node = node, .text = std::move(facts.config)});
}

// What a node says later is the newer of its maps; what one node has said need not be heard from another.
void ClusterLife::on_map_text(std::uint8_t node, std::string_view text) {
    if (text.empty()) return keeper_.confirm();
    for (Arrival& arrival : arrived_) {
        if (arrival.text == text) return;
        if (arrival.node != node) continue;
        arrival.text = text;
        return;
    }
    arrived_.push_back({.node = node, .text = std::string{text}});
}

void ClusterLife::on_streamed_map(std::string_view text, const Address& from) {
    arrived_.push_back(
        {.node = Router::nobody, .text = std::string{text}, .streamed_from = from, .stream = stream_});
}

void ClusterLife::on_stream_failed(const Error& error, TimePoint now) {
    if (is_over_) return;
    if (!is_seeking()) {
        stream_at_ = now + times_.poll;
    } else if (is_streaming_) {  // else it is the stream of before, and end_search() sees to it
        note_failure(error);
        try_next(now);
    }
}

// From the next of the map's nodes.
void ClusterLife::stream_again() {
    stream_at_.reset();
    const std::vector<protocol::MapNode>& nodes = keeper_.map()->nodes;
    const protocol::MapNode& node = nodes[stream_turn_++ % nodes.size()];
    stream_from({.address = {node.hostname, node.ports.of(MapService::management, seeds_.is_tls)},
                 .is_from_map = true});
}

void ClusterLife::want_map(std::uint8_t node, std::optional<protocol::ConfigVersion> announced) {
    wanted_from_ = node;
    if (announced && (!announced_ || *announced > *announced_)) announced_ = announced;
}

void ClusterLife::run(TimePoint now) {
    for (const Arrival& arrival : std::exchange(arrived_, {}))
        if (!is_over_) take(arrival, now);
    if (is_over_) return;
    if (!has_map()) return seek_on(now);
    if (!is_open_) open_when_reached(now);
    if (is_open_ && !is_over_) seek_again_when_lost(now);
    if (is_seeking_again_ && !is_over_) seek_on(now);
    if (is_over_) return;
    if (stream_at_ && now >= *stream_at_ && !is_seeking_again_) stream_again();
    if (now >= poll_at_ || (wanted_from_ && now >= asked_at_ + ask_at_most_every)) ask(now);
}

std::optional<TimePoint> ClusterLife::next_due() const noexcept {
    if (is_over_) return std::nullopt;
    TimePoint due = TimePoint::max();
    if (has_map()) due = wanted_from_ ? std::min(poll_at_, asked_at_ + ask_at_most_every) : poll_at_;
    if (is_seeking() || !is_open_) due = std::min(due, deadline_);
    for (const auto& at : {next_round_at_, kept_until_, dns_until_, turn_until_})
        if (at) due = std::min(due, *at);
    if (is_seeking_again_) return due;
    if (stream_at_) due = std::min(due, *stream_at_);
    if (lost_since_) due = std::min(due, *lost_since_ + times_.bootstrap);
    return due;
}

const Address* ClusterLife::address_of(std::uint8_t node) const noexcept {
    for (const Member& member : members_)
        if (member.node == node) return &member.address;
    return seed_ == node ? &candidates_[next_seed_ - 1].address : nullptr;
}

void ClusterLife::take(const Arrival& arrival, TimePoint now) {
    const bool is_streamed = arrival.node == Router::nobody;
    if (is_streamed && arrival.stream != stream_) return;
    const Address* const from = is_streamed ? &arrival.streamed_from : address_of(arrival.node);
    if (from == nullptr) return;  // it has left meanwhile
    if (arrival.text.empty())
        return on_candidate_failed(
            arrival,
            Error{seed_trouble_,
                  {.node = net::node_name(*from), .cause = "the node has no cluster map to give"}},
            now);
    // The port that a map was streamed from says nothing of the node: a proxy may have been in between.
    const Address source{from->host, is_streamed ? std::uint16_t{0} : from->port};
    switch (keeper_.offer(arrival.text, source.host, source.port)) {
        case MapKeeper::Fate::known: return on_nothing_new(arrival, *from, now);
        case MapKeeper::Fate::refused: return on_refused(arrival, *from, now);
        case MapKeeper::Fate::taken: break;
    }
    poll_at_ = now + times_.poll;
    began_with_kept_ |= kept_until_.has_value();
    has_streamed_ |= is_streamed;
    is_seeking_again_ && !is_streamed ? end_search(now) : stop_seeking();
    if (!announced_ || *announced_ <= keeper_.map()->version) {
        announced_.reset();
        wanted_from_.reset();
    }
    host_.keep_map(arrival.text, source);
    if (is_over_) return;
    apply(arrival.node);
    has_news_ = !is_open_;
}

// The seeds are asked again, and this one has the map that we have, whose nodes are not to be reached.
void ClusterLife::on_nothing_new(const Arrival& arrival, const Address& from, TimePoint now) {
    if (!is_seeking_again_) return;
    on_candidate_failed(
        arrival,
        Error{errc::connect_error, {.node = net::node_name(from), .cause = "it has no newer cluster map"}},
        now);
}

void ClusterLife::on_candidate_failed(const Arrival& arrival, const Error& error, TimePoint now) {
    if (arrival.node == Router::nobody) {
        if (!is_streaming_) return;
        note_failure(error);
        try_next(now);
    } else if (arrival.node == seed_) {
        on_seed_failed(error, now);
    }
}

void ClusterLife::on_refused(const Arrival& arrival, const Address& from, TimePoint now) {
    host_.on_map_refused(net::node_name(from), keeper_.refusal());
    if (!is_seeking() || is_over_) return;
    const Error error{
        keeper_.refusal_code(),
        {.node = net::node_name(from), .cause = "its cluster map is refused: " + keeper_.refusal()}};
    on_candidate_failed(arrival, error, now);
}

// The member that the map's node is already; else the seed that told the map and says it is this one; else a new one.
ClusterLife::Member ClusterLife::member_for(const protocol::MapNode& node, std::uint8_t from) {
    const std::string name = node.address(MapService::kv, seeds_.is_tls);
    const auto known = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.name == name; });
    if (known != members_.end()) return *known;
    if (seed_ == from && node.is_this_node) {
        const Address address = candidates_[next_seed_ - 1].address;
        seed_.reset();
        return {from, name, address, seed_knows_versions_};
    }
    const Address address{node.hostname, node.ports.of(MapService::kv, seeds_.is_tls)};
    return {host_.dial({.address = address, .is_from_map = true}, true), name, address};
}

void ClusterLife::apply(std::uint8_t from) {
    const std::shared_ptr<const ClusterMap> map = keeper_.map();
    std::vector<Member> members;
    std::vector<std::uint8_t> nodes;
    for (std::size_t index = 0; index < map->data_nodes; ++index) {
        const protocol::MapNode& node = map->nodes[index];
        if (node.ports.of(MapService::kv, seeds_.is_tls) == 0) {
            nodes.push_back(Router::nobody);
            continue;
        }
        Member member = member_for(node, from);
        nodes.push_back(member.node);
        if (member.node != Router::nobody) members.push_back(std::move(member));
    }
    std::vector<std::uint8_t> leaving;
    for (const Member& before : members_) {
        const auto stays = [&](const Member& member) { return member.node == before.node; };
        if (std::none_of(members.begin(), members.end(), stays)) leaving.push_back(before.node);
    }
    if (seed_) leaving.push_back(*std::exchange(seed_, std::nullopt));
    members_ = std::move(members);
    host_.use_map(map, std::move(nodes));
    for (const std::uint8_t node : leaving)
        host_.drop(node,
                   Error{errc::map_changed, {.cause = "the node is not in the cluster's map any more"}});
}

// One pair of nodes after the other is asked, because one of two may be frozen; whoever refused something first.
void ClusterLife::ask(TimePoint now) {
    poll_at_ = now + times_.poll;
    asked_at_ = now;
    const std::optional<std::uint8_t> wanted = std::exchange(wanted_from_, std::nullopt);
    const auto ask_one = [&](const Member& member) {
        if (!host_.is_up(member.node)) return false;
        const auto known = member.knows_versions ? std::optional{keeper_.map()->version} : std::nullopt;
        return host_.ask_for_map(member.node, known);
    };
    for (const Member& member : members_)
        if (wanted == member.node && ask_one(member)) return;
    std::size_t asked = 0;
    for (std::size_t i = 0; i < members_.size() && asked < 2; ++i)
        if (ask_one(members_[poll_turn_++ % members_.size()])) ++asked;
}

}  // namespace txcouchbase
