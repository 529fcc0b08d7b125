// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(PercentDecode, turns_escapes_into_their_bytes) {
    EXPECT_EQ(percent_decode("a%2Fb%2fc%00"), std::string("a/b/c\0", 6));
    EXPECT_EQ(percent_decode("a+b"), "a+b") << "only a form's plus is a space";
    EXPECT_EQ(percent_decode(""), "");
}

TEST(PercentDecode, refuses_escapes_that_are_none) {
    for (const char* const text : {"%", "%1", "a%", "%zz", "%1g", "%g1", "%-1", "%+1", "% 1", "%0x"})
        EXPECT_EQ(percent_decode(text), std::nullopt) << text;
}

TEST(ParseForm, reads_names_and_values) {
    EXPECT_THAT(*parse_form("name=a+b&roles=admin%2Cdata_reader%5Bx%5D&empty=&bare"),
                ElementsAre(Pair("bare", ""), Pair("empty", ""), Pair("name", "a b"),
                            Pair("roles", "admin,data_reader[x]")));
    EXPECT_THAT(*parse_form(""), IsEmpty());
    EXPECT_THAT(*parse_form("&&"), IsEmpty());
    EXPECT_THAT(*parse_form("a=b=c"), ElementsAre(Pair("a", "b=c")));
}

TEST(ParseForm, counts_the_first_of_two) {
    EXPECT_THAT(*parse_form("a=1&a=2"), ElementsAre(Pair("a", "1")));
}

TEST(ParseForm, refuses_broken_escapes_in_names_and_in_values) {
    EXPECT_EQ(parse_form("a=%4"), std::nullopt);
    EXPECT_EQ(parse_form("%=a"), std::nullopt);
}

TEST(ParseTarget, takes_the_path_apart) {
    const std::optional<Target> target = parse_target("/pools/default/b/my%20bucket?bucket_uuid=1&x=%41?");
    EXPECT_THAT(target->segments, ElementsAre("pools", "default", "b", "my bucket"));
    EXPECT_EQ(target->query, "bucket_uuid=1&x=%41?");
}

TEST(ParseTarget, does_not_let_an_escaped_slash_make_a_segment) {
    EXPECT_THAT(parse_target("/a%2fb/c")->segments, ElementsAre("a/b", "c"));
}

TEST(ParseTarget, minds_neither_doubled_nor_trailing_slashes) {
    EXPECT_THAT(parse_target("//pools//default/")->segments, ElementsAre("pools", "default"));
    EXPECT_THAT(parse_target("/")->segments, IsEmpty());
}

TEST(ParseTarget, refuses_what_is_no_path) {
    for (const char* const text : {"", "pools", "http://127.0.0.1/pools", "*", "/a%", "/a%zz/b"})
        EXPECT_FALSE(parse_target(text)) << text;
}

}  // namespace
}  // namespace txcouchbase::cluster
