// One HTTP request as the routes see it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace txcouchbase::cluster {

struct HttpRequest {
    std::string method;
    std::string target;  ///< path and query as they came
    std::string authorization = {};
    std::string content_type = {};
    std::string accept = {};
    std::string body = {};
    bool keeps_alive = true;
    bool takes_chunks = true;  ///< HTTP/1.1

    bool is_head() const noexcept { return method == "HEAD"; }
};

}  // namespace txcouchbase::cluster
