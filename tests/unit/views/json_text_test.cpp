// SPDX-License-Identifier: Apache-2.0
#include "views/json_text.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace txcouchbase::views {
namespace {

TEST(JsonText, MembersComeInTheirOrderAsTheyStand) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    const auto members_of = [](std::string_view json) {
        Pairs found;
        JsonMembers members{json};
        while (members.next()) found.emplace_back(std::string{members.name()}, std::string{members.value()});
        return found;
    };
    EXPECT_EQ(members_of(" { \"a\" : 1 , \"b,\\\"\":[ 1, {\"c\":2}] ,\"d\":\"}\"}"),
              (Pairs{{"\"a\"", "1"}, {"\"b,\\\"\"", "[ 1, {\"c\":2}]"}, {"\"d\"", "\"}\""}}));
    EXPECT_EQ(members_of("{}"), Pairs{});
    EXPECT_EQ(members_of("[1]"), Pairs{});
    EXPECT_EQ(members_of(""), Pairs{});
    EXPECT_EQ(members_of("{\"a\":1,\"b\":[2]"), (Pairs{{"\"a\"", "1"}, {"\"b\"", "[2]"}})) << "incomplete";
}

TEST(JsonText, ElementsComeInTheirOrderAsTheyStand) {
    const auto elements_of = [](std::string_view json) {
        std::vector<std::string> found;
        JsonElements elements{json};
        while (elements.next()) found.emplace_back(elements.value());
        return found;
    };
    EXPECT_EQ(elements_of(" [1, [2,3] ,\"]\"]"), (std::vector<std::string>{"1", "[2,3]", "\"]\""}));
    EXPECT_TRUE(elements_of("[ ]").empty());
    EXPECT_TRUE(elements_of("{\"a\":1}").empty());
}

TEST(JsonText, AMemberIsFoundByItsWholeName) {
    EXPECT_EQ(json_member("{\"ab\":1,\"a\":2,\"b\":{\"c\":3}}", "a"), "2");
    EXPECT_EQ(json_member("{\"ab\":1,\"a\":2,\"b\":{\"c\":3}}", "c"), "");
}

TEST(JsonText, StringsSayWhatTheirEscapesMean) {
    EXPECT_EQ(json_unescaped("\"\""), "");
    EXPECT_EQ(json_unescaped("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tb\""), "a\"\\/\b\f\n\r\tb");
    EXPECT_EQ(json_unescaped("\"\\u0041\\u00e9\\u0fFF\\ud83d\\ude00\""),
              "A\xc3\xa9\xe0\xbf\xbf\xf0\x9f\x98\x80");
    EXPECT_EQ(json_unescaped("\"\\u0000\""), std::string(1, '\0'));
    EXPECT_EQ(json_unescaped("\"\xc3\xa9\""), "\xc3\xa9");
}

TEST(JsonText, HalfASurrogatePairSaysNothing) {
    for (const char* const text : {"\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ud83d\\ud83d\"",
                                   "\"\\ude00\"", "\"\\ud83d\\u0041\""}) {
        EXPECT_EQ(json_unescaped(text), std::nullopt) << text;
        EXPECT_FALSE(is_json_text(text));
    }
    EXPECT_EQ(json_unescaped("12"), std::nullopt);
    EXPECT_EQ(json_unescaped(""), std::nullopt);
}

TEST(JsonText, AnyTextIsWrittenInAsciiAndReadAgain) {
    const std::string text = std::string(1, '\0') +
                             "\x1f\x7f\"\\/a\xc3\xa9\xe0\xbf\xbf\xed\x9f\xbf"
                             "\xee\x80\x80\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf";
    std::string json;
    append_json_string(json, text);
    EXPECT_EQ(json,
              "\"\\u0000\\u001f\\u007f\\\"\\\\/a\\u00e9\\u0fff\\ud7ff\\ue000\\ud83d\\ude00\\udbff\\udfff\"");
    EXPECT_EQ(json_unescaped(json), text);
}

}  // namespace
}  // namespace txcouchbase::views
