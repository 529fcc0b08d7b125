// `txcb ping`: how long every server takes to answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_ping(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
