// `txcb touch`: sets how long keys live.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_touch(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
