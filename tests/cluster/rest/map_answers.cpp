// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/map_answers.hpp"

namespace txcouchbase::cluster {
namespace {

HttpResponse map_response(std::optional<std::string> map) {
    if (!map) return not_found();
    return {.body = *std::move(map)};
}

std::string verbose(const Node& node, const BucketInfo& bucket) {
    return with_own_address(verbose_config(*node.state, bucket, node.self));
}

}  // namespace

std::string with_own_address(std::string document) {
    constexpr ByteView placeholder = "$HOST";
    constexpr ByteView address = "127.0.0.1";
    std::size_t at = 0;
    while ((at = document.find(placeholder, at)) != std::string::npos) {
        document.replace(at, placeholder.size(), address);
        at += address.size();
    }
    return document;
}

std::optional<std::string> current_map(const Node& node, const MapStream& stream) {
    if (stream.is_verbose) {
        const BucketInfo* const bucket = node.state->find_bucket(stream.bucket);
        return bucket == nullptr ? std::nullopt : std::optional{verbose(node, *bucket)};
    }
    const ConfigText* const text = node.configs.bucket(stream.bucket);
    return text == nullptr ? std::nullopt : std::optional{text->json};
}

Answer node_services(const Call& call) {
    return HttpResponse{.body = call.node.configs.cluster().json};
}

Answer terse_map(const Call& call) {
    return map_response(current_map(call.node, {.bucket = call.bucket->name, .is_verbose = false}));
}

Answer terse_stream(const Call& call) {
    return MapStream{.bucket = call.bucket->name, .is_verbose = false};
}

Answer verbose_map(const Call& call) {
    return map_response(current_map(call.node, {.bucket = call.bucket->name, .is_verbose = true}));
}

Answer verbose_stream(const Call& call) {
    return MapStream{.bucket = call.bucket->name, .is_verbose = true};
}

Answer bucket_list(const Call& call) {
    std::string list = "[";
    for (const BucketInfo& bucket : call.node.state->buckets) {
        const BucketRights rights = call.user->rights(bucket.name);
        if (!call.user->is_admin && !rights.may_read && !rights.may_write) continue;
        if (list.size() > 1) list += ',';
        list += verbose(call.node, bucket);
    }
    return HttpResponse{.body = list + ']'};
}

}  // namespace txcouchbase::cluster
