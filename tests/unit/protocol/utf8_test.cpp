// SPDX-License-Identifier: Apache-2.0
#include "protocol/utf8.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

/// The one encoding of a code point, by the definition.
std::string encoded(std::uint32_t point) {
    const auto tail = [&](unsigned shift) { return static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
    if (point < 0x80) return {static_cast<char>(point)};
    if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), tail(0)};
    if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePointButTheSurrogatesIsText) {
    for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
        const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
        ASSERT_EQ(is_utf8(encoded(point)), !is_surrogate) << std::hex << point;
    }
}

TEST(Utf8, NoOtherShortSequenceIsText) {
    // Counted over everything of one and two bytes: the sequences of that size are exactly the code points.
    int accepted = 0;
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            accepted += is_utf8(std::string{static_cast<char>(a), static_cast<char>(b)});
    EXPECT_EQ(accepted, 128 * 128 + (0x800 - 0x80));
}

TEST(Utf8, WhatRfc3629ForbidsIsNoText) {
    for (const char* hex : {"80",     "bf",       "c080",     "c1bf",     "e08080",   "e09fbf",  "eda080",
                            "edbfbf", "f0808080", "f08fbfbf", "f4908080", "f5808080", "ff",      "fe",
                            "c3",     "e282",     "f09f98",   "c328",     "e228a1",   "f0289f98"})
        EXPECT_FALSE(is_utf8(unhex(hex))) << hex;
}

TEST(Utf8, ACutSequenceIsNotReadBeyondItsEnd) {
    const std::string text = "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80";
    EXPECT_TRUE(is_utf8(text));
    EXPECT_TRUE(is_utf8(""));
    int whole = 0;
    for (std::size_t size = 0; size <= text.size(); ++size)
        whole += is_utf8(ExactBytes{text.substr(0, size)}.view());
    EXPECT_EQ(whole, 9);  // before, between and behind the eight characters
}

TEST(Utf8, ThePrefixEndsInFrontOfTheFirstByteThatIsNoText) {
    EXPECT_EQ(utf8_prefix("caf\xc3\xa9"), 5U);
    EXPECT_EQ(utf8_prefix("caf\xc3"), 3U);
    EXPECT_EQ(utf8_prefix("a\xed\xa0\x80x"), 1U);
    EXPECT_EQ(utf8_prefix("\xffx"), 0U);
    EXPECT_EQ(utf8_prefix(""), 0U);
}

}  // namespace
}  // namespace txcouchbase::protocol
