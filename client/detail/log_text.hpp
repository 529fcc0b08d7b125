// What of an exception may appear in a log that nobody asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>

namespace txcouchbase::detail {

/// An exception whose what() has more than that: a key, say, or the words of a server.
class Discreet {
public:
    /// what() without it.
    virtual std::string log_text() const = 0;

protected:
    Discreet() = default;
    Discreet(const Discreet&) = default;
    Discreet& operator=(const Discreet&) = default;
    ~Discreet() = default;
};

/// The text of any exception, for a log.
inline std::string log_text(const std::exception& exception) {
    const auto* const discreet = dynamic_cast<const Discreet*>(&exception);
    return discreet != nullptr ? discreet->log_text() : exception.what();
}

}  // namespace txcouchbase::detail
