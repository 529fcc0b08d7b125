// txcb-cluster itself: a cluster, its control surface, its scenario, until it is told to end.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "tests/cluster/tool/arguments.hpp"

namespace txcouchbase::cluster::tool {

/// Returns the exit code.
int serve(const ServeArguments& arguments, std::ostream& out, std::ostream& err);

}  // namespace txcouchbase::cluster::tool
