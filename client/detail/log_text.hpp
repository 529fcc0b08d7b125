// What of an exception may appear in a log that nobody asked for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <typeinfo>

namespace txcouchbase::detail {

/// An exception whose what() has more than that: a key, say, or the words of a server.
class Discreet {
public:
    /// what() without it.
    virtual std::string log_text() const = 0;
    /// The class that users know it by, where it is not its own.
    virtual const std::type_info* known_as() const noexcept { return nullptr; }

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
