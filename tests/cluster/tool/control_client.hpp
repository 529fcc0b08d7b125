// `txcb-cluster ctl`: one command, sent and answered.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "tests/cluster/tool/arguments.hpp"

namespace txcouchbase::cluster::tool {

/// Prints the answer on `out`, or on `err` what went wrong. Returns the exit code.
int send_command(const ControlArguments& arguments, std::ostream& out, std::ostream& err);

}  // namespace txcouchbase::cluster::tool
