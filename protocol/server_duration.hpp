// The two bytes in which a server says how long it worked on a request (PROTOCOL 4.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace txcouchbase::protocol {

using ServerDuration = std::chrono::duration<double, std::micro>;

/// What 0xffff stands for: 120 seconds.
constexpr std::chrono::microseconds longest_server_duration{120'125'042};

/// Rounds to the nearest of 65,536 steps that widen with the duration; the longest stands for everything beyond
/// it, nothing for a negative one.
std::uint16_t encode_server_duration(std::chrono::microseconds duration) noexcept;
ServerDuration decode_server_duration(std::uint16_t encoded) noexcept;

}  // namespace txcouchbase::protocol
