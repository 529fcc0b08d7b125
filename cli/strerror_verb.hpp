// `txcb strerror`: what an error code means.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

int run_strerror(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
