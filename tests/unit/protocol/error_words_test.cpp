// SPDX-License-Identifier: Apache-2.0
#include "protocol/error_words.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace txcouchbase {
namespace {

using namespace std::string_view_literals;

TEST(Escaped, WordsOfPeopleStayAsTheyAre) {
    for (const std::string_view words :
         {""sv, "Not found"sv, "größe ключ 鍵 \xf0\x9f\x94\x91"sv, "\xc2\xa0"sv})
        EXPECT_EQ(escaped(words), words);
}

TEST(Escaped, NoControlByteIsLeft) {
    for (int byte = 0; byte < 0x20; ++byte) {
        const std::string text = escaped(std::string(1, static_cast<char>(byte)));
        EXPECT_EQ(text.size(), 4U) << byte;
        EXPECT_EQ(text.substr(0, 2), "\\x") << byte;
    }
    EXPECT_EQ(escaped("a\0b\x1b[2J\x7f"sv), R"(a\x00b\x1b[2J\x7f)");
}

TEST(Escaped, ControlCharactersOfTwoBytesAreEscapedToo) {
    EXPECT_EQ(escaped("\xc2\x80|\xc2\x9b|\xc2\x9f|\xc2\xa0"), "\\xc2\\x80|\\xc2\\x9b|\\xc2\\x9f|\xc2\xa0");
}

TEST(Escaped, WhatIsNotUtf8IsEscapedByteByByte) {
    EXPECT_EQ(escaped("a\xff"), R"(a\xff)");
    EXPECT_EQ(escaped("\xc2"), R"(\xc2)") << "cut inside a character";
    EXPECT_EQ(escaped("\xc3\xa4 \xff"), R"(\xc3\xa4 \xff)");
}

TEST(Escaped, QuotesAreWords) {
    EXPECT_EQ(escaped(R"(no host "a\b")"), R"(no host "a\b")");
}

TEST(Quoted, QuotesAndBackslashesInsideAreEscaped) {
    EXPECT_EQ(quoted(R"(a"b\c)"), R"("a\"b\\c")");
    EXPECT_EQ(quoted(""), R"("")");
}

TEST(WordsOf, AnyExceptionHasSome) {
    EXPECT_EQ(words_of(std::make_exception_ptr(std::runtime_error("boom"))), "boom");
    EXPECT_EQ(words_of(std::make_exception_ptr(7)), "(not a std::exception)");
}

}  // namespace
}  // namespace txcouchbase
