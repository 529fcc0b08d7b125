// SPDX-License-Identifier: Apache-2.0
#include "protocol/snappy.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

std::optional<std::string> inflated(const std::string& hex) {
    return inflate_snappy(unhex(hex));
}

TEST(Snappy, TheVectorIsInflated) {
    EXPECT_EQ(inflated("1400614a0100"), std::string(20, 'a'));
}

TEST(Snappy, EveryElementIsRead) {
    EXPECT_EQ(inflated("00"), "");
    EXPECT_EQ(inflated("03"
                       "08616263"),
              "abc");
    EXPECT_EQ(inflated("07"
                       "08616263"
                       "0103"),
              "abcabca")
        << "4 bytes from an offset in 11 bits";
    EXPECT_EQ(inflated("05"
                       "08616263"
                       "060300"),
              "abcab")
        << "from one in 2 bytes";
    EXPECT_EQ(inflated("05"
                       "08616263"
                       "0703000000"),
              "abcab")
        << "from one in 4 bytes";
    EXPECT_EQ(inflated("04"
                       "0061"
                       "0a0100"),
              "aaaa")
        << "a copy that runs into itself";
}

TEST(Snappy, ALongLiteralSaysItsSizeInOneToFourBytes) {
    const std::string text(300, 'x');
    for (std::size_t bytes = 2; bytes <= 4; ++bytes) {
        std::string compressed = unhex("ac02") + static_cast<char>((59 + bytes) << 2) + unhex("2b01");
        compressed += std::string(bytes - 2, '\0') + text;
        EXPECT_EQ(inflate_snappy(compressed), text) << bytes;
    }
    EXPECT_EQ(inflate_snappy(unhex("3df03c") + std::string(61, 'y')), std::string(61, 'y'));
}

TEST(Snappy, AnOffsetOfElevenBitsHasItsUpperThreeInTheTag) {
    const std::string text = "abcd" + std::string(296, 'x');
    // 304 in all; 300 of them a literal, then 4 from 300 (0x12c) back.
    EXPECT_EQ(inflate_snappy(unhex("b002") + unhex("f42b01") + text + unhex("212c")), text + "abcd");
}

TEST(Snappy, WhatIsCutOrLiesIsRefused) {
    const std::string whole = unhex(
        "07"
        "08616263"
        "0103");
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(inflate_snappy(ByteView{whole}.substr(0, size)), std::nullopt) << size;
    EXPECT_EQ(inflated("06"
                       "08616263"
                       "0103"),
              std::nullopt)
        << "more than it said";
    EXPECT_EQ(inflated("08"
                       "08616263"
                       "0103"),
              std::nullopt)
        << "less than it said";
    EXPECT_EQ(inflated("07"
                       "08616263"
                       "0104"),
              std::nullopt)
        << "a copy from before the beginning";
    EXPECT_EQ(inflated("07"
                       "08616263"
                       "0100"),
              std::nullopt)
        << "a copy of what does not exist yet";
    EXPECT_EQ(inflated("03"
                       "f8ffffff"),
              std::nullopt)
        << "a literal longer than what is there";
    EXPECT_EQ(inflated("03"
                       "fcffffffff616263"),
              std::nullopt);
}

TEST(Snappy, ASizeThatSoFewBytesCannotMakeIsRefusedBeforeMemoryIsTaken) {
    EXPECT_EQ(inflated("ffffffff0f"
                       "08616263"),
              std::nullopt);
    EXPECT_EQ(inflated("ffffffffff"), std::nullopt);
}

}  // namespace
}  // namespace txcouchbase::protocol
