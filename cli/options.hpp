// The options of a verb: how they are spelled and who takes their values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.hpp"

namespace txcouchbase::cli {

struct Option {
    /// Is given the value, or nothing by an option without one; returns what is wrong with it.
    using Take = std::function<std::string(std::string_view)>;

    std::string_view name;    ///< "--timeout", or empty
    std::string_view letter;  ///< "-U", or empty
    bool has_value;
    Take take;
};

/// An option without a value, which sets `target`.
Option flag(std::string_view name, std::string_view letter, bool& target);

/// An option whose value, whatever it is, goes into `target`: a string, or an optional one.
template <class Text>
Option text_option(std::string_view name, std::string_view letter, Text& target) {
    return {name, letter, true, [&target](std::string_view value) {
                target = std::string{value};
                return std::string{};
            }};
}

/**
 * Reads a command line: options and operands in any order, "--" ends the options.
 *
 * Shape:  `--name value`, `--name=value`, `-x value`, `-xvalue`. A lone "-" and whatever begins like a negative number
 *         are operands.
 * Errors: returns what is wrong with the first argument that is, or an empty string.
 */
std::string read_options(Arguments arguments, const std::vector<Option>& options,
                         std::vector<std::string_view>& operands);

/// A number of digits of the base, nothing around them.
std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10) noexcept;

/// An option whose value is a number from `least` to `most`, which goes into `target`; `what` says so to people.
template <class Number>
Option number_option(std::string_view name, std::string_view what, Number& target, std::uint64_t least = 0,
                     std::uint64_t most = UINT64_MAX) {
    return {name, "", true, [=, &target](std::string_view text) -> std::string {
                const auto number = parse_number(text);
                if (!number || *number < least || *number > most)
                    return std::string{name} + " is " + std::string{what};
                target = Number(*number);
                return {};
            }};
}

}  // namespace txcouchbase::cli
