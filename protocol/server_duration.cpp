// SPDX-License-Identifier: Apache-2.0
#include "protocol/server_duration.hpp"

#include <algorithm>
#include <cmath>

namespace txcouchbase::protocol {
namespace {

constexpr double exponent = 1.74;

}  // namespace

std::uint16_t encode_server_duration(std::chrono::microseconds duration) noexcept {
    const auto bounded = std::clamp(duration, std::chrono::microseconds{0}, longest_server_duration);
    return static_cast<std::uint16_t>(
        std::lround(std::pow(2.0 * static_cast<double>(bounded.count()), 1 / exponent)));
}

ServerDuration decode_server_duration(std::uint16_t encoded) noexcept {
    return ServerDuration{std::pow(encoded, exponent) / 2};
}

}  // namespace txcouchbase::protocol
