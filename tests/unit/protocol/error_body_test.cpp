// What can be learned from the words beside an error.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/error_body.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(ErrorBody, ContextAndRefAreRead) {
    const ErrorBody body = read_error_body(R"({"error":{"context":"No \"access\"","ref":"1e2c"}})");
    EXPECT_EQ(body.context, "No \"access\"");
    EXPECT_EQ(body.ref, "1e2c");
    EXPECT_TRUE(body.plain_text.empty());
}

TEST(ErrorBody, AnUnknownCollectionNamesTheManifest) {
    EXPECT_EQ(read_error_body(R"({"manifest_uid":"1a"})").manifest_uid, "1a");
    EXPECT_EQ(read_error_body(R"({"manifest_uid":"1a","error":{"context":"c"}})").context, "c");
}

TEST(ErrorBody, WordsOfMemcachedStayWords) {
    EXPECT_EQ(read_error_body("Not found").plain_text, "Not found");
    EXPECT_EQ(read_error_body("").plain_text, "");
}

TEST(ErrorBody, MembersOfTheWrongKindAreLeftOut) {
    const ErrorBody body = read_error_body(R"({"error":{"context":7,"ref":null},"manifest_uid":{}})");
    EXPECT_TRUE(body.context.empty() && body.ref.empty() && body.manifest_uid.empty());
    EXPECT_TRUE(read_error_body(R"({"error":"text"})").context.empty());
}

TEST(ErrorBody, WhatIsNoJsonObjectIsPlainText) {
    for (const ByteView text :
         {ByteView{"{"}, ByteView{"{\"error\":"}, ByteView{"[1]"}, ByteView{"{\"a\":\"\xff\"}"}})
        EXPECT_EQ(read_error_body(text).plain_text, text);
}

TEST(ErrorBody, EveryCutOfABodyIsReadWithoutHarm) {
    const std::string whole = R"({"error":{"context":"a\u0041\\","ref":"b"}})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const ExactBytes cut{ByteView{whole}.substr(0, size)};
        EXPECT_EQ(read_error_body(cut.view()).plain_text, cut.view());
    }
}

std::string of_size(std::size_t size) {
    const std::string before = R"({"error":{"context":"c"},"x":")";
    return before + std::string(size - before.size() - 2, ' ') + "\"}";
}

TEST(ErrorBody, OverSixtyFourKibIsPlainText) {
    EXPECT_EQ(read_error_body(of_size(64 * 1024)).context, "c");
    const std::string large = of_size(64 * 1024 + 1);
    EXPECT_EQ(read_error_body(large).plain_text, large);
}

std::string nested(int depth) {
    return "{\"error\":{\"context\":\"c\"},\"x\":" + std::string(static_cast<std::size_t>(depth) - 1, '[') +
           std::string(static_cast<std::size_t>(depth) - 1, ']') + "}";
}

TEST(ErrorBody, DeeperThanSixteenIsPlainText) {
    EXPECT_EQ(read_error_body(nested(16)).context, "c");
    const std::string deep = nested(17);
    EXPECT_EQ(read_error_body(deep).plain_text, deep);
}

}  // namespace
}  // namespace txcouchbase::protocol
