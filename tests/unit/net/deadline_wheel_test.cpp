// SPDX-License-Identifier: Apache-2.0
#include "net/deadline_wheel.hpp"

#include <gtest/gtest.h>

#include "tests/unit/net/wheel_time.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;
using Expired = std::vector<Operation*>;

constexpr Duration tick = DeadlineWheel::tick;
/// How long the 32-bit counter of ticks lasts.
constexpr Duration counter_turn = tick * (std::int64_t{1} << 32);
/// When the wheel has come round once.
constexpr Duration wheel_turn = tick * 1024;

TEST(DeadlineWheel, RoundsATimeoutUpToTicks) {
    EXPECT_EQ(DeadlineWheel::ticks(4ms), 1U);
    EXPECT_EQ(DeadlineWheel::ticks(4ms + 1ns), 2U);
    EXPECT_EQ(DeadlineWheel::ticks(2500ms), 625U);
    EXPECT_EQ(DeadlineWheel::ticks(1ns), 1U);
}

TEST(DeadlineWheel, KeepsAnImpossibleTimeoutWithinItsRange) {
    EXPECT_EQ(DeadlineWheel::ticks(0ns), 1U);
    EXPECT_EQ(DeadlineWheel::ticks(-5s), 1U);
    EXPECT_GT(DeadlineWheel::ticks(1'000'000h), DeadlineWheel::ticks(24h * 30));
    EXPECT_LT(DeadlineWheel::ticks(1'000'000h), 1U << 31);
}

TEST(DeadlineWheel, WithNothingArmedHasNothingToTell) {
    WheelTime time;
    EXPECT_TRUE(time.expired().empty());
    EXPECT_EQ(time.wheel().next_expiry(), std::nullopt);
}

TEST(DeadlineWheel, NeverFiresEarlyAndAtMostOneTickLate) {
    for (const Duration part : {0ns, 1ns, 2'000'000ns, 3'999'999ns}) {
        for (const Duration timeout :
             {Duration{4ms}, Duration{8ms}, Duration{100ms}, Duration{4s}, Duration{2500ms}}) {
            WheelTime time{part};
            Operation& operation = time.arm(timeout);
            const TimePoint armed = time.now();
            time.advance_to(armed + timeout - 1ns);
            EXPECT_TRUE(time.expired().empty());
            time.advance_to(armed + timeout + tick);
            EXPECT_EQ(time.expired(), Expired{&operation});
        }
    }
}

TEST(DeadlineWheel, FiresEachOperationOnce) {
    WheelTime time;
    Operation& operation = time.arm(10ms);
    time.advance(1s);
    EXPECT_EQ(time.expired(), Expired{&operation});
    EXPECT_FALSE(operation.traits.is_armed);
    EXPECT_TRUE(time.expired().empty());
}

TEST(DeadlineWheel, FiresInTheOrderOfDeadlines) {
    WheelTime time;
    Operation& third = time.arm(300ms);
    Operation& first = time.arm(100ms);
    Operation& second = time.arm(200ms);
    time.advance(1s);
    EXPECT_EQ(time.expired(), (Expired{&first, &second, &third}));
}

TEST(DeadlineWheel, ADisarmedOperationDoesNotFireWhereverItStoodInItsBucket) {
    for (int disarmed = 0; disarmed < 3; ++disarmed) {
        WheelTime time;
        Expired operations{&time.arm(100ms), &time.arm(100ms), &time.arm(100ms)};
        time.end(*operations[static_cast<std::size_t>(disarmed)]);
        operations.erase(operations.begin() + disarmed);
        time.advance(1s);
        Expired fired = time.expired();
        std::sort(fired.begin(), fired.end());
        std::sort(operations.begin(), operations.end());
        EXPECT_EQ(fired, operations);
    }
}

TEST(DeadlineWheel, DisarmingTwiceDoesNothing) {
    WheelTime time;
    Operation& operation = time.arm(100ms);
    Operation& other = time.arm(100ms);
    time.wheel().disarm(operation);
    time.wheel().disarm(operation);
    time.advance(1s);
    EXPECT_EQ(time.expired(), Expired{&other});
}

TEST(DeadlineWheel, KeepsDeadlinesBeyondOneTurn) {
    for (const Duration timeout :
         {wheel_turn - tick, wheel_turn, wheel_turn + tick, 10 * wheel_turn + 3 * tick}) {
        WheelTime time{3ms};
        Operation& operation = time.arm(timeout);
        const TimePoint armed = time.now();
        for (; time.now() < armed + timeout; time.advance(500ms)) ASSERT_TRUE(time.expired().empty());
        time.advance_to(armed + timeout - 1ns);
        ASSERT_TRUE(time.expired().empty());
        time.advance_to(armed + timeout + tick);
        EXPECT_EQ(time.expired(), Expired{&operation});
    }
}

TEST(DeadlineWheel, FiresEverythingAfterALongSleep) {
    for (const Duration sleep : {wheel_turn - tick, wheel_turn, wheel_turn + tick, Duration{24h * 60}}) {
        WheelTime time;
        for (Duration timeout = tick; timeout < wheel_turn - 2 * tick; timeout += 7 * tick) time.arm(timeout);
        Operation& far = time.arm(24h * 40);
        time.advance(sleep);
        const std::size_t due = sleep > 24h ? 147U : 146U;
        EXPECT_EQ(time.expired().size(), due) << sleep.count();
        EXPECT_EQ(far.traits.is_armed, due == 146U);
    }
}

TEST(DeadlineWheel, ArmsRightAfterALongIdleTime) {
    for (const Duration idle :
         {Duration{10s}, Duration{24h}, Duration{24h * 60}, Duration{24h * 150}, Duration{24h * 400}}) {
        WheelTime time;
        time.advance(idle);
        Operation& operation = time.arm(100ms);
        const TimePoint armed = time.now();
        int wakes = 0;
        for (std::optional<TimePoint> next; (next = time.wheel().next_expiry()) && wakes < 5; ++wakes) {
            EXPECT_LE(*next, armed + 100ms + tick) << "after " << idle.count();
            time.advance_to(std::max(time.now(), *next));
            if (!time.expired().empty()) break;
        }
        EXPECT_FALSE(operation.traits.is_armed) << "after " << idle.count();
        EXPECT_GE(time.now(), armed + 100ms);
        EXPECT_LE(wakes, 2);
    }
}

TEST(DeadlineWheel, TellsNoTimeAfterTheNextDeadline) {
    for (const Duration age : {Duration{}, Duration{3ms}, wheel_turn - tick, 5 * wheel_turn + 17 * tick}) {
        for (Duration timeout = tick; timeout < 3 * wheel_turn; timeout += 37 * tick) {
            WheelTime time{age};
            time.arm(timeout);
            const std::optional<TimePoint> next = time.wheel().next_expiry();
            ASSERT_TRUE(next.has_value());
            ASSERT_LE(*next, time.now() + timeout + tick);
        }
    }
}

TEST(DeadlineWheel, AfterExpiringTellsATimeInTheFuture) {
    for (Duration age{}; age < 2 * wheel_turn; age += 53 * tick) {
        WheelTime time{age};
        EXPECT_TRUE(time.expired().empty());
        time.arm(3 * wheel_turn);
        for (int wake = 0; wake < 6; ++wake) {  // the loop would spin otherwise
            const std::optional<TimePoint> next = time.wheel().next_expiry();
            if (!next) break;
            ASSERT_GT(*next, time.now());
            time.advance_to(*next);
            time.expired();
        }
        EXPECT_EQ(time.wheel().next_expiry(), std::nullopt);
    }
}

TEST(DeadlineWheel, GoesOnWhenItsCounterOfTicksWraps) {
    for (const Duration before :
         {Duration{1s}, 3 * tick, tick, Duration{}, -3 * tick, Duration{-1s}, Duration{-24h * 50}}) {
        WheelTime time{counter_turn - before};
        EXPECT_TRUE(time.expired().empty());
        const TimePoint armed = time.now();
        Operation& operation = time.arm(2s);
        const std::optional<TimePoint> next = time.wheel().next_expiry();
        ASSERT_TRUE(next.has_value());
        EXPECT_GT(*next, armed);
        EXPECT_LE(*next, armed + 2s + tick);
        time.advance_to(armed + 2s - 1ns);
        EXPECT_TRUE(time.expired().empty());
        time.advance_to(armed + 2s + tick);
        EXPECT_EQ(time.expired(), Expired{&operation});
    }
}

TEST(DeadlineWheel, SaysWhenADeadlineIsEarlierThanItsLastAnswer) {
    WheelTime time;
    time.arm(1s);
    EXPECT_TRUE(time.wheel().is_earlier_armed()) << "there was no answer yet";
    time.wheel().next_expiry();
    EXPECT_FALSE(time.wheel().is_earlier_armed());
    time.arm(2s);
    EXPECT_FALSE(time.wheel().is_earlier_armed());
    time.arm(500ms);
    EXPECT_TRUE(time.wheel().is_earlier_armed());
    time.wheel().next_expiry();
    EXPECT_FALSE(time.wheel().is_earlier_armed());
}

TEST(DeadlineWheel, AnythingIsEarlierThanNothing) {
    WheelTime time;
    EXPECT_EQ(time.wheel().next_expiry(), std::nullopt);
    EXPECT_TRUE(time.wheel().is_earlier_armed());
    time.arm(1h);
    EXPECT_TRUE(time.wheel().is_earlier_armed());
}

}  // namespace
}  // namespace txcouchbase::net
