// What a Core does for the life of a cluster: nodes come and go, maps are asked for and swapped.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <txcouchbase/exceptions.hpp>

#include "client/core.hpp"
#include "client/secure.hpp"
#include "protocol/server_push.hpp"
#include "protocol/session_requests.hpp"

namespace txcouchbase {

using protocol::Feature;

namespace {

constexpr std::uint8_t lobby = 0;
constexpr const char* agent = "txcouchbase/0.1.0";

/// What every session asks for. Not unordered execution, which would break the order on a key.
std::vector<Feature> wanted_features() {
    return {Feature::tcp_nodelay,
            Feature::mutation_seqno,
            Feature::xerror,
            Feature::select_bucket,
            Feature::duplex,
            Feature::clustermap_change_notification,
            Feature::get_cluster_config_with_known_version,
            Feature::dedupe_not_my_vbucket_clustermap,
            Feature::clustermap_change_notification_brief};
}

}  // namespace

void Core::prepare_cluster(const Seeds& seeds) {
    add_node(lobby, "no node yet", nullptr);
    router_.use_lobby(lobby);
    bucket_ = seeds.bucket;
    if (seeds.is_tls) {
        net::TlsContext::Outcome made = make_tls_context(options_.tls);
        if (const auto* const error = std::get_if<Error>(&made)) throw_exception(*error);
        tls_ = std::get<std::shared_ptr<const net::TlsContext>>(made);
    }
    session_spec_ = std::make_shared<const net::CouchbaseSession>(net::CouchbaseSession{
        .agent = agent, .bucket = seeds.bucket, .features = wanted_features(), .is_tls = seeds.is_tls});
    KeptNodes kept = read_kept_nodes(seeds);
    cluster_.emplace(
        static_cast<ClusterHost&>(*this), seeds,
        ClusterTimes{.bootstrap = options_.bootstrap_timeout, .poll = options_.config_poll_interval},
        std::move(kept));
}

std::uint8_t Core::dial(const Candidate& host, bool is_member) {
    const net::Address address = where_reached(host);
    if (is_over()) return Router::nobody;  // the program closed the connection when it was asked
    const auto is_free = [](const auto& node) { return node == nullptr; };
    const auto index =
        static_cast<std::size_t>(std::find_if(nodes_.begin(), nodes_.end(), is_free) - nodes_.begin());
    if (index >= Router::nobody) return Router::nobody;
    auto handshake = std::make_unique<net::CouchbaseHandshake>(session_spec_, credentials_);
    net::CouchbaseHandshake* const talk = handshake.get();
    Node& node = add_host(static_cast<std::uint8_t>(index), address, std::move(handshake), host.tls_name);
    node.cluster_handshake = talk;
    node.machine.set_push_listener(this);
    if (state_ == State::open) node.machine.arm_unwritten();
    is_member ? node.session->start_lasting() : node.session->start();
    return static_cast<std::uint8_t>(index);
}

// Its session's handlers may be on their way, and find it over; so it is kept until they have arrived.
void Core::drop(std::uint8_t index, const Error& why) {
    if (is_over() || nodes_[index] == nullptr) return;
    nodes_[index]->session->stop();
    // As if it were lost: what may be sent again is, elsewhere.
    nodes_[index]->machine.on_closed(why);
    if (is_over()) return;  // a callback closed the connection
    held_.on_map_changed(now_);
    nodes_[index]->machine.close(why);
    if (is_over()) return;
    held_.remove(nodes_[index]->machine);
    count_departed(nodes_[index]->machine);
    graves_.push_back(std::move(nodes_[index]));
}

void Core::bury() {
    std::erase_if(graves_, [](const auto& node) { return !node->session->has_handlers(); });
}

bool Core::is_up(std::uint8_t node) const {
    return nodes_[node] != nullptr && nodes_[node]->machine.state() == net::KvMachine::State::up;
}

bool Core::ask_for_map(std::uint8_t node, std::optional<protocol::ConfigVersion> known) {
    try {
        issue_to({.node = node, .vbucket = 0}, protocol::request::get_cluster_config(known), map_kind_, {});
        return true;
    } catch (const std::exception&) {
        return false;  // no room: the map comes with the refusals, or the next time
    }
}

void Core::use_map(std::shared_ptr<const protocol::ClusterMap> map, std::vector<std::uint8_t> nodes) {
    log(LogLevel::info, "cluster", {}, [&] {
        return "map of epoch " + std::to_string(map->version.epoch) + ", revision " +
               std::to_string(map->version.revision) + ", " + std::to_string(map->data_nodes) + " nodes";
    });
    ++maps_taken_;
    router_.use_map(std::move(map), std::move(nodes), lobby);
    held_.on_map_changed(now_);
}

void Core::on_cluster_open() {
    state_ = State::open;
    was_connected_ = true;
    for_each_node([](Node& node) { node.machine.arm_unwritten(); });
    fire_connect_waiters();
}

void Core::on_cluster_failed(const Error& error) {
    if (!is_over()) end_all(State::failed, error);
}

void Core::on_map_refused(const std::string& node, const std::string& why) {
    const Error error{errc::protocol_error, {.node = node, .cause = "its cluster map is refused: " + why}};
    ++maps_refused_;
    note(error);
    log(LogLevel::warning, "cluster", node, [&] { return error.detail().cause; });
}

void Core::stream_maps(const Candidate& host) {
    const net::Address address = where_reached(host);
    log(LogLevel::debug, "cluster", net::node_name(address), [] { return "asking for maps over HTTP"; });
    if (is_over()) return;  // the program closed the connection when it was asked, or told
    const net::HttpOrigin origin{.host = address.host, .port = address.port, .uses_tls = tls_ != nullptr};
    maps_.emplace(executor_, *this, static_cast<net::ConfigOwner&>(*this),
                  net::ConfigStream{bucket_, credentials_,
                                    [this](const net::HttpOrigin& other) { return is_ours(other); }},
                  net::HttpTimes{.connect = options_.connect_timeout, .answer = options_.connect_timeout},
                  net::Security{.context = tls_, .host = host.tls_name});
    if (const Error refused = maps_->start(origin)) on_stream_failed(refused);
}

void Core::on_map_text(net::ByteView json, const net::HttpOrigin& from) {
    cluster_->on_streamed_map(json, {from.host, from.port});
}

void Core::on_stream_failed(const Error& error) {
    note(error);
    log(LogLevel::warning, "cluster", error.detail().node,
        [&] { return "no maps over HTTP: " + error.detail().cause; });
    cluster_->on_stream_failed(error, now_);
}

// A seed or a host of the map, as far as a redirect may take the password there.
bool Core::is_ours(const net::HttpOrigin& origin) const {
    if (origin.uses_tls == (tls_ != nullptr) && cluster_->is_http_seed({origin.host, origin.port}))
        return true;
    const auto& map = router_.map();
    if (map == nullptr) return false;
    for (const protocol::MapNode& node : map->nodes)
        if (node.hostname == origin.host &&
            node.ports.of(protocol::MapService::management, origin.uses_tls) == origin.port)
            return true;
    return false;
}

Verdict Core::retry(net::Operation& operation, protocol::Status status, std::string_view text,
                    std::string_view words) {
    if (!cluster_) return held_.retry(operation, status, words, now_);
    if (is_wrong_node(status)) {
        cluster_->on_map_text(operation.node, text);
        if (text.empty()) cluster_->want_map(operation.node);
        words = {};  // a map is no words
    }
    const protocol::ErrorMapEntry* const explained = explain_unknown(status);
    if (explained != nullptr && has(explained->traits, protocol::ErrorTrait::fetch_config))
        cluster_->want_map(operation.node);
    const bool is_useless =
        explained != nullptr && has(explained->traits, protocol::ErrorTrait::conn_state_invalidated |
                                                           protocol::ErrorTrait::special_handling);
    if (is_useless || is_stale_session(status))
        reject_stream(operation.node,
                      "the session is of no more use: " +
                          (is_useless ? explained->name : std::string{protocol::name(status)}));
    return held_.retry(operation, status, words, now_, explained);
}

// What a status means that has no name here.
const protocol::ErrorMapEntry* Core::explain_unknown(protocol::Status status) const {
    if (error_map_ == nullptr || protocol::name(status) != "UNKNOWN") return nullptr;
    return error_map_->find(status);
}

void Core::learn_errors(const std::string& text) {
    if (text.empty()) return;
    auto map = protocol::read_error_map(text);
    if (map != nullptr && (error_map_ == nullptr || map->revision > error_map_->revision))
        error_map_ = std::move(map);
}

void Core::on_map_text(std::uint8_t node, std::string_view text) {
    cluster_->on_map_text(node, text);
}

void Core::on_push(net::KvMachine& machine, const protocol::Frame& push) {
    const auto read = protocol::read_config_push(push);
    if (!read) return;
    if (!read->config.empty()) return cluster_->on_map_text(machine.index(), read->config);
    const auto& map = cluster_->map();
    if (map == nullptr || !read->version || *read->version > map->version)
        cluster_->want_map(machine.index(), read->version);
}

}  // namespace txcouchbase
