// Where the value of a store comes from (the command line, standard input, a file) and what it is said to be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/operations.hpp>

#include "cli/console.hpp"
#include "cli/options.hpp"

namespace txcouchbase::cli {

/// `--format`.
Option format_option(Format& format);

/// Why there is no value, and the exit code for that.
struct ValueFault {
    ExitCode code;
    std::string complaint;
};

/// A value to be stored.
struct Value {
    std::string text = {};
    Format format = Format::automatic;  ///< as the user said; after settle_format() what it is

    /// Borrows from here. JSON goes out exactly as it came: members, their order, and numbers of any size.
    Encodable encodable() const noexcept;
};

/**
 * Reads a stream to its end.
 *
 * Errors: exit_io_error when it breaks, exit_usage when it has more than `limit` bytes; `name` says what it is.
 * Cost:   never holds more than a byte above `limit`.
 */
std::optional<ValueFault> read_value(std::istream& in, std::string_view name, std::size_t limit,
                                     std::string& text);
std::optional<ValueFault> read_file(const std::string& path, std::size_t limit, std::string& text);

/// Finds out what the text is, as far as that is open. Returns what is wrong with it, or an empty string.
std::string settle_format(Value& value);

}  // namespace txcouchbase::cli
