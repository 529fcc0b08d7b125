// The command line that the key-value verbs have in common: where the server is, who logs in, and how long to wait.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <txcouchbase/operations.hpp>
#include <vector>

#include "cli/options.hpp"

namespace txcouchbase::cli {

/// What a verb is called and takes.
struct KvVerb {
    std::string_view name;      ///< "get"
    std::string_view help;      ///< its usage and its own options; those that all share are printed behind it
    std::string_view operands;  ///< for complaints about their number: "one KEY or more"
    std::size_t least;
    std::size_t most;
    std::size_t keys;  ///< how many of the first operands are keys
};

/// What was asked for.
struct KvCommand {
    std::string connect;
    ConnectionOptions options;
    std::vector<std::string_view> operands;
};

/**
 * Reads the command line of a verb, whose own options are `own`, and then the password if one is to be asked for.
 *
 * Errors: returns an exit code when there is nothing to run: the help was printed, or a complaint was.
 */
std::optional<int> read_command(const KvVerb& verb, Arguments arguments, std::vector<Option> own,
                                KvCommand& command, Console& console);

}  // namespace txcouchbase::cli
