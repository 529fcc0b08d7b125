// What a client should do about each status, as the server tells it (GET_ERROR_MAP, PROTOCOL 3.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace txcouchbase::cluster {

/// JSON of version 1 or 2: the same codes; version 1 has only the attributes that it knew. Lives for ever.
std::string_view error_map(int version);

}  // namespace txcouchbase::cluster
