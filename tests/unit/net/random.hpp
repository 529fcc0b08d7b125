// Seeded random numbers for the tests that play thousands of steps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

namespace txcouchbase::net {

class Random {
public:
    explicit Random(std::uint32_t seed) : engine_(seed) {}

    /// From 0 to below `bound`.
    std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(engine_() % bound); }
    bool one_in(std::uint32_t chances) { return below(chances) == 0; }

private:
    std::mt19937 engine_;
};

}  // namespace txcouchbase::net
