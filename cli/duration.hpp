// Times to live as people write them: seconds, or 90s, 5m, 2h, 1d.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <txcouchbase/operations.hpp>

#include "cli/options.hpp"

namespace txcouchbase::cli {

/// Shape: a whole number, and perhaps one of s, m, h and d; at most 2^32 - 1 seconds, what the protocol can carry.
std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept;

/// `--ttl`, of at least so much.
Option ttl_option(Ttl& target, std::chrono::seconds least = std::chrono::seconds{0});

}  // namespace txcouchbase::cli
