// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/views/reading.hpp"
#include "views/row_reader.hpp"

namespace txcouchbase::views {
namespace {

using testing::HasSubstr;

/// These rows, then an error at this byte with these words; however the answer is cut.
void expect_failure(const std::string& answer, std::size_t rows, std::size_t at, const std::string& words,
                    RowLimits limits = {}) {
    const Story story = story_of(answer, limits);
    EXPECT_EQ(story.rows.size(), rows) << story;
    EXPECT_EQ(story.error, "at byte " + std::to_string(at) + " of the view's answer is " + words);
    for (std::size_t cut = 1; cut < answer.size() && cut < 300; ++cut)
        ASSERT_EQ(story_cut_at(answer, cut, limits), story) << cut;
    for (const std::size_t size : {1U, 2U, 3U, 7U, 63U, 64U, 65U})
        ASSERT_EQ(story_in_pieces(answer, size, limits), story) << size;
}

TEST(RowReaderFailures, AnAnswerThatIsNoObjectIsNamed) {
    expect_failure("<html>", 0, 0, "\"<\" instead of an object");
    expect_failure(" \n[1]", 0, 2, "\"[\" instead of an object");
    expect_failure("", 0, 0, "an empty answer");
    expect_failure(std::string{"\0", 1}, 0, 0, "\"\\x00\" instead of an object");
    expect_failure("\xef\xbb\xbf{}", 0, 0, "\"\\xef\" instead of an object");
}

TEST(RowReaderFailures, ATruncatedAnswerIsNamedBehindItsRows) {
    expect_failure("{\"rows\":[{},{\"a\":\"", 1, 18, "the end in the middle of a row");
    expect_failure("{\"rows\":[{}", 1, 11, "the end before that of the object");
    expect_failure("{\"rows\":[{}]", 1, 12, "the end before that of the object");
    expect_failure("{\"rows\":[{}],\"errors\":[", 1, 23, "the end before that of the object");
    expect_failure("{\"rows", 0, 6, "the end before that of the object");
}

TEST(RowReaderFailures, EveryTruncationIsAnError) {
    const std::string answer = "{\"total_rows\":1,\"rows\":[{\"id\":\"a\"},{}],\"errors\":[\"\\\"\"]}";
    ASSERT_EQ(story_of(answer).error, "");
    for (std::size_t size = 0; size < answer.size(); ++size)
        EXPECT_NE(story_of(answer.substr(0, size)).error, "") << size;
}

TEST(RowReaderFailures, RowsThatAreNoArrayAreNamed) {
    expect_failure("{\"rows\":{}}", 0, 8, "\"{\" instead of an array, which rows are");
    expect_failure("{\"rows\": null}", 0, 9, "\"n\" instead of an array, which rows are");
}

TEST(RowReaderFailures, ARowThatIsNoObjectIsNamed) {
    expect_failure("{\"rows\":[{},1]}", 1, 12, "\"1\" instead of a row, which is an object");
    expect_failure("{\"rows\":[[]]}", 0, 9, "\"[\" instead of a row, which is an object");
    expect_failure("{\"rows\":[{},]}", 1, 12, "\"]\" instead of a row, which is an object");
    expect_failure("{\"rows\":[,{}]}", 0, 9, "\",\" instead of a row, which is an object");
    expect_failure("{\"rows\":[{} {}]}", 1, 12, "\"{\" instead of a comma or the end of the rows");
    expect_failure("{\"rows\":[{}}", 1, 11, "\"}\" instead of a comma or the end of the rows");
}

TEST(RowReaderFailures, AnAnswerWithoutRowsIsNamedAndKeepsItsMetadata) {
    expect_failure("{}", 0, 2, "the end, and there was no member \"rows\"");
    const std::string answer = "{\"error\":\"x\",\"reason\":\"y\"}";
    EXPECT_EQ(story_of(answer).metadata, answer);
    EXPECT_THAT(story_of(answer).error, HasSubstr("no member \"rows\""));
}

TEST(RowReaderFailures, KnownMembersMayComeOnlyOnce) {
    expect_failure("{\"rows\":[{}],\"rows\":[{}]}", 1, 18,
                   "\"\\\"\" instead of the end of a name that has not been there");
    expect_failure("{\"total_rows\":1,\"total_rows\":2,\"rows\":[]}", 0, 27,
                   "\"\\\"\" instead of the end of a name that has not been there");
    EXPECT_EQ(story_of("{\"x\":1,\"x\":2,\"rows\":[]}").error, "") << "of others nobody asks";
}

TEST(RowReaderFailures, MetadataIsJson) {
    expect_failure("{\"total_rows\":01,\"rows\":[]}", 0, 16,
                   "\",\" instead of the end of a value that is JSON");
    expect_failure("{\"a\":[1 2],\"rows\":[]}", 0, 9, "\"]\" instead of the end of a value that is JSON");
    expect_failure("{\"a\":\"\\x\",\"rows\":[]}", 0, 8,
                   "\"\\\"\" instead of the end of a value that is JSON");
    expect_failure("{\"a\":\"\n\"}", 0, 6, "\"\\x0a\" instead of the rest of a text");
    expect_failure("{\"a\":{\"b\":\"\t\"}}", 0, 11, "\"\\x09\" instead of the rest of a text");
    expect_failure("{\"\xff\":1}", 0, 3, "\"\\\"\" instead of the end of a name that is text");
    expect_failure("{1:2}", 0, 1, "\"1\" instead of a name");
    expect_failure("{\"a\" 1}", 0, 5, "\"1\" instead of a colon");
    expect_failure("{\"a\":}", 0, 5, "\"}\" instead of a value");
    expect_failure("{\"a\":1,}", 0, 7, "\"}\" instead of a name");
    expect_failure("{\"a\":1 2}", 0, 7, "\"2\" instead of a comma or the end of the object");
}

TEST(RowReaderFailures, WhatFollowsTheAnswerIsNamed) {
    expect_failure("{\"rows\":[{}]} x", 1, 14, "\"x\" instead of the end");
    expect_failure("{\"rows\":[{}]}" + std::string(1, '\0'), 1, 13, "\"\\x00\" instead of the end");
    expect_failure("{\"rows\":[]}{\"rows\":[]}", 0, 11, "\"{\" instead of the end");
}

TEST(RowReaderFailures, ARowMayHaveTheLimitAndNotAByteMore) {
    for (const std::size_t size : {64U, 65U, 127U, 128U, 129U, 200U}) {
        const RowLimits limits{.max_row = size};
        const std::string row = "{\"a\":\"" + std::string(size - 8, 'x') + "\"}";
        const std::string fits = "{\"rows\":[{},\r\n" + row + "]}";
        EXPECT_EQ(story_of(fits, limits).error, "");
        EXPECT_EQ(story_in_pieces(fits, 5, limits), story_of(fits, limits));
        const std::string more = "{\"rows\":[{},\r\n" + row.substr(0, size - 1) + " }]}";
        expect_failure(more, 1, 14 + size, "a row of more than " + std::to_string(size) + " bytes", limits);
    }
}

TEST(RowReaderFailures, ARowThatIsTooLongIsNotKept) {
    const RowLimits limits{.max_row = 100};
    RowReader reader{limits};
    reader.put("{\"rows\":[{\"");
    while (reader.next() == RowReader::Outcome::row) {
    }
    const std::string flood(1000, 'x');
    reader.put(flood);
    EXPECT_EQ(reader.next(), RowReader::Outcome::failed);
    EXPECT_EQ(reader.next(), RowReader::Outcome::failed) << "for good";
    EXPECT_EQ(reader.finish().rc(), errc::protocol_error);
}

TEST(RowReaderFailures, ARowMayBeAsDeepAsTheLimit) {
    const auto nested = [](int depth) {
        const auto arrays = static_cast<std::size_t>(depth - 1);
        return "{\"rows\":[{\"a\":" + std::string(arrays, '[') + std::string(arrays, ']') + "}]}";
    };
    EXPECT_EQ(story_of(nested(1000)).rows.size(), 1U);
    EXPECT_EQ(story_of(nested(1001)).error,
              "at byte 1013 of the view's answer is a row that is nested more than 1000 deep");
    EXPECT_EQ(story_in_pieces(nested(10'000), 7), story_of(nested(10'000)));
    expect_failure(nested(4), 0, 16, "a row that is nested more than 3 deep", {.max_depth = 3});
}

TEST(RowReaderFailures, MetadataHasLimits) {
    const RowLimits limits{.max_metadata = 30, .max_depth = 3};
    EXPECT_EQ(story_of("{\"rows\":[],\"a\":[[[]]]         }", limits).error, "");
    expect_failure("{\"a\":[[[[", 0, 8, "\"[\" instead of a value that is less deeply nested", limits);
    expect_failure("{\"a\":\"" + std::string(60, 'x'), 0, 30, "more than 30 bytes beside the rows", limits);
}

TEST(RowReaderFailures, SpaceIsFree) {
    const std::string space(1000, '\n');
    const Story story = story_of("{" + space + "\"rows\":" + space + "[" + space + "{}" + space + ",{}" +
                                     space + "]" + space + ",\"a\":[" + space + "]" + space + "}" + space,
                                 {.max_metadata = 30});
    EXPECT_EQ(story, (Story{{"{}", "{}"}, "{\"rows\":[],\"a\":[ ]}"}));
}

}  // namespace
}  // namespace txcouchbase::views
