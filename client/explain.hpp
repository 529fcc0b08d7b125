// What became of the request that an error is about, in the one form that both kinds of explanation show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <txcouchbase/error.hpp>

namespace txcouchbase {

enum class Fate : std::uint8_t {
    answered,
    may_have_executed,
    not_sent,
    refused,     ///< by the call itself: there is no request
    connection,  ///< there was no operation: connecting failed, or the connection's own conversation
};

Fate fate_of(const Error& error) noexcept;

/// As JSON names it, "may_have_executed".
std::string_view name(Fate fate) noexcept;
/// As a sentence for people.
std::string_view sentence(Fate fate) noexcept;

}  // namespace txcouchbase
