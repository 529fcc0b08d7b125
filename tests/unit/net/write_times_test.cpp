// SPDX-License-Identifier: Apache-2.0
#include "net/write_times.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

/// "after..before" in milliseconds.
std::string found(const WriteTimes& times, std::uint32_t end) {
    const auto between = times.find(end);
    if (!between) return "never";
    const auto text = [](TimePoint at) { return std::to_string(at.time_since_epoch() / 1ms); };
    return text(between->after) + ".." + text(between->before);
}

TEST(WriteTimes, KnowNothingOfWhatWasNotWritten) {
    WriteTimes times;
    EXPECT_EQ(found(times, 1), "never");
    times.note(10, TimePoint{1ms});
    EXPECT_EQ(found(times, 11), "never");
    times.clear();
    EXPECT_EQ(found(times, 5), "never");
}

TEST(WriteTimes, FindTheWriteThatWroteAByte) {
    WriteTimes times;
    times.note(10, TimePoint{1ms});
    times.note(20, TimePoint{2ms});
    times.note(30, TimePoint{3ms});
    EXPECT_EQ(found(times, 1), "1..1");
    EXPECT_EQ(found(times, 10), "1..1");
    EXPECT_EQ(found(times, 11), "2..2");
    EXPECT_EQ(found(times, 20), "2..2");
    EXPECT_EQ(found(times, 30), "3..3");
}

TEST(WriteTimes, OfOldWritesOnlyKnowBetweenWhichTimesTheyWere) {
    WriteTimes times;
    for (std::uint32_t i = 1; i <= 9; ++i) times.note(10 * i, TimePoint{i * 1ms});
    EXPECT_EQ(found(times, 90), "9..9");
    EXPECT_EQ(found(times, 61), "7..7");
    EXPECT_EQ(found(times, 60), "1..6");
    EXPECT_EQ(found(times, 1), "1..6");
}

}  // namespace
}  // namespace txcouchbase::net
