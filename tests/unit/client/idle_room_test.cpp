// SPDX-License-Identifier: Apache-2.0
#include "client/idle_room.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "net/operation_table.hpp"

namespace txcouchbase {
namespace {

/// How many operations of this size fit into the room, one after the other.
std::size_t taken_of(IdleRoom& room, std::size_t node, std::size_t size) {
    for (std::size_t count = 0; count < 1'000; ++count)
        if (!room.take(node, size)) return count;
    return 1'000;
}

TEST(IdleRoom, TakesAsManyOperationsAsOneNodeMayHave) {
    IdleRoom room{{.max_operations = 5}, 2};
    EXPECT_EQ(room.most_operations(), 10U);
    EXPECT_EQ(taken_of(room, 0, 24), 5U);
    EXPECT_EQ(taken_of(room, 1, 24), 5U);
}

TEST(IdleRoom, TakesAsManyBytesAsOneNodeMayHave) {
    IdleRoom room{{.max_request_bytes = 100}, 1};
    EXPECT_FALSE(room.take(0, 101));
    EXPECT_TRUE(room.take(0, 60));
    EXPECT_FALSE(room.take(0, 41));
    EXPECT_TRUE(room.take(0, 40));
}

TEST(IdleRoom, TakesNoMoreThanAllNodesMayHaveTogether) {
    IdleRoom few{{.max_operations = 5, .max_total_operations = 7}, 2};
    EXPECT_EQ(few.most_operations(), 7U);
    EXPECT_EQ(taken_of(few, 0, 24), 5U);
    EXPECT_EQ(taken_of(few, 1, 24), 2U);
    IdleRoom small{{.max_request_bytes = 100, .max_total_request_bytes = 150}, 2};
    EXPECT_TRUE(small.take(0, 100));
    EXPECT_FALSE(small.take(1, 51));
    EXPECT_TRUE(small.take(1, 50));
}

TEST(IdleRoom, WhereOperationsMayWaitTakesAsManyOnceMore) {
    IdleRoom room{{.max_operations = 5, .overload = Overload::wait}, 1};
    EXPECT_EQ(room.most_operations(), 10U);
    EXPECT_EQ(taken_of(room, 0, 24), 10U);
}

TEST(IdleRoom, BehindALargeOneThatWaitsSmallOnesWaitToo) {
    IdleRoom room{{.max_request_bytes = 100, .overload = Overload::wait}, 1};
    EXPECT_TRUE(room.take(0, 60));
    EXPECT_TRUE(room.take(0, 60)) << "it waits";
    EXPECT_FALSE(room.take(0, 60));
    EXPECT_TRUE(room.take(0, 40)) << "it waits, though there were room to send it";
    EXPECT_FALSE(room.take(0, 1));
}

TEST(IdleRoom, CapsMayBeAsLargeAsANumberCanBeAndThenTheSlotsOfOperationsAreTheCap) {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    IdleRoom room{{.max_operations = most,
                   .max_request_bytes = most,
                   .max_total_operations = most,
                   .max_total_request_bytes = most,
                   .overload = Overload::wait},
                  3};
    EXPECT_EQ(room.most_operations(), net::OperationTable::capacity - 1);
    EXPECT_EQ(taken_of(room, 2, most / 2'000), 1'000U);
}

}  // namespace
}  // namespace txcouchbase
