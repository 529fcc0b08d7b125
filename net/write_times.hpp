// When the bytes of a chunk were written, as far as it is remembered.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "net/clock.hpp"

namespace txcouchbase::net {

/**
 * One mark per write, not per operation, and only the latest are kept: a request that fails finds its own write among
 * them, or between the first and the oldest.
 */
class WriteTimes {
public:
    struct Between {
        TimePoint after;
        TimePoint before;
    };

    /// The chunk is written up to `end`.
    void note(std::uint32_t end, TimePoint now) noexcept {
        if (count_++ == 0) first_ = now;
        marks_[count_ % kept] = {end, now};
    }
    void clear() noexcept { count_ = 0; }

    /// When the byte before `end` was written; nothing where none was.
    std::optional<Between> find(std::uint32_t end) const noexcept {
        for (std::uint32_t back = 0; back < kept && back < count_; ++back) {
            const Mark& mark = marks_[(count_ - back) % kept];
            if (mark.end < end) return newest_from(back);
        }
        if (count_ == 0) return std::nullopt;
        if (count_ <= kept) return newest_from(count_);
        return Between{first_, marks_[(count_ + 1) % kept].at};
    }

private:
    static constexpr std::uint32_t kept = 4;
    struct Mark {
        std::uint32_t end;
        TimePoint at;
    };

    // The write that came after the mark `back` steps ago.
    std::optional<Between> newest_from(std::uint32_t back) const noexcept {
        if (back == 0) return std::nullopt;
        const TimePoint at = marks_[(count_ - back + 1) % kept].at;
        return Between{at, at};
    }

    TimePoint first_;
    std::array<Mark, kept> marks_;
    std::uint32_t count_ = 0;  // writes so far; the latest mark is at count_ % kept
};

}  // namespace txcouchbase::net
