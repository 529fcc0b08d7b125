// `txcb version`: prints the version of every server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_version(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
