// SPDX-License-Identifier: Apache-2.0
#include "client/cluster_life.hpp"

#include <algorithm>
#include <cctype>

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
constexpr auto longest_pause = 500ms;
constexpr std::uint16_t management_port = 8091;
constexpr std::uint16_t management_tls_port = 18091;

/// Whether another attempt may well go better, without anybody's doing.
bool may_pass(const Error& error) {
    return error.rc() == errc::temporary_fail || error.rc() == errc::no_matching_server;
}

/// Whether to try the same host again, with the same credentials, would only annoy it.
bool is_for_good(const Error& error) {
    return error.rc() == errc::auth_error || error.rc() == errc::bucket_not_found;
}

/// How much an error says of why there is no connection: a refused password outweighs a host that is down.
int weight_of(const Error& error) {
    switch (error.rc()) {
        case errc::auth_error: return 4;
        case errc::bucket_not_found: return 3;
        case errc::temporary_fail:
        case errc::no_matching_server: return 2;
        case errc::protocol_error:
        case errc::argument:
        case errc::not_supported: return 1;
        default: return 0;
    }
}

bool is_in_domain(std::string_view host, std::string_view domain) {
    const auto is_same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    if (host.size() < domain.size()) return false;
    const std::string_view rest = host.substr(host.size() - domain.size());
    return std::equal(rest.begin(), rest.end(), domain.begin(), is_same) &&
           (host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.');
}

}  // namespace

void ClusterLife::start(TimePoint now) {
    deadline_ = now + times_.bootstrap;
    if (kept_.addresses.empty()) return begin_round(now);
    try_kept(now);
}

// What the program was given must have its turn, however many nodes that were kept are gone.
void ClusterLife::try_kept(TimePoint now) {
    kept_until_ = now + times_.cached;
    keeper_.expect(kept_.bucket_uuid);
    std::vector<Candidate> candidates;
    for (net::Address& address : std::exchange(kept_.addresses, {}))
        candidates.push_back({.address = std::move(address), .is_from_map = true});
    try_all(std::move(candidates), now);
}

void ClusterLife::begin_round(TimePoint now) {
    next_round_at_.reset();
    if (std::exchange(kept_until_, std::nullopt)) failures_.clear();
    keeper_.expect({});
    if (!seeds_.dns_srv.empty()) {
        found_.reset();
        dns_until_ = now + times_.dns;
        return host_.find_seeds(seeds_.dns_srv);
    }
    std::vector<Candidate> candidates;
    for (const Address& host : seeds_.hosts) candidates.push_back({.address = host});
    try_all(std::move(candidates), now);
}

void ClusterLife::on_seeds_found(std::vector<Address> hosts) {
    if (dns_until_ && !is_over_) found_ = std::move(hosts);
}

// Anybody may answer in DNS's name: a host of another domain must have the certificate of the one that was asked for.
void ClusterLife::take_found(TimePoint now) {
    const std::string& asked = seeds_.hosts.front().host;
    std::vector<Candidate> candidates;
    if (found_)
        for (Address& host : *found_) {
            const bool is_inside = is_in_domain(host.host, asked);
            candidates.push_back({.address = std::move(host), .tls_name = is_inside ? std::string{} : asked});
        }
    if (candidates.empty())
        candidates.push_back({.address = seeds_.hosts.front()});
    else
        dns_knows_ = true;
    dns_until_.reset();
    found_.reset();
    try_all(std::move(candidates), now);
}

void ClusterLife::try_all(std::vector<Candidate> candidates, TimePoint now) {
    candidates_ = std::move(candidates);
    next_seed_ = 0;
    is_streaming_ = seeds_.is_http;
    needs_http_ = false;
    try_next(now);
}

// A host that swallows packets gets its share of the time and no more.
void ClusterLife::try_next(TimePoint now) {
    seed_.reset();
    turn_until_.reset();
    while (next_seed_ < candidates_.size() && is_hopeless(candidates_[next_seed_].address)) ++next_seed_;
    if (next_seed_ == candidates_.size()) return kept_until_ ? begin_round(now) : end_round(now);
    const net::Duration left = kept_until_.value_or(deadline_) - now;
    turn_until_ = now + left / static_cast<net::Duration::rep>(candidates_.size() - next_seed_);
    Candidate host = candidates_[next_seed_++];
    if (is_streaming_) {
        host.address.port = management_port_of(host.address);
        return stream_from(host);
    }
    const std::uint8_t node = host_.dial(host, false);
    // Its first attempt may be over before it is known which node it was.
    if (!has_map() && !is_over_) seed_ = node;
}

// Another round may go better: without anybody's doing, or because DNS has learnt where the cluster is now.
bool ClusterLife::may_come_right() const {
    if (std::any_of(failures_.begin(), failures_.end(), may_pass)) return true;
    const auto is_unreachable = [](const Error& error) { return weight_of(error) == 0; };
    return dns_knows_ && std::all_of(failures_.begin(), failures_.end(), is_unreachable);
}

void ClusterLife::end_round(TimePoint now) {
    if (needs_http_ && !is_streaming_) {
        is_streaming_ = true;
        next_seed_ = 0;
        return try_next(now);
    }
    if (!may_come_right()) return give_up(now);
    const auto pause = std::min<net::Duration>(longest_pause, 20ms * (1 << std::min(rounds_++, 5U)));
    if (now + pause >= deadline_) return give_up(now);
    next_round_at_ = now + pause;
}

void ClusterLife::give_up(TimePoint now) {
    is_over_ = true;
    turn_until_.reset();
    next_round_at_.reset();
    dns_until_.reset();
    found_.reset();
    host_.on_cluster_failed(failure(now >= deadline_));
}

void ClusterLife::on_seed_failed(const Error& error, TimePoint now) {
    const std::uint8_t node = *seed_;
    note_failure(error);
    host_.drop(node, error);
    if (!is_over_) try_next(now);
}

void ClusterLife::note_failure(Error error) {
    std::erase_if(failures_, [&](const Error& other) { return other.detail().node == error.detail().node; });
    failures_.push_back(std::move(error));
}

bool ClusterLife::is_hopeless(const Address& host) const {
    return std::any_of(failures_.begin(), failures_.end(), [&](const Error& error) {
        return is_for_good(error) && error.detail().node == net::node_name(host);
    });
}

std::uint16_t ClusterLife::management_port_of(const Address& seed) const noexcept {
    if (seeds_.is_http) return seed.port;
    return seeds_.is_tls ? management_tls_port : management_port;
}

bool ClusterLife::is_http_seed(const Address& address) const {
    return std::any_of(seeds_.hosts.begin(), seeds_.hosts.end(), [&](const Address& seed) {
        return seed.host == address.host && management_port_of(seed) == address.port;
    });
}

void ClusterLife::stream_from(const Candidate& host) {
    ++stream_;
    host_.stream_maps(host);
}

void ClusterLife::on_connect_failed(std::uint8_t node, Error error, TimePoint now) {
    if (is_open_ || is_over_) return;
    if (seed_ == node) return on_seed_failed(error, now);
    for (Member& member : members_)
        if (member.node == node) {
            member.failure = std::move(error);
            has_news_ = true;
        }
}

// One error that names every host that was tried, with its cause.
Error ClusterLife::failure(bool is_out_of_time) const {
    if (failures_.empty())
        return Error{errc::timed_out, {.cause = "no host gave a cluster map within the bootstrap timeout"}};
    const auto lightest_first = [](const Error& a, const Error& b) { return weight_of(a) < weight_of(b); };
    const Error& worst = *std::max_element(failures_.begin(), failures_.end(), lightest_first);
    if (failures_.size() == 1 && !is_out_of_time) {
        ErrorDetail detail = worst.detail();
        detail.was_written = false;  // a question for a map changes nothing
        return Error{worst.code(), std::move(detail)};
    }
    std::string cause;
    for (const Error& error : failures_) {
        if (!cause.empty()) cause += "; ";
        cause += error.detail().node + ": " + error.code().message() + " (" + error.detail().cause + ")";
    }
    if (is_out_of_time) cause += "; the bootstrap timeout is over";
    return Error{worst.code(), {.cause = std::move(cause)}};
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
    if (text.empty()) return;
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
    if (has_map()) {
        stream_at_ = now + times_.poll;
    } else {
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
    if (!has_map()) return run_closed(now);
    if (!is_open_) open_when_reached(now);
    if (is_over_) return;
    if (stream_at_ && now >= *stream_at_) stream_again();
    if (now >= poll_at_ || (wanted_from_ && now >= asked_at_ + ask_at_most_every)) ask(now);
}

void ClusterLife::run_closed(TimePoint now) {
    const bool is_late = now >= deadline_;
    if (is_late || (kept_until_ && now >= *kept_until_)) {
        if (turn_until_) end_turn_of_candidate();
        if (is_over_) return;
        is_late ? give_up(now) : begin_round(now);
    } else if (turn_until_ && now >= *turn_until_) {
        end_turn_of_candidate();
        if (!is_over_) try_next(now);
    } else if (dns_until_ && (found_ || now >= *dns_until_)) {
        take_found(now);
    } else if (next_round_at_ && now >= *next_round_at_) {
        begin_round(now);
    }
}

void ClusterLife::end_turn_of_candidate() {
    turn_until_.reset();
    const std::string host = net::node_name(candidates_[next_seed_ - 1].address);
    note_failure(Error{errc::timed_out, {.node = host, .cause = "it has told no cluster map yet"}});
    if (seed_) host_.drop(*std::exchange(seed_, std::nullopt), failures_.back());
}

std::optional<TimePoint> ClusterLife::next_due() const noexcept {
    if (is_over_) return std::nullopt;
    if (!has_map()) {
        TimePoint due = deadline_;
        for (const auto& at : {next_round_at_, kept_until_, dns_until_, turn_until_})
            if (at) due = std::min(due, *at);
        return due;
    }
    TimePoint due = wanted_from_ ? std::min(poll_at_, asked_at_ + ask_at_most_every) : poll_at_;
    if (!is_open_) due = std::min(due, deadline_);
    return stream_at_ ? std::min(due, *stream_at_) : due;
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
    if (!has_map() && arrival.text.empty())
        return on_seed_failed(
            Error{seed_trouble_,
                  {.node = net::node_name(*from), .cause = "the node has no cluster map to give"}},
            now);
    // The port that a map was streamed from says nothing of the node: a proxy may have been in between.
    const Address source{from->host, is_streamed ? std::uint16_t{0} : from->port};
    switch (keeper_.offer(arrival.text, source.host, source.port)) {
        case MapKeeper::Fate::known: return;
        case MapKeeper::Fate::refused: return on_refused(arrival, *from, now);
        case MapKeeper::Fate::taken: break;
    }
    poll_at_ = now + times_.poll;
    turn_until_.reset();
    if (!announced_ || *announced_ <= keeper_.map()->version) {
        announced_.reset();
        wanted_from_.reset();
    }
    host_.keep_map(arrival.text, source);
    if (is_over_) return;
    apply(arrival.node);
    has_news_ = !is_open_;
}

// A map is of no use before one of its nodes can be reached: until then the addresses in it may be those of another
// network.
void ClusterLife::open_when_reached(TimePoint now) {
    has_news_ = false;
    const auto is_up = [this](const Member& member) { return host_.is_up(member.node); };
    const auto is_lost = [](const Member& member) { return member.failure && !may_pass(*member.failure); };
    if (std::any_of(members_.begin(), members_.end(), is_up)) {
        is_open_ = true;
        for (Member& member : members_) member.failure.reset();
        host_.on_cluster_open();
    } else if (now >= deadline_ || std::all_of(members_.begin(), members_.end(), is_lost)) {
        list_unreached();
        give_up(now);
    }
}

void ClusterLife::list_unreached() {
    failures_.clear();
    for (const Member& member : members_) {
        Error error = member.failure.value_or(
            Error{errc::timed_out, {.node = net::node_name(member.address), .cause = "no answer yet"}});
        ErrorDetail detail = error.detail();
        detail.cause = "an address of the cluster's map: " + detail.cause;
        failures_.emplace_back(error.code(), std::move(detail));
    }
    if (failures_.empty())
        failures_.emplace_back(
            errc::not_supported,
            ErrorDetail{.cause = seeds_.is_tls ? "no node of the cluster's map has a TLS port"
                                               : "no node of the cluster's map has a port"});
}

void ClusterLife::on_refused(const Arrival& arrival, const Address& from, TimePoint now) {
    host_.on_map_refused(net::node_name(from), keeper_.refusal());
    if (has_map() || is_over_) return;
    const Error error{
        keeper_.refusal_code(),
        {.node = net::node_name(from), .cause = "its cluster map is refused: " + keeper_.refusal()}};
    if (arrival.node != Router::nobody) return on_seed_failed(error, now);
    note_failure(error);
    try_next(now);
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
