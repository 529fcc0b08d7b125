// SPDX-License-Identifier: Apache-2.0
#include "protocol/leb128.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(Leb128, EveryVectorIsWrittenAndRead) {
    for (const auto& v : aux_vectors()["leb128"]) {
        const auto value = v["value"].get<std::uint32_t>();
        const std::string bytes = unhex(v["hex"]);
        EXPECT_EQ(Leb128{value}.bytes(), bytes) << v;
        const auto decoded = decode_leb128(bytes);
        ASSERT_TRUE(decoded) << v;
        EXPECT_EQ(decoded->value, value);
        EXPECT_EQ(decoded->size, bytes.size());
    }
}

TEST(Leb128, TheEdgesOfEachLengthReadBack) {
    for (const unsigned bits : {7U, 14U, 21U, 28U, 32U}) {
        const auto last = static_cast<std::uint32_t>((std::uint64_t{1} << bits) - 1);
        EXPECT_EQ(Leb128{last}.size(), (bits + 6) / 7);
        EXPECT_EQ(decode_leb128(Leb128{last}.bytes())->value, last);
        if (bits == 32) continue;
        EXPECT_EQ(Leb128{last + 1}.size(), bits / 7 + 1);
        EXPECT_EQ(decode_leb128(Leb128{last + 1}.bytes())->value, last + 1);
    }
}

TEST(Leb128, WhatFollowsTheNumberIsLeftAlone) {
    const auto decoded = decode_leb128(unhex("d50aff"));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->value, 0x555U);
    EXPECT_EQ(decoded->size, 2U);
}

TEST(Leb128, PaddingIsReadAndShowsInTheSize) {
    for (const char* hex : {"8800", "888000", "88808000", "8880808000"}) {
        const std::string bytes = unhex(hex);
        const auto decoded = decode_leb128(bytes);
        ASSERT_TRUE(decoded) << hex;
        EXPECT_EQ(decoded->value, 8U);
        EXPECT_EQ(decoded->size, bytes.size());
        EXPECT_GT(decoded->size, Leb128{decoded->value}.size());
    }
}

TEST(Leb128, ANumberThatNeverEndsIsRefused) {
    for (const char* hex : {"", "80", "ff", "8080", "80808080", "ffffffff"})
        EXPECT_FALSE(decode_leb128(unhex(hex))) << hex;
}

TEST(Leb128, AFifthByteBeyond32BitsIsRefused) {
    EXPECT_TRUE(decode_leb128(unhex("ffffffff0f")));
    for (const char* hex : {"ffffffff10", "ffffffff7f", "8080808080", "808080808f", "808080808000"})
        EXPECT_FALSE(decode_leb128(unhex(hex))) << hex;
}

}  // namespace
}  // namespace txcouchbase::protocol
