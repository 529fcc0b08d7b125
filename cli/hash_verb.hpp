// `txcb hash`: where keys belong, worked out without any server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_hash(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
