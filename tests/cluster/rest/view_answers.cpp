// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/view_answers.hpp"

#include <nlohmann/json.hpp>

namespace txcouchbase::cluster {
namespace {

HttpResponse not_for_memcached() {
    return view_error(404, "not_found", "views are supported only on couchbase buckets");
}

}  // namespace

Answer design_documents(const Call& call) {
    if (call.bucket->type == BucketType::memcached)
        return text_response(400, "Views are supported only on couchbase buckets.");
    return json_response({{"rows", nlohmann::ordered_json::array()}});
}

Answer design_document(const Call& call) {
    if (call.bucket->type == BucketType::memcached) return not_for_memcached();
    return view_error(404, "not_found", "missing");
}

Answer view_query(const Call& call) {
    if (call.bucket->type == BucketType::memcached) return not_for_memcached();
    return view_error(
        404, "not_found",
        "Design document `_design/" + call.names[1] + "` missing in database `" + call.bucket->name + "`.");
}

}  // namespace txcouchbase::cluster
