// Numbers that look random and are the same for the same seed, everywhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace txcouchbase::cluster {

/// SplitMix64. Not for secrets.
class RandomSource {
public:
    explicit RandomSource(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t operator()() noexcept {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
        return z ^ (z >> 31U);
    }
    /// 0 to count - 1.
    std::uint64_t below(std::uint64_t count) noexcept { return (*this)() % count; }

private:
    std::uint64_t state_;
};

}  // namespace txcouchbase::cluster
