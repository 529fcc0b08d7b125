// The version that the development cluster gives itself out for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace txcouchbase::cluster {

/// The server whose answers these are, and that it is not that server. VERSION, STAT and the REST port say it alike.
constexpr std::string_view server_version = "6.6.5-10080-txcb";

}  // namespace txcouchbase::cluster
