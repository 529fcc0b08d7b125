// What every verb does with its command line before it does anything else: options, help, number of operands, keys.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"

namespace txcouchbase::cli {

/// What a verb is called and takes.
struct Verb {
    std::string_view name;          ///< "get"
    std::string_view help;          ///< its usage and its own options
    std::string_view options = {};  ///< those that it shares with its siblings; printed behind its help
    std::string_view operands;      ///< for complaints about their number: "one KEY or more"
    std::size_t least;
    std::size_t most;
    std::size_t keys;  ///< how many of the first operands are keys
};

/// One that does the same to any number of keys.
constexpr Verb verb_on_keys(std::string_view name, std::string_view help) {
    return {.name = name,
            .help = help,
            .operands = "one KEY or more",
            .least = 1,
            .most = SIZE_MAX,
            .keys = SIZE_MAX};
}

/// One that takes a key, and perhaps something for it.
constexpr Verb verb_on_a_key(std::string_view name, std::string_view operands, std::string_view options,
                             std::string_view help) {
    return {.name = name,
            .help = help,
            .options = options,
            .operands = operands,
            .least = 1,
            .most = 2,
            .keys = 1};
}

/// What is wrong with the number of operands.
std::string wrong_operands(const Verb& verb);

/**
 * Reads the command line of a verb. `--help`, which `options` need not have, prints the verb's help and `shared_help`.
 *
 * Errors: returns an exit code when there is nothing to run: the help was printed, or a complaint was.
 */
std::optional<int> read_arguments(const Verb& verb, std::string_view shared_help, Arguments arguments,
                                  std::vector<Option> options, std::vector<std::string_view>& operands,
                                  Console& console);

}  // namespace txcouchbase::cli
