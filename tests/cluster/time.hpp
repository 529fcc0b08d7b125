// The time that machines are told: one line of nanoseconds, real or simulated, never read from a clock in here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace txcouchbase::cluster {

/// Nanoseconds since the UNIX epoch, on the line of whoever drives the machines.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// What a node goes by: `now` drives lags and delays; `wall` is the node's own clock, which can be set off to make
/// documents expire and locks run out (time travel).
struct Moment {
    Time now = {};
    Time wall = {};

    std::uint32_t unix_seconds() const noexcept {
        return static_cast<std::uint32_t>(
            std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count());
    }
    std::uint64_t unix_nanoseconds() const noexcept {
        return static_cast<std::uint64_t>(wall.time_since_epoch().count());
    }
};

}  // namespace txcouchbase::cluster
