// The original's querystrings_t: what each of its tests puts in, and what must come out.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "views/query.hpp"

namespace txcouchbase::views {
namespace {

using List = Query::List;

/// A parameter and its text; without one the value is refused, in words that name the parameter.
struct Case {
    const char* name;
    QueryValue value;
    const char* encoded;
};

void expect(const std::vector<Case>& cases, QueryMode mode = {}) {
    for (const Case& c : cases) {
        const Query query{{{c.name, c.value}}, mode};
        if (c.encoded != nullptr) {
            EXPECT_EQ(query.encoded(), c.encoded);
            EXPECT_FALSE(query.error()) << query.error().message();
            continue;
        }
        EXPECT_EQ(query.error().rc(), errc::argument) << query.encoded();
        EXPECT_NE(query.error().message().find(c.name), std::string::npos) << query.error().message();
        EXPECT_EQ(query.encoded(), "");
    }
}

// What no parameter but the JSON ones takes. An object of the original's language has no like here; a list stands for
// what cannot be text.
const std::vector<QueryValue> no_text = {nullptr, true, false, List{}, List{"a"}, Json{"{}"}};

TEST(QueryStrings, Stale) {
    expect({{"stale", true, "stale=ok"},
            {"stale", "ok", "stale=ok"},
            {"stale", 1, "stale=ok"},
            {"stale", false, "stale=false"},
            {"stale", 0, "stale=false"},
            {"stale", "false", "stale=false"},
            {"stale", "true", "stale=ok"},
            {"stale", "update_after", "stale=update_after"}});
}

TEST(QueryStrings, BadStale) {
    expect({{"stale", "blahblah", nullptr}, {"stale", nullptr, nullptr}, {"stale", "OK", nullptr}});
}

TEST(QueryStrings, UnrecognizedParameters) {
    expect({{"frobble", "gobble", nullptr}, {"", 1, nullptr}, {"Limit", 1, nullptr}});
}

TEST(QueryStrings, MiscellaneousBooleans) {
    for (const std::string name : {"descending", "reduce", "inclusive_end", "full_set", "group", "debug"}) {
        const std::string yes = name + "=true";
        const std::string no = name + "=false";
        expect({{name.c_str(), true, yes.c_str()},
                {name.c_str(), "true", yes.c_str()},
                {name.c_str(), 1, yes.c_str()},
                {name.c_str(), 0.5, yes.c_str()},
                {name.c_str(), false, no.c_str()},
                {name.c_str(), "false", no.c_str()},
                {name.c_str(), 0, no.c_str()},
                {name.c_str(), unspec, ""},
                {name.c_str(), "TRUE", nullptr},
                {name.c_str(), "gobble", nullptr},
                {name.c_str(), "", nullptr},
                {name.c_str(), nullptr, nullptr},
                {name.c_str(), List{}, nullptr},
                {name.c_str(), Json{"true"}, nullptr}});
    }
}

TEST(QueryStrings, MiscellaneousNumbers) {
    for (const std::string name : {"connection_timeout", "group_level", "skip", "limit"}) {
        const std::string some = name + "=42";
        const std::string none = name + "=0";
        const std::string less = name + "=-1";
        expect({{name.c_str(), 42, some.c_str()},
                {name.c_str(), "42", some.c_str()},
                {name.c_str(), 42.9, some.c_str()},
                {name.c_str(), 0, none.c_str()},
                {name.c_str(), "0", none.c_str()},
                {name.c_str(), -1, less.c_str()},
                {name.c_str(), unspec, ""},
                {name.c_str(), true, nullptr},
                {name.c_str(), "true", nullptr},
                {name.c_str(), "42.9", nullptr},
                {name.c_str(), nullptr, nullptr},
                {name.c_str(), List{1}, nullptr}});
    }
}

TEST(QueryStrings, KeysOfAnyJson) {
    for (const std::string name : {"endkey", "key", "startkey"}) {
        const auto one = [&name](const QueryValue& value, const std::string& text) {
            expect({{name.c_str(), value, (name + "=" + text).c_str()}});
        };
        one("foo", "%22foo%22");
        one("5", "%225%22");
        one("", "%22%22");
        one(5, "5");
        one(5.5, "5.5");
        one(true, "true");
        one(nullptr, "null");
        one(List{"foo", 1, false}, "%5B%22foo%22%2C%201%2C%20false%5D");
        one(List{}, "%5B%5D");
        one(Json{"{\"a\": \"b/c\"}"}, "%7B%22a%22%3A%20%22b/c%22%7D");
        one("a&b=c d#\r\n", "%22a%26b%3Dc%20d%23%5Cu000d%5Cu000a%22");
        expect({{name.c_str(), unspec, ""}, {name.c_str(), Json{"object()"}, nullptr}});
    }
}

TEST(QueryStrings, ListsOfKeys) {
    for (const char* const name : {"keys", "mapkey_multi"})
        expect({{name, List{"a", "b"}, "keys=%5B%22a%22%2C%20%22b%22%5D"},
                {name, List{}, "keys=%5B%5D"},
                {name, Json{" [1]"}, "keys=%20%5B1%5D"},
                {name, true, nullptr},
                {name, Json{"{}"}, nullptr},
                {name, 5, nullptr},
                {name, nullptr, nullptr},
                {name, "[1]", nullptr}});
}

TEST(QueryStrings, Passthrough) {
    const QueryMode mode{.passthrough = true};
    for (const std::string name : {"descending", "inclusive_end", "reduce", "group", "full_set", "debug",
                                   "skip", "limit", "group_level", "connection_timeout", "startkey", "endkey",
                                   "key", "keys", "startkey_docid", "endkey_docid", "stale", "on_error"}) {
        expect({{name.c_str(), "blah%20/?:@!", (name + "=blah%20/?:@!").c_str()},
                {name.c_str(), 5, (name + "=5").c_str()},
                {name.c_str(), 5.5, (name + "=5.5").c_str()},
                {name.c_str(), "a b", nullptr}},
               mode);
        for (const QueryValue& value : no_text) expect({{name.c_str(), value, nullptr}}, mode);
    }
    expect({{"frobble", "gobble", nullptr}}, mode);
    expect({{"frobble", "gobble", nullptr}}, {.passthrough = true, .unrecognized_ok = true});
    expect({{"mapkey_range", List{"a", "[b"}, nullptr}, {"mapkey_range", List{"a"}, "startkey=a"}}, mode);
}

TEST(QueryStrings, UnrecognizedThatAreLetThrough) {
    const QueryMode mode{.unrecognized_ok = true};
    expect(
        {{"foo", "bar", "foo=bar"}, {"foo", "%20", "foo=%20"}, {"foo", 1, "foo=1"}, {"foo", "a#b", nullptr}},
        mode);
    for (const QueryValue& value : no_text) expect({{"foo", value, nullptr}}, mode);
    expect({{"a=b", 1, nullptr}, {"a&b", 1, nullptr}, {"a b", 1, nullptr}, {"", 1, nullptr}}, mode);
    expect({{"limit", "x", nullptr}, {"limit", 1, "limit=1"}}, mode);
}

TEST(QueryStrings, DocumentIds) {
    for (const std::string name : {"startkey_docid", "endkey_docid"}) {
        expect({{name.c_str(), "foo", (name + "=foo").c_str()},
                {name.c_str(), 5, (name + "=5").c_str()},
                {name.c_str(), "a b&\xc3\xa9/", (name + "=a%20b%26%C3%A9/").c_str()},
                {name.c_str(), unspec, ""},
                {name.c_str(), "\xff", nullptr}});
        for (const QueryValue& value : no_text) expect({{name.c_str(), value, nullptr}});
    }
}

TEST(QueryStrings, Ranges) {
    expect({{"mapkey_range", List{"foo"}, "startkey=%22foo%22"},
            {"mapkey_range", List{"foo", "bar"}, "startkey=%22foo%22&endkey=%22bar%22"},
            {"mapkey_range", List{"foo", List{1, 2}}, "startkey=%22foo%22&endkey=%5B1%2C%202%5D"},
            {"mapkey_range", List{unspec, "bar"}, "endkey=%22bar%22"},
            {"mapkey_range", List{nullptr}, "startkey=null"},
            {"dockey_range", List{"foo"}, "startkey_docid=foo"},
            {"dockey_range", List{"foo", 5}, "startkey_docid=foo&endkey_docid=5"},
            {"dockey_range", List{unspec, "b r"}, "endkey_docid=b%20r"}});
    for (const char* const name : {"mapkey_range", "dockey_range"})
        expect({{name, List{}, ""},
                {name, unspec, ""},
                {name, List{unspec}, ""},
                {name, List{unspec, unspec}, ""},
                {name, List{1, 2, 3}, nullptr},
                {name, nullptr, nullptr},
                {name, "a", nullptr},
                {name, Json{"[1]"}, nullptr}});
    expect({{"dockey_range", List{QueryValue{List{}}}, nullptr},
            {"mapkey_range", List{Json{"object()"}}, nullptr}});
}

}  // namespace
}  // namespace txcouchbase::views
