// Asks for a password without showing it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/console.hpp"

namespace txcouchbase::cli {

/**
 * Reads the next line of standard input, which on a terminal is asked for and not echoed.
 *
 * Errors: returns what went wrong, or an empty string. A terminal that cannot be kept from echoing is not read.
 */
std::string read_password(Console& console, std::string& password);

}  // namespace txcouchbase::cli
