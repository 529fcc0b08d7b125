// The deadlines of all operations of a connection: arming and disarming cost the same however many there are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "net/clock.hpp"
#include "net/operation_table.hpp"

namespace txcouchbase::net {

/**
 * A hashed timing wheel over the operation table. A deadline is rounded up to the next tick (4 ms), so it never fires
 * early. A deadline further away than one turn of the wheel (4 s) waits in the last bucket and moves on when the hand
 * comes by. Time is an argument: the wheel reads no clock.
 */
class DeadlineWheel {
public:
    static constexpr std::chrono::milliseconds tick{4};

    DeadlineWheel(OperationTable& table, TimePoint epoch) : table_(table), epoch_(epoch) {
        heads_.fill(OperationTable::none);
    }

    /// Moves the wheel's idea of now; arm() counts from here.
    void set_now(TimePoint now) noexcept {
        time_ = now;
        now_ = ticks_between(epoch_, now);
    }
    TimePoint now() const noexcept { return time_; }
    /// When an operation that was armed was issued, to the tick.
    TimePoint begin_of(const Operation& operation) const noexcept {
        const std::uint64_t begin = deadline_of(operation) - operation.timeout - 1;
        return epoch_ + static_cast<std::int64_t>(begin) * Duration{tick};
    }

    /// Ends at set_now() + operation.timeout.
    void arm(Operation& operation) noexcept {
        // One more tick than the timeout: part of the current tick has passed already.
        const std::uint64_t deadline = now_ + operation.timeout + 1;
        if (deadline < promised_) is_earlier_armed_ = true;
        operation.deadline = static_cast<std::uint32_t>(deadline);
        link(operation, deadline);
    }
    void disarm(Operation& operation) noexcept {
        if (!operation.traits.is_armed) return;
        operation.traits.is_armed = false;
        if (operation.next != OperationTable::none) table_.at(operation.next).previous = operation.previous;
        if ((operation.previous & head_mark) != 0)
            heads_[operation.previous & ~head_mark] = operation.next;
        else
            table_.at(operation.previous).next = operation.next;
    }

    /// An operation whose deadline has passed at `now`, disarmed; null when there is none. Call until null.
    Operation* expire(TimePoint now) noexcept;

    /// When expire() should be called next; nothing when no deadline is armed. May be early, never late.
    std::optional<TimePoint> next_expiry() noexcept;
    /// Whether a deadline was armed since next_expiry() that is earlier than its answer.
    bool is_earlier_armed() const noexcept { return is_earlier_armed_; }

    /// A timeout in ticks, rounded up and at least 1.
    static std::uint32_t ticks(Duration timeout) noexcept;

private:
    static constexpr std::uint32_t buckets = 1024;
    // In `previous`: the operation is the first of the bucket whose number follows.
    static constexpr std::uint32_t head_mark = 1U << 31;

    void link(Operation& operation, std::uint64_t deadline) noexcept {
        const auto bucket = static_cast<std::uint32_t>(std::min(deadline, hand_ + buckets - 1) % buckets);
        operation.traits.is_armed = true;
        operation.previous = head_mark | bucket;
        operation.next = heads_[bucket];
        const std::uint32_t index = OperationTable::index_of(operation);
        if (operation.next != OperationTable::none) table_.at(operation.next).previous = index;
        heads_[bucket] = index;
        occupied_[bucket / 64] |= 1ULL << (bucket % 64);
    }
    static std::uint64_t ticks_between(TimePoint from, TimePoint to) noexcept {
        return static_cast<std::uint64_t>((to - from) / tick);
    }
    // An operation has room for 32 bits of its deadline, which wrap after 198 days: enough beside the present time.
    std::uint64_t deadline_of(const Operation& operation) const noexcept {
        const auto distance =
            static_cast<std::int32_t>(operation.deadline - static_cast<std::uint32_t>(now_));
        return now_ + static_cast<std::uint64_t>(std::int64_t{distance});
    }

    OperationTable& table_;
    TimePoint epoch_;
    TimePoint time_ = epoch_;
    std::uint64_t now_ = 0;
    std::uint64_t hand_ = 0;      // every bucket before this tick is done
    std::uint64_t promised_ = 0;  // the tick that next_expiry() answered
    bool is_earlier_armed_ = true;
    std::array<std::uint32_t, buckets> heads_;
    std::array<std::uint64_t, buckets / 64> occupied_{};  // a set bit: the bucket may hold something
};

}  // namespace txcouchbase::net
