// `txcb lock` and `txcb unlock`: keep others from changing a key.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_lock(Arguments arguments, Console& console);
int run_unlock(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
