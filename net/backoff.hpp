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
    /// A connection that was up for so long is lost. Only one that was good for something starts the delays over: a
    /// server that takes every connection and drops it at once is dialled as seldom as one that takes none.
    void on_lost(std::chrono::nanoseconds up, bool has_answered) noexcept {
        if (has_answered || up > longest) attempts_ = 0;
    }

private:
    int attempts_ = 0;
};

}  // namespace txcouchbase::net
