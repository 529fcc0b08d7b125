// `txcb get`: prints the values of keys.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_get(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
