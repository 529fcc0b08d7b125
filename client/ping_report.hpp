// A ping of every node as JSON, in which a node that does not answer is an answer, too.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/core.hpp"

namespace txcouchbase {

/// What broadcast() calls when all nodes have answered.
void succeed(net::Operation& operation, const PingDraft& draft);

AsyncResult<std::string> report_ping(Core& core, std::string_view report_id, const RequestOptions& options);

}  // namespace txcouchbase
