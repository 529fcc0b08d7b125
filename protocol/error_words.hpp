// Foreign words as messages show them: keys, what a server says, what somebody else's exception says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace txcouchbase {

/**
 * The words, fit for logs and terminals.
 *
 * Shape: control bytes and control characters become "\x1b"; other UTF-8 stays as it is; of words that are not UTF-8
 *        every byte beyond ASCII is escaped.
 */
std::string escaped(std::string_view words);

/// The words escaped, between quotes; quotes and backslashes in them are escaped too.
std::string quoted(std::string_view words);

/// What an exception says of itself, unescaped; a fixed text for one that is no std::exception.
std::string words_of(const std::exception_ptr& exception);

}  // namespace txcouchbase
