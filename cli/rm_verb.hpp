// `txcb rm`: removes keys.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_rm(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
