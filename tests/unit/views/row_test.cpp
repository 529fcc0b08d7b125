// SPDX-License-Identifier: Apache-2.0
#include "views/row.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::views {
namespace {

TEST(ViewRow, MembersAreTheirJson) {
    const ViewRow row{
        "{\"value\": {\"x\":1} ,\"id\":\"doc1\",\"key\":[\"a\",1],\"doc\":{},\"geometry\":null}"};
    EXPECT_EQ(row.id(), "\"doc1\"");
    EXPECT_EQ(row.key(), "[\"a\",1]");
    EXPECT_EQ(row.value(), "{\"x\":1}");
    EXPECT_EQ(row.doc(), "{}");
    EXPECT_EQ(row.geometry(), "null");
    EXPECT_EQ(row.docid(), "doc1");
    EXPECT_FALSE(row.error());
}

TEST(ViewRow, AReducedRowHasNoDocument) {
    const ViewRow row{"{\"key\":null,\"value\":42}"};
    EXPECT_EQ(row.id(), "");
    EXPECT_EQ(row.docid(), std::nullopt);
    EXPECT_EQ(row.doc(), "");
    EXPECT_EQ(row.value(), "42");
    EXPECT_FALSE(row.error());
}

TEST(ViewRow, TheDocumentsKeyIsUnescaped) {
    EXPECT_EQ(ViewRow{"{\"id\":\"a\\u00e9\\\"\"}"}.docid(), "a\xc3\xa9\"");
    EXPECT_EQ(ViewRow{"{\"id\":\"\"}"}.docid(), "");
}

TEST(ViewRow, OtherMembersAndThoseOfMembersAreNotMeant) {
    const ViewRow row{"{\"partition\":1,\"value\":{\"id\":2,\"key\":3},\"partition\":2}"};
    EXPECT_EQ(row.id(), "");
    EXPECT_EQ(row.key(), "");
    EXPECT_FALSE(row.error());
}

void expect_malformed(std::string_view raw, const std::string& cause) {
    const ViewRow row{raw};
    EXPECT_EQ(row.error().rc(), errc::value_format) << raw;
    EXPECT_EQ(row.error().detail().cause, cause) << raw;
    for (const std::string_view member : {row.id(), row.key(), row.value(), row.doc(), row.geometry()})
        EXPECT_EQ(member, "");
    EXPECT_EQ(row.docid(), std::nullopt);
    EXPECT_EQ(row.raw(), raw) << "which remains";
}

TEST(ViewRow, AMalformedRowFailsByItself) {
    expect_malformed("{\"id\":\"a\",\"key\":}", "a view's row that is no JSON, at its byte 16");
    expect_malformed("{\"id\":\"a\",\"key\":\"\xff\"}", "a view's row that is no JSON, at its byte 17");
    expect_malformed(std::string_view{"{\"id\":\"\0\"}", 10}, "a view's row that is no JSON, at its byte 7");
    expect_malformed("{\"id\":[}", "a view's row that is no JSON, at its byte 7");
    expect_malformed("{\"key\":1,\"key\":2}", "a view's row that has a member twice");
    expect_malformed("{\"id\":7,\"key\":1}", "a view's row whose id is no text");
    expect_malformed("{\"id\":\"\\ud800\"}", "a view's row whose id is no text");
}

TEST(ViewRow, ItsBytesAreKeptAsLongAsItIs) {
    auto bytes = std::make_shared<std::string>("{\"key\":1}");
    const std::weak_ptr<std::string> watched = bytes;
    {
        const ViewRow row{*bytes, bytes};
        bytes.reset();
        EXPECT_EQ(row.key(), "1");
        const ViewRow copy = row;
        EXPECT_EQ(copy.key().data(), row.key().data());
    }
    EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace txcouchbase::views
