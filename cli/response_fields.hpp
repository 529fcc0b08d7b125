// The fields of what servers send: responses and pushes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/frame.hpp"

namespace txcouchbase::cli {

nlohmann::json response_fields(const protocol::Frame& frame);
nlohmann::json push_fields(const protocol::Frame& frame);

}  // namespace txcouchbase::cli
