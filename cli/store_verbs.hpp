// `txcb set`, `txcb add` and `txcb replace`: store a value.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_set(Arguments arguments, Console& console);
int run_add(Arguments arguments, Console& console);
int run_replace(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
