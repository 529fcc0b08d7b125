// The commands that set a session up and ask where things are.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/append.hpp"
#include "protocol/config_version.hpp"
#include "protocol/session_responses.hpp"
#include "tests/cluster/kv/commands.hpp"
#include "tests/cluster/kv/error_map.hpp"
#include "tests/cluster/version.hpp"

namespace txcouchbase::cluster {

using protocol::ConfigVersion;
using protocol::Datatype;
using protocol::Feature;
using protocol::FeatureSet;

namespace {

/// What this node does. The order is that of the numbers, in which the answer lists them.
constexpr Feature implemented[] = {
    Feature::tcp_nodelay,
    Feature::mutation_seqno,
    Feature::xerror,
    Feature::select_bucket,
    Feature::snappy,
    Feature::json,
    Feature::duplex,
    Feature::clustermap_change_notification,
    Feature::tracing,
    Feature::alt_request,
    Feature::preserve_ttl,
    Feature::get_cluster_config_with_known_version,
    Feature::dedupe_not_my_vbucket_clustermap,
    Feature::clustermap_change_notification_brief,
};

/// Why a HELLO is refused as a whole, or nothing.
std::string_view conflict(const FeatureSet& wanted) {
    if (wanted.contains(Feature::tcp_nodelay) && wanted.contains(Feature::tcp_delay))
        return "TCPNODELAY cannot co-exist with TCPDELAY";
    if (wanted.contains(Feature::duplex)) return {};
    if (wanted.contains(Feature::clustermap_change_notification))
        return "ClustermapChangeNotification needs Duplex";
    if (wanted.contains(Feature::clustermap_change_notification_brief))
        return "ClustermapChangeNotificationBrief needs Duplex";
    return {};
}

}  // namespace

void run_noop(Exchange& exchange) {
    exchange.answer();
}

void run_version(Exchange& exchange) {
    exchange.answer(Status::success, server_version);
}

void run_quit(Exchange& exchange) {
    exchange.answer();
    exchange.session.is_closing = true;
}

// Every HELLO begins from nothing: what it does not ask for is off afterwards.
void run_hello(Exchange& exchange) {
    const auto asked = protocol::read_hello(exchange.frame);
    if (!asked) return exchange.refuse(Status::einval, "The features are numbers of two bytes");
    const FeatureSet wanted = protocol::to_set(*asked);
    if (const std::string_view words = conflict(wanted); !words.empty())
        return exchange.refuse(Status::einval, words);
    FeatureSet granted;
    std::string list;
    for (const Feature feature : implemented) {
        const auto needs = protocol::requirement(feature);
        if (!wanted.contains(feature) || (needs && !granted.contains(needs->needed))) continue;
        granted.insert(feature);
        protocol::append_number(list, static_cast<std::uint16_t>(feature));
    }
    exchange.session.features = granted;
    exchange.answer(Status::success, list);
}

void run_select_bucket(Exchange& exchange) {
    KvSession& session = exchange.session;
    const ByteView name = exchange.frame.key();
    if (name == "@no bucket@") {
        session.bucket.clear();
        return exchange.answer();
    }
    const UserInfo* const user = exchange.node.users.find(session.user);
    const BucketInfo* const bucket = exchange.node.state->find_bucket(name);
    const BucketRights rights = user == nullptr ? BucketRights{} : user->rights(std::string{name});
    if (!rights.may_read && !rights.may_write) return exchange.refuse(Status::eaccess);
    if (bucket == nullptr) return exchange.refuse(Status::key_enoent);
    session.bucket = name;
    session.bucket_uuid = bucket->uuid;
    exchange.answer();
}

void run_list_buckets(Exchange& exchange) {
    const UserInfo* const user = exchange.node.users.find(exchange.session.user);
    std::string names;
    for (const BucketInfo& bucket : exchange.node.state->buckets) {
        const BucketRights rights = user == nullptr ? BucketRights{} : user->rights(bucket.name);
        if (!rights.may_read && !rights.may_write) continue;
        if (!names.empty()) names += ' ';
        names += bucket.name;
    }
    exchange.answer(Status::success, names);
}

void run_get_cluster_config(Exchange& exchange) {
    KvSession& session = exchange.session;
    const ConfigText* const config = session.bucket.empty() ? &exchange.node.configs.cluster()
                                                            : exchange.node.configs.bucket(session.bucket);
    if (config == nullptr) return exchange.refuse(Status::key_enoent);
    protocol::Response response{.value = config->json};
    if (exchange.frame.extras_size() == 16) {
        const char* const extras = exchange.frame.extras().data();
        const ConfigVersion known{static_cast<std::int64_t>(protocol::load_be<std::uint64_t>(extras)),
                                  static_cast<std::int64_t>(protocol::load_be<std::uint64_t>(extras + 8))};
        if (known.revision < 1 || (known.epoch < 1 && known.epoch != -1))
            return exchange.refuse(Status::einval, "No map has such a version");
        if (config->version <= known) response.value = {};
    }
    if (!response.value.empty() && session.has(Feature::json)) response.datatype = Datatype::json;
    session.given[session.bucket] = config->version;
    exchange.answer(response);
}

void run_get_error_map(Exchange& exchange) {
    if (exchange.frame.value().size() != 2) return exchange.refuse(Status::einval, "A version has two bytes");
    const auto newest = protocol::load_be<std::uint16_t>(exchange.frame.value().data());
    if (newest == 0) return exchange.refuse(Status::key_enoent);
    protocol::Response response{.value = error_map(newest == 1 ? 1 : 2)};
    if (exchange.session.has(Feature::json)) response.datatype = Datatype::json;
    exchange.answer(response);
}

}  // namespace txcouchbase::cluster
