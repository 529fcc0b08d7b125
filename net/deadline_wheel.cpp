// SPDX-License-Identifier: Apache-2.0
#include "net/deadline_wheel.hpp"

#include <limits>

namespace txcouchbase::net {

std::uint32_t DeadlineWheel::ticks(Duration timeout) noexcept {
    constexpr auto longest = std::numeric_limits<std::int32_t>::max() / 2;  // 49 days
    const auto whole = std::min<Duration>(timeout, longest * tick) / tick;
    const bool is_exact = timeout == whole * tick;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(whole + (is_exact ? 0 : 1), 1, longest));
}

Operation* DeadlineWheel::expire(TimePoint now) noexcept {
    set_now(now);
    // After a long sleep one turn of the wheel visits every bucket.
    if (now_ - hand_ > buckets) hand_ = now_ - buckets;
    while (true) {
        const std::uint64_t bucket = hand_ % buckets;
        while (heads_[bucket] != OperationTable::none) {
            Operation& operation = table_.at(heads_[bucket]);
            disarm(operation);
            const std::uint64_t deadline = deadline_of(operation);
            if (deadline <= now_) return &operation;
            link(operation,
                 deadline);  // further than a turn away: on to the last bucket, which is never this one
        }
        if (hand_ == now_) return nullptr;  // the current bucket may still be armed into
        ++hand_;
    }
}

std::optional<TimePoint> DeadlineWheel::next_expiry() noexcept {
    is_earlier_armed_ = false;
    for (std::uint32_t distance = 0; distance < buckets;) {
        const std::uint64_t bucket = (hand_ + distance) % buckets;
        if (occupied_[bucket / 64] >> (bucket % 64) == 0) {
            distance += 64 - static_cast<std::uint32_t>(bucket % 64);  // nothing in the rest of this word
        } else if (heads_[bucket] == OperationTable::none) {
            occupied_[bucket / 64] &= ~(1ULL << (bucket % 64));
            ++distance;
        } else {
            promised_ = hand_ + distance;
            return epoch_ + static_cast<std::int64_t>(promised_) * Duration{tick};
        }
    }
    is_earlier_armed_ = true;  // whatever is armed next is earlier than nothing
    return std::nullopt;
}

}  // namespace txcouchbase::net
