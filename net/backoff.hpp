// How long to wait before dialling again: longer each time, and never in step with other clients.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace txcouchbase::net {

/// Doubles from `first` to `longest`; of each delay a random part of up to one half is left out.
class Backoff {
public:
    static constexpr std::chrono::milliseconds first{32};
    static constexpr std::chrono::milliseconds longest{4096};

    /// `random` is any number; all its bits count.
    std::chrono::milliseconds next(std::uint32_t random) noexcept {
        const auto whole = std::min(first * (1 << attempts_), longest);
        if (whole < longest) ++attempts_;
        return whole - std::chrono::milliseconds{random % (whole.count() / 2 + 1)};
    }
    void reset() noexcept { attempts_ = 0; }

private:
    int attempts_ = 0;
};

}  // namespace txcouchbase::net
