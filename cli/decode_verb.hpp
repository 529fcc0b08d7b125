// `txcb decode`: hexadecimal in, JSON lines out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

namespace txcouchbase::cli {

/**
 * Decodes the argument, or each line of standard input when there is none.
 *
 * Errors: exit_usage for options it does not know and for input that is no hexadecimal, after the lines before it
 *         have been decoded; exit_io_error when a stream fails. Whatever the bytes decode to is exit_ok.
 * Cost:   holds one line of input at a time.
 */
int run_decode(Arguments arguments, Console& console);

}  // namespace txcouchbase::cli
