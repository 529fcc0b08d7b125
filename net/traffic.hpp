// What came of a node's operations and connections, counted where it costs next to nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "net/clock.hpp"
#include "protocol/opcode.hpp"

namespace txcouchbase::net {

/// Operations whose latencies are worth comparing.
enum class OperationClass : std::uint8_t { read, mutation, other };
OperationClass class_of(protocol::Opcode opcode) noexcept;

/// How many operations took how long. A bucket is an eighth of a power of two of microseconds, and so no wider than an
/// eighth of what it holds; below 8 us each has its own; the last has all from about 60 s on.
class LatencyCounts {
public:
    static constexpr std::size_t size = 192;
    using Counts = std::array<std::uint64_t, size>;

    static constexpr std::size_t bucket_of(std::uint64_t microseconds) noexcept {
        if (microseconds < 8) return microseconds;
        const auto halvings = static_cast<unsigned>(std::bit_width(microseconds)) - 4;
        return std::min<std::size_t>(8 * halvings + (microseconds >> halvings), size - 1);
    }
    void record(Duration time) noexcept {
        const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
        ++counts_[bucket_of(whole < 0 ? 0 : static_cast<std::uint64_t>(whole))];
    }
    const Counts& counts() const noexcept { return counts_; }

private:
    Counts counts_{};
};

/// Counts, and picks the first and then about one in 64. The distances are uneven, so that no rhythm in what is counted
/// keeps a kind of it from being picked.
class Sampler {
public:
    /// Counts one more. True: it is picked, and go_on() must be called before the next.
    bool pick() noexcept { return --left_ == 0; }
    void go_on() noexcept {
        random_ = random_ * 1'664'525 + 1'013'904'223;
        left_ = 32 + (random_ >> 26);  // 32 to 95
        dealt_ += left_;
    }
    /// The next one is picked, too.
    void go_on_with_next() noexcept {
        left_ = 1;
        ++dealt_;
    }
    std::uint64_t counted() const noexcept { return dealt_ - left_; }

private:
    std::uint64_t dealt_ = 1;  // counted are all but those that are left of them
    std::uint32_t left_ = 1;
    std::uint32_t random_ = 1;
};

/// Of one node, since there is its machine. What is not here follows from it: an operation that is in no other count
/// was answered.
struct Traffic {
    std::uint64_t moved_here = 0;  ///< held operations that another node handed over, and the other way round
    std::uint64_t moved_away = 0;
    std::uint64_t failed = 0;  ///< but for the next two
    std::uint64_t timed_out = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t retried = 0;  ///< refusals after which the operation went on
    std::uint64_t not_my_vbucket = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t connects = 0;
    std::uint64_t failed_connects = 0;
    std::uint64_t losses = 0;
    std::array<LatencyCounts, 3> latencies;  ///< of a sample of those that were answered, by OperationClass
};

}  // namespace txcouchbase::net
