// `txcb incr` and `txcb decr`: count up and down.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_incr(Arguments arguments, Console& console);
int run_decr(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
