// The fields of requests that clients send.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/frame.hpp"

namespace txcouchbase::cli {

nlohmann::json request_fields(const protocol::Frame& frame);

}  // namespace txcouchbase::cli
