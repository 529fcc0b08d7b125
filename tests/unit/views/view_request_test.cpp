// SPDX-License-Identifier: Apache-2.0
#include "views/view_request.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::views {
namespace {

using List = Query::List;

TEST(ViewRequest, AShortQueryIsAGet) {
    const ViewRequest request = make_view_request("beer", "dev_x", "by_name", Query{}.limit(10));
    EXPECT_EQ(request.target, "/beer/_design/dev_x/_view/by_name?limit=10");
    EXPECT_FALSE(request.is_post());
    EXPECT_EQ(make_view_request("b", "d", "v", Query{}).target, "/b/_design/d/_view/v");
}

TEST(ViewRequest, NamesAreSegmentsOfTheirOwn) {
    EXPECT_EQ(design_path("a/b", "c?d").text, "/a%2Fb/_design/c%3Fd");
    EXPECT_EQ(view_path("b", "d", "v\r\n #\xc3\xa9%").text, "/b/_design/d/_view/v%0D%0A%20%23%C3%A9%25");
    for (const char* const name : {"", ".", ".."}) {
        EXPECT_EQ(design_path(name, "d").error.rc(), errc::argument);
        EXPECT_EQ(design_path("b", name).error.rc(), errc::argument);
        EXPECT_EQ(view_path("b", "d", name).error.rc(), errc::argument);
    }
    EXPECT_EQ(make_view_request("b", "..", "v", Query{}).error.detail().cause,
              "the name of a design document cannot be \"..\"");
}

TEST(ViewRequest, TheNameOfADesignInDevelopmentIsPrefixedOnce) {
    EXPECT_EQ(design_name("x", DesignMode::development), "dev_x");
    EXPECT_EQ(design_name("dev_x", DesignMode::development), "dev_x");
    EXPECT_EQ(design_name("x", DesignMode::production), "x");
    EXPECT_EQ(design_name("dev_x", DesignMode::production), "dev_x");
}

TEST(ViewRequest, WhatTheQueryRefusedIsRefused) {
    const ViewRequest request = make_view_request("b", "d", "v", Query{{"limit", "x"}});
    EXPECT_EQ(request.error.rc(), errc::argument);
    EXPECT_EQ(request.target, "");
}

/// A query that makes the target of "/b/_design/d/_view/v" this long.
Query query_of(std::size_t target) {
    const std::size_t around = std::string_view{"/b/_design/d/_view/v?startkey_docid="}.size();
    return Query{}.startkey_docid(std::string(target - around, 'x'));
}

TEST(ViewRequest, ALongerQueryIsPosted) {
    EXPECT_FALSE(make_view_request("b", "d", "v", query_of(2048)).is_post());
    const ViewRequest request = make_view_request("b", "d", "v", query_of(2049));
    EXPECT_EQ(request.body, "{}");
    EXPECT_EQ(request.target.size(), 2049U);
}

TEST(ViewRequest, ManyKeysAreInTheBody) {
    List keys;
    std::string json = "{\"keys\": [";
    for (int i = 0; i < 500; ++i) {
        keys.emplace_back("key" + std::to_string(i));
        json += (i == 0 ? "\"key" : ", \"key") + std::to_string(i) + '"';
    }
    const ViewRequest request = make_view_request("b", "d", "v", Query{}.keys(keys).limit(1));
    EXPECT_EQ(request.target, "/b/_design/d/_view/v?limit=1");
    EXPECT_EQ(request.body, json + "]}");
    EXPECT_EQ(make_view_request("b", "d", "v", Query{}.keys(keys)).target, "/b/_design/d/_view/v");
}

TEST(ViewRequest, KeysOfAPassthroughQueryAreUnescapedForTheBody) {
    Query query{QueryMode{.passthrough = true}};
    const std::string many(1500, '1');
    query.set("keys", "[" + many + "]");
    EXPECT_TRUE(query.error()) << "brackets have no place in a URL's query";
    query = Query{QueryMode{.passthrough = true}};
    query.set("keys", "%5B" + many + "," + many + "%5d");
    EXPECT_EQ(make_view_request("b", "d", "v", query).body, "{\"keys\": [" + many + "," + many + "]}");
    query.set("keys", many + many);
    EXPECT_EQ(make_view_request("b", "d", "v", query).error.rc(), errc::argument);
}

}  // namespace
}  // namespace txcouchbase::views
