// The `txcb` command without its process: finds the verb and runs it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

/// `arguments` are those behind the program's name. Returns the exit code.
int run_txcb(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
