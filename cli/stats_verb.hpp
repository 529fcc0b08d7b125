// `txcb stats`: prints the statistics of every server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_stats(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
