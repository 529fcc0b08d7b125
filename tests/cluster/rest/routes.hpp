// Which function answers which path, and who may ask.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "tests/cluster/node/node.hpp"
#include "tests/cluster/rest/http_request.hpp"
#include "tests/cluster/rest/http_response.hpp"
#include "tests/cluster/rest/url.hpp"

namespace txcouchbase::cluster {

/// A request that found its route and may ask what it asks.
struct Call {
    const Node& node;
    const HttpRequest& request;
    std::vector<std::string> names;  ///< what stands where the route has a star: buckets, users...
    ByteView query;
    const UserInfo* user = nullptr;      ///< null only on routes that are open to everybody
    const BucketInfo* bucket = nullptr;  ///< never null on routes that are about a bucket
};

/// The map of a bucket, and its next one, and so on until the client says anything.
struct MapStream {
    std::string bucket;
    bool is_verbose = false;
};
/// The cluster's manager has the answer.
struct ForManager {};

using Answer = std::variant<HttpResponse, MapStream, ForManager>;

/**
 * The answer to a request that came to this service (one of REST or views).
 *
 * Order: unknown path 404, then 401, then 405 for a method that the path does not have, then 403, then what the
 *        route says. A HEAD is answered as the GET; the body stays here.
 */
Answer answer(const Node& node, Service service, const HttpRequest& request);

}  // namespace txcouchbase::cluster
