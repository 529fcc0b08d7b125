// What a verb of `txcb` is given and what it gives back: arguments, three streams, an exit code.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace txcouchbase::cli {

/// The streams as arguments, so that tests need no process.
struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool in_is_terminal = false;  ///< whether somebody sits at `in`, who is asked and must not see a password
};

/// What stands behind the verb on the command line.
using Arguments = std::span<const std::string_view>;

/// Small numbers for how the work went, those of sysexits.h for the command itself.
enum ExitCode : int {
    exit_ok = 0,
    exit_not_found = 1,
    exit_failed = 2,     ///< an operation failed
    exit_no_server = 3,  ///< no connection could be made
    exit_usage = 64,     ///< the command line, or input that is not what it was said to be
    exit_io_error = 74,  ///< standard input or output failed
};

/// Says on `err` that the command line is wrong. Returns exit_usage.
int refuse(std::string_view verb, std::string_view complaint, Console& console);

/// How every verb ends: what it printed must have got out. Returns `code`, or exit_io_error when it did not.
int finish(std::string_view verb, int code, Console& console);

/// What a server says of itself, fit for a terminal: control bytes become "?".
std::string printable(std::string_view words);

}  // namespace txcouchbase::cli
