// How a cluster is found: the hosts that are tried, one after the other, until a node of its map is up.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include "client/cluster_life.hpp"
#include "client/router.hpp"

namespace txcouchbase {

using net::Address;
using net::TimePoint;

namespace {

using namespace std::chrono_literals;

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
    const std::string name = net::node_name(host.address);
    const std::uint8_t node = host_.dial(host, false);
    if (node == Router::nobody && !is_over_) {
        note_failure(Error{errc::client_no_memory, {.node = name, .cause = "there are too many nodes"}});
        return try_next(now);
    }
    // Its first attempt may be over before it is known which node it was.
    if (is_seeking() && !is_over_) seed_ = node;
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

void ClusterLife::stop_seeking() noexcept {
    is_seeking_again_ = false;
    kept_until_.reset();
    turn_until_.reset();
    next_round_at_.reset();
    dns_until_.reset();
    found_.reset();
}

// The stream of before was given up for those of the seeds, or has broken off.
void ClusterLife::end_search(TimePoint now) noexcept {
    if (has_streamed_) stream_at_ = now + times_.poll;
    stop_seeking();
}

void ClusterLife::give_up(TimePoint now) {
    if (is_seeking_again_) return end_search(now);
    stop_seeking();
    is_over_ = true;
    host_.on_cluster_failed(failure(now >= deadline_));
}

void ClusterLife::on_seed_failed(const Error& error, TimePoint now) {
    note_failure(error);
    host_.drop(*std::exchange(seed_, std::nullopt), error);
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

void ClusterLife::seek_on(TimePoint now) {
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

// All its nodes may have other addresses now, as where containers are started anew.
void ClusterLife::seek_again_when_lost(TimePoint now) {
    const auto is_up = [this](const Member& member) { return host_.is_up(member.node); };
    if (std::any_of(members_.begin(), members_.end(), is_up)) {
        lost_since_.reset();
        if (is_seeking_again_) end_search(now);
        if (seed_) host_.drop(*std::exchange(seed_, std::nullopt), Error{errc::map_changed});
        return;
    }
    if (!lost_since_) lost_since_ = now;
    if (is_seeking_again_ || now < *lost_since_ + times_.bootstrap) return;
    lost_since_ = now;
    is_seeking_again_ = true;
    failures_.clear();
    rounds_ = 0;
    deadline_ = now + times_.bootstrap;
    begin_round(now);
}

void ClusterLife::end_turn_of_candidate() {
    turn_until_.reset();
    const std::string host = net::node_name(candidates_[next_seed_ - 1].address);
    note_failure(Error{errc::timed_out, {.node = host, .cause = "it has told no cluster map yet"}});
    if (seed_) host_.drop(*std::exchange(seed_, std::nullopt), failures_.back());
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

}  // namespace txcouchbase
