// Walking over bytes without leaving them.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/byte_cursor.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

TEST(ByteCursor, TakesNumbersBigEndianAndNothingWhenTheyDoNotFit) {
    ByteCursor in{ByteView("\1\2\3", 3)};
    std::uint16_t two = 0;
    std::uint32_t four = 99;
    EXPECT_TRUE(in.number(two));
    EXPECT_EQ(two, 0x0102);
    EXPECT_FALSE(in.number(four));
    EXPECT_EQ(four, 99U);
    EXPECT_EQ(in.rest(), "\3");
}

TEST(ByteCursor, RefusesMoreBytesThanThereAre) {
    ByteCursor in{"abc"};
    ByteView out;
    EXPECT_FALSE(in.bytes(4, out));
    EXPECT_FALSE(in.bytes(~std::size_t{0}, out));
    EXPECT_TRUE(in.bytes(3, out));
    EXPECT_EQ(out, "abc");
    EXPECT_TRUE(in.at_end());
}

}  // namespace
}  // namespace txcouchbase::protocol
