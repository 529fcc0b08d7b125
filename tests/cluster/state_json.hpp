// The state of a cluster as JSON, whole: for processes that keep the same truth, not for clients.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/// With the users' passwords.
std::string to_json_text(const ClusterState& state);

/// The state, or what is wrong with the text.
std::variant<ClusterState, std::string> read_state(std::string_view json);

}  // namespace txcouchbase::cluster
