// SPDX-License-Identifier: Apache-2.0
#include "views/query.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace txcouchbase::views {
namespace {

using List = Query::List;
using namespace std::chrono_literals;

void expect_refused(const Query& query, const std::string& cause) {
    EXPECT_EQ(query.error().rc(), errc::argument) << query.encoded();
    EXPECT_EQ(query.error().detail().cause, cause);
}

TEST(Query, TypedSettersSetEveryParameter) {
    EXPECT_EQ(Query{}
                  .descending()
                  .inclusive_end(false)
                  .reduce(false)
                  .group()
                  .full_set()
                  .debug()
                  .skip(1)
                  .limit(2)
                  .group_level(3)
                  .connection_timeout(4s)
                  .key(5)
                  .keys({6, "7"})
                  .startkey(nullptr)
                  .endkey(Json{"{\"a\":1}"})
                  .startkey_docid("d/1")
                  .endkey_docid("d 2")
                  .stale(Stale::update_before)
                  .on_error(OnError::stop)
                  .encoded(),
              "descending=true&inclusive_end=false&reduce=false&group=true&full_set=true&debug=true&skip=1&"
              "limit=2&group_level=3&connection_timeout=4000&key=5&keys=%5B6%2C%20%227%22%5D&startkey=null&"
              "endkey=%7B%22a%22%3A1%7D&startkey_docid=d/1&endkey_docid=d%202&stale=false&on_error=stop");
    EXPECT_EQ(Query{}.stale(Stale::ok).encoded(), "stale=ok");
    EXPECT_EQ(Query{}.stale(Stale::update_after).on_error(OnError::go_on).encoded(),
              "stale=update_after&on_error=continue");
}

TEST(Query, AnEmptyQueryIsEmpty) {
    EXPECT_EQ(Query{}.encoded(), "");
}

TEST(Query, WhatIsSetAgainReplacesWhatWasThereAndUnspecRemovesIt) {
    Query query{{"limit", 1}, {"skip", 2}};
    EXPECT_EQ(query.set("limit", 3).encoded(), "limit=3&skip=2");
    EXPECT_EQ(query.set("limit", unspec).encoded(), "skip=2");
    EXPECT_EQ(query.set("limit", unspec).encoded(), "skip=2");
    EXPECT_FALSE(query.error());
}

TEST(Query, AParameterReadsBackAsItWasGiven) {
    const Query query{{"limit", 4.9}, {"mapkey_single", "a b"}};
    EXPECT_EQ(query.get("limit"), QueryValue{4.9});
    EXPECT_EQ(query.get("key"), QueryValue{"a b"});
    EXPECT_EQ(query.get("mapkey_single"), QueryValue{"a b"});
    EXPECT_TRUE(query.get("skip").is_unspec());
    EXPECT_EQ(query.encoded(), "limit=4&key=%22a%20b%22");
}

TEST(Query, ARefusedValueChangesNothingAndIsNamed) {
    Query query{{"limit", 7}};
    query.set("limit", "x\n").set("nope", 1);
    EXPECT_EQ(query.encoded(), "limit=7");
    expect_refused(query, "the view query's parameter \"limit\" takes a number, not \"x\\x0a\"");
    expect_refused(Query{}.set("nope", 1), "the view query's parameter \"nope\" is unknown");
    expect_refused(
        Query{}.set("stale", nullptr),
        "the view query's parameter \"stale\" takes \"ok\", \"false\", \"update_after\" or a truth value, "
        "not null");
    expect_refused(Query{}.set("key", Json{"{"}),
                   "the view query's parameter \"key\" takes JSON, not the JSON \"{\"");
    expect_refused(Query{}.set("limit", List{}),
                   "the view query's parameter \"limit\" takes a number, not a list");
}

TEST(Query, NumbersAreCutToIntegersOf64Bits) {
    EXPECT_EQ((Query{{"skip", -4.9}}).encoded(), "skip=-4");
    EXPECT_EQ((Query{{"skip", "+12"}}).encoded(), "skip=12");
    EXPECT_EQ(Query{}.skip(std::numeric_limits<std::int64_t>::min()).encoded(), "skip=-9223372036854775808");
    for (const QueryValue& value : {QueryValue{"4.9"}, QueryValue{""}, QueryValue{" 1"}, QueryValue{"+-1"},
                                    QueryValue{1e19}, QueryValue{std::numeric_limits<double>::quiet_NaN()},
                                    QueryValue{"9223372036854775808"}, QueryValue{UINT64_MAX}})
        EXPECT_TRUE((Query{{"skip", value}}).error());
}

TEST(Query, JsonIsMadeOfEveryValue) {
    const auto key = [](const QueryValue& value) { return Query{}.key(value).encoded(); };
    EXPECT_EQ(key(UINT64_MAX), "key=18446744073709551615");
    EXPECT_EQ(key(0.5), "key=0.5");
    EXPECT_EQ(key(4.0), "key=4.0");
    EXPECT_EQ(key(true), "key=true");
    EXPECT_EQ(key("\xc3\xa9"), "key=%22%5Cu00e9%22");
    EXPECT_EQ(key(List{List{}, nullptr, Json{"{}"}}), "key=%5B%5B%5D%2C%20null%2C%20%7B%7D%5D");
    EXPECT_TRUE(Query{}.key("\xff").error());
    EXPECT_TRUE(Query{}.key(std::numeric_limits<double>::infinity()).error());
    EXPECT_TRUE(Query{}.key(Json{""}).error());
    EXPECT_TRUE(Query{}.key(List{unspec}).error());
}

TEST(Query, ARangeOfStringsEndsBehindAllOfThem) {
    EXPECT_EQ(Query{}.mapkey_range("a", "a" + std::string{Query::string_range_end}).encoded(),
              "startkey=%22a%22&endkey=%22a%5Cu0fff%22");
}

TEST(Query, ARangeDoesNotReplaceWhatWasSetByItself) {
    Query query{{"startkey", 1}};
    query.set("mapkey_range", List{2, 3});
    expect_refused(
        query, "the view query's parameter \"mapkey_range\" has an end that was set before as \"startkey\"");
    EXPECT_EQ(query.encoded(), "startkey=1");
    EXPECT_EQ((Query{{"mapkey_range", List{2, 3}}, {"startkey", 1}}).encoded(), "startkey=1&endkey=3");
    EXPECT_EQ((Query{{"mapkey_range", List{2, 3}}, {"mapkey_range", List{4}}}).encoded(), "startkey=4");
}

TEST(Query, ARangeWithOneBadEndSetsNeither) {
    const Query query{{"dockey_range", List{"a", nullptr}}};
    EXPECT_TRUE(query.error());
    EXPECT_EQ(query.encoded(), "");
}

TEST(Query, TextsOfACommandLineAreJsonWhereJsonIsWanted) {
    EXPECT_EQ(Query{}.set_text("startkey", "[\"a\", 1]").encoded(), "startkey=%5B%22a%22%2C%201%5D");
    EXPECT_EQ(Query{}.set_text("keys", "[1]").set_text("limit", "3").encoded(), "keys=%5B1%5D&limit=3");
    EXPECT_EQ(Query{}.set_text("mapkey_range", "[\"a\",[1]]").encoded(), "startkey=%22a%22&endkey=%5B1%5D");
    EXPECT_EQ(Query{}.set_text("dockey_range", "[\"a\\u0020b\"]").encoded(), "startkey_docid=a%20b");
    for (const char* const name : {"startkey", "keys", "mapkey_range", "dockey_range", "limit", "nope"})
        EXPECT_TRUE(Query{}.set_text(name, "abc").error()) << name;
    EXPECT_TRUE(Query{}.set_text("mapkey_range", "{}").error());
    EXPECT_TRUE(Query{}.set_text("mapkey_range", "[1,2,3]").error());
}

TEST(Query, AReadyStringGoesInFront) {
    EXPECT_EQ((Query{{"limit", 1}}.set_ready("a=b&c").encoded()), "a=b&c&limit=1");
    EXPECT_EQ(Query{}.set_ready("a=b").encoded(), "a=b");
    expect_refused(Query{}.set_ready("a=b c"),
                   "a view's query string with a character that has no place in one");
}

TEST(Query, NothingCanEndTheRequestLine) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text{'a', static_cast<char>(byte), 'b'};
        Query checked;
        Query passed{QueryMode{.passthrough = true}};
        Query unknown{QueryMode{.unrecognized_ok = true}};
        for (const char* const name : {"startkey", "startkey_docid", "stale", "limit", "group", "on_error"}) {
            checked.set(name, text);
            passed.set(name, text);
            unknown.set(text, 1).set("x", text);
        }
        passed.set_ready(text);
        for (const Query* query : {&checked, &passed, &unknown})
            EXPECT_EQ(query->encoded().find_first_of(std::string_view{" \r\n\t\0#\"<>\x7f\x80\xff", 12}),
                      std::string::npos)
                << byte;
        const bool has_its_place = std::isalnum(byte) || std::string_view{"-._~!$&'()*+,;=:@/?"}.find(
                                                             text[1]) != std::string_view::npos;
        EXPECT_EQ(!passed.error(), has_its_place && byte != 0) << byte;
    }
    Query escapes{QueryMode{.passthrough = true}};
    EXPECT_EQ(escapes.set("key", "%0a%7F").encoded(), "key=%0a%7F");
    for (const char* const text : {"%", "%1", "%g0", "%-1", "%+1"})
        EXPECT_TRUE((Query{{{"key", text}}, QueryMode{.passthrough = true}}).error()) << text;
}

}  // namespace
}  // namespace txcouchbase::views
