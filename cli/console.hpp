// What a verb of `txcb` is given and what it gives back: arguments, three streams, an exit code.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>
#include <ostream>
#include <span>
#include <string_view>

namespace txcouchbase::cli {

/// The streams as arguments, so that tests need no process.
struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
};

/// What stands behind the verb on the command line.
using Arguments = std::span<const std::string_view>;

/// The numbers of sysexits.h, which scripts know.
enum ExitCode : int {
    exit_ok = 0,
    exit_usage = 64,     ///< the command line, or input that is not what it was said to be
    exit_io_error = 74,  ///< standard input or output failed
};

}  // namespace txcouchbase::cli
