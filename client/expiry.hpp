// What the wire calls expiry: relative up to 30 days, a date beyond (PROTOCOL 5.2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <txcouchbase/operations.hpp>

namespace txcouchbase {

/// Throws ArgumentError, which names the key, for a ttl that the wire cannot carry. `now` is read only for durations
/// that have to be sent as dates.
std::uint32_t expiry_of(std::string_view key, const Ttl& ttl,
                        std::chrono::system_clock::time_point (*now)() = &std::chrono::system_clock::now);

}  // namespace txcouchbase
