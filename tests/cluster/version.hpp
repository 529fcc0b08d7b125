// Which server the development cluster says it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace txcouchbase::cluster {

/// What VERSION, STAT and the REST port say: the server whose answers these are, and that it is not that server.
constexpr std::string_view server_version = "6.6.5-10080-txcb";

}  // namespace txcouchbase::cluster
