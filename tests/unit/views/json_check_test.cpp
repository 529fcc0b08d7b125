// SPDX-License-Identifier: Apache-2.0
#include "views/json_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace txcouchbase::views {
namespace {

struct Case {
    std::string text;
    std::optional<std::size_t> defect = {};
};

TEST(JsonCheck, WhatIsJsonHasNoDefect) {
    for (const std::string text :
         {"{}", " [ ] ", "0", "-0", "12.5e-7", "1E+2", "\"\"", "true", "false", "null", "[[],{},\"a\",1]",
          "{\"a\":{\"b\":[1,{\"c\":null}]},\"d\":-1}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00Ff\"",
          "\"\xc3\xa9\xf0\x9f\x98\x80\x7f\"", "\t\r\n {\n\"a\" :\t1 ,\r\"b\": 2}\n"})
        EXPECT_EQ(find_json_defect(text), std::nullopt) << text;
}

TEST(JsonCheck, TheFirstByteThatDoesNotBelongIsNamed) {
    const Case cases[] = {
        {"", 0},
        {"  ", 2},
        {"[1 2]", 3},
        {"[1,]", 3},
        {"[,1]", 1},
        {"[1}", 2},
        {"{\"a\":1]", 6},
        {"{\"a\":1,}", 7},
        {"{\"a\" 1}", 5},
        {"{a:1}", 1},
        {"{\"a\":}", 5},
        {"{,}", 1},
        {"01", 1},
        {"1.", 2},
        {".5", 0},
        {"+1", 0},
        {"1e", 2},
        {"-", 1},
        {"tru", 3},
        {"trux", 3},
        {"nan", 1},
        {"\"a", 2},
        {"\"\\x\"", 2},
        {"\"\\u12g4\"", 5},
        {"\"\n\"", 1},
        {std::string("\"\0\"", 3), 1},
        {std::string("1\0", 2), 1},
        {"1 1", 2},
        {"[1]]", 3},
        {"[", 1},
        {"[\"a\",\"\xff\"]", 6},
        {"\"\xed\xa0\x80\"", 1},
        {"\"\xc3\"", 1},
    };
    for (const Case& c : cases) EXPECT_EQ(find_json_defect(c.text), c.defect) << c.text;
}

TEST(JsonCheck, AThousandLevelsAreAllowedAndNoneMore) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(find_json_defect(nested(1000)), std::nullopt);
    EXPECT_EQ(find_json_defect(nested(1001)), 1000U);
    EXPECT_EQ(find_json_defect(nested(100'000)), 1000U);
    std::string objects;
    for (int i = 0; i < 1001; ++i) objects += "{\"a\":";
    EXPECT_EQ(find_json_defect(objects), 5000U);
}

TEST(JsonCheck, NothingBehindTheTextIsRead) {
    const std::string text = "{\"a\":[1.5e3,\"\\u0041\",true]}";
    for (std::size_t size = 0; size < text.size(); ++size) {
        const std::string part{text.data(), size};
        EXPECT_EQ(find_json_defect(part), size) << part;
    }
}

}  // namespace
}  // namespace txcouchbase::views
