// `txcb incr`: counts up or down.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_incr(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
