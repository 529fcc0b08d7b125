// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/cluster_answers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cluster/rest/map_answers.hpp"
#include "tests/cluster/version.hpp"

namespace txcouchbase::cluster {
namespace {

using Json = nlohmann::ordered_json;

Json node_list(const Node& node) {
    Json list = Json::array();
    for (const NodeInfo& info : node.state->nodes) {
        list.push_back(node_document(info, node.self));
        list.back()["version"] = server_version;
    }
    return list;
}

Json bucket_names(const Call& call) {
    Json names = Json::array();
    for (const BucketInfo& bucket : call.node.state->buckets)
        names.push_back({{"bucketName", bucket.name}, {"uuid", bucket.uuid}});
    return names;
}

bool is_rebalancing(const ClusterState& state) {
    return std::any_of(state.buckets.begin(), state.buckets.end(),
                       [](const BucketInfo& bucket) { return !bucket.forward_map.empty(); });
}

}  // namespace

Answer pools(const Call& call) {
    const ClusterState& state = *call.node.state;
    return json_response(
        {{"isAdminCreds", call.user != nullptr && call.user->is_admin},
         {"isEnterprise", true},
         {"pools", Json::array({{{"name", "default"}, {"uri", "/pools/default?uuid=" + state.uuid}}})},
         {"uuid", state.uuid},
         {"implementationVersion", server_version},
         {"componentsVersion", {{"ns_server", server_version}}}});
}

Answer pool(const Call& call) {
    const ClusterState& state = *call.node.state;
    const bool all_in = std::all_of(state.nodes.begin(), state.nodes.end(),
                                    [](const NodeInfo& info) { return info.is_member; });
    const bool rebalancing = is_rebalancing(state);
    const Json document = {{"name", "default"},
                           {"nodes", node_list(call.node)},
                           {"buckets",
                            {{"uri", "/pools/default/buckets?uuid=" + state.uuid},
                             {"terseBucketsBase", "/pools/default/b/"},
                             {"terseStreamingBucketsBase", "/pools/default/bs/"}}},
                           {"bucketNames", bucket_names(call)},
                           {"rebalanceStatus", rebalancing ? "running" : "none"},
                           {"maxBucketCount", 30},
                           {"balanced", all_in && !rebalancing},
                           {"clusterName", state.name},
                           {"clusterUUID", state.uuid}};
    HttpResponse response = json_response(document);
    response.body = with_own_address(std::move(response.body));
    return response;
}

Answer nodes(const Call& call) {
    HttpResponse response = json_response({{"name", "default"}, {"nodes", node_list(call.node)}});
    response.body = with_own_address(std::move(response.body));
    return response;
}

}  // namespace txcouchbase::cluster
