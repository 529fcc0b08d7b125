// SPDX-License-Identifier: Apache-2.0
#include "views/answer_errors.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::views {
namespace {

const HttpReply& reply_of(const Error& error) {
    return dynamic_cast<const HttpReply&>(*error.detail().attachment);
}

Error refused_with(std::string_view body) {
    Refusal refusal{{.status = 404, .fields = {{"Content-Type", "text/plain"}}}};
    refusal.put(body);
    return refusal.error();
}

TEST(Refusal, TheErrorCarriesTheWholeAnswer) {
    const Error error = refused_with("{\"error\":\"not_found\",\"reason\":\"missing\"}");
    EXPECT_EQ(error.rc(), errc::http);
    EXPECT_EQ(error.detail().cause, "status 404");
    EXPECT_EQ(error.detail().server_text, "not_found: missing");
    EXPECT_EQ(reply_of(error).status, 404U);
    EXPECT_EQ(reply_of(error).headers.at(0).second, "text/plain");
    EXPECT_EQ(reply_of(error).body, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
}

TEST(Refusal, AnyBodySaysSomething) {
    EXPECT_EQ(refused_with("{\"reason\":\"\\u0061\"}").detail().server_text, "a");
    EXPECT_EQ(refused_with("{\"errors\":{\"_\":\"x\"}}").detail().server_text, "{\"errors\":{\"_\":\"x\"}}");
    EXPECT_EQ(refused_with("{\"error\":[1]}").detail().server_text, "[1]");
    EXPECT_EQ(refused_with("").detail().server_text, "");
    EXPECT_EQ(refused_with("<html>" + std::string(1000, ' ')).detail().server_text.size(), 256U);
}

TEST(Refusal, NoMoreThan64KiBAreKept) {
    Refusal refusal{{.status = 500}};
    const std::string piece(10'000, 'x');
    for (int i = 0; i < 100; ++i) refusal.put(piece);
    EXPECT_EQ(reply_of(refusal.error()).body.size(), 64U * 1024);
}

TEST(ViewErrors, EachEntryIsKeptAndTheFirstIsShown) {
    const Error error = read_view_errors(
        "[{\"from\":\"http://10.0.0.2:8092/_view_merge/?stale=false\",\"reason\":\"req_timedout\"}, "
        "{\"reason\":7},"
        "\"gone\"]");
    EXPECT_EQ(error.rc(), errc::view_engine);
    EXPECT_EQ(error.detail().cause, "errors beside the rows and 2 more");
    EXPECT_EQ(error.detail().server_text, "http://10.0.0.2:8092/_view_merge/?stale=false: req_timedout");
    const auto& entries = dynamic_cast<const ViewErrors&>(*error.detail().attachment).entries;
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].from, "http://10.0.0.2:8092/_view_merge/?stale=false");
    EXPECT_EQ(entries[1].from, "");
    EXPECT_EQ(entries[1].reason, "7");
    EXPECT_EQ(entries[2].reason, "gone");
}

TEST(ViewErrors, WhatIsNoArrayIsAnErrorAllTheSame) {
    EXPECT_EQ(read_view_errors("\"no\"").detail().server_text, "no");
    EXPECT_EQ(read_view_errors("{\"a\":1}").detail().server_text, "{\"a\":1}");
}

TEST(ViewErrors, NoneAreNone) {
    EXPECT_FALSE(read_view_errors(""));
    EXPECT_FALSE(read_view_errors("[ ]"));
    EXPECT_FALSE(read_view_errors("null"));
}

}  // namespace
}  // namespace txcouchbase::views
