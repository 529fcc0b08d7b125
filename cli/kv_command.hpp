// The command line that the verbs which talk to a server share: where it is, who logs in, how to wait and to print.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/operations.hpp>

#include "cli/verb.hpp"

namespace txcouchbase::cli {

/// What was asked for.
struct KvCommand {
    std::string connect;
    ConnectionOptions options;
    std::vector<std::string_view> operands;
    bool json = false;     ///< print objects, one a line, also for failures
    bool explain = false;  ///< print what a failed operation went through
};

/**
 * Reads the command line of a verb, whose own options are `own`, and then the password if one is to be asked for.
 *
 * Errors: returns an exit code when there is nothing to run: the help was printed, or a complaint was.
 */
std::optional<int> read_command(const Verb& verb, Arguments arguments, std::vector<Option> own,
                                KvCommand& command, Console& console);

}  // namespace txcouchbase::cli
