// The deadlines of all operations of a connection: arming and disarming cost the same however many there are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "net/operation_table.hpp"

namespace txcouchbase::net {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/**
 * A hashed timing wheel over the operation table. A deadline is rounded up to the next tick (4 ms), so it never fires
 * early. A deadline further away than one turn of the wheel (4 s) waits in the last bucket and moves on when the hand
 * comes by. Time is an argument: the wheel reads no clock.
 */
class DeadlineWheel {
public:
    static constexpr std::chrono::milliseconds tick{4};

    DeadlineWheel(OperationTable& table, TimePoint epoch) : table_(table), epoch_(epoch) { heads_.fill(OperationTable::none); }

    /// Moves the wheel's idea of now; arm() counts from here.
    void set_now(TimePoint now) noexcept { now_ = ticks_between(epoch_, now); }

    /// Ends at set_now() + operation.timeout.
    void arm(Operation& operation) noexcept {
        // One more tick than the timeout: part of the current tick has passed already.
        operation.deadline = now_ + operation.timeout + 1;
        if (!is_due(promised_, operation.deadline)) is_earlier_armed_ = true;
        link(operation);
    }
    void disarm(Operation& operation) noexcept {
        if (!operation.is_armed) return;
        operation.is_armed = false;
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

    void link(Operation& operation) noexcept {
        const std::uint32_t last = hand_ + buckets - 1;
        const std::uint32_t at = is_due(operation.deadline, last) ? operation.deadline : last;
        const std::uint32_t bucket = at % buckets;
        operation.is_armed = true;
        operation.previous = head_mark | bucket;
        operation.next = heads_[bucket];
        const std::uint32_t index = OperationTable::index_of(operation);
        if (operation.next != OperationTable::none) table_.at(operation.next).previous = index;
        heads_[bucket] = index;
        occupied_[bucket / 64] |= 1ULL << (bucket % 64);
    }
    static std::uint32_t ticks_between(TimePoint from, TimePoint to) noexcept;
    // Ticks are compared by their distance, so that the 32-bit counter may wrap (after 198 days).
    static bool is_due(std::uint32_t deadline, std::uint32_t now) noexcept {
        return static_cast<std::int32_t>(deadline - now) <= 0;
    }

    OperationTable& table_;
    TimePoint epoch_;
    std::uint32_t now_ = 0;
    std::uint32_t hand_ = 0;  // every bucket before this tick is done
    std::uint32_t promised_ = 0;  // the tick that next_expiry() answered
    bool is_earlier_armed_ = true;
    std::array<std::uint32_t, buckets> heads_;
    std::array<std::uint64_t, buckets / 64> occupied_{};  // a set bit: the bucket may hold something
};

}  // namespace txcouchbase::net
