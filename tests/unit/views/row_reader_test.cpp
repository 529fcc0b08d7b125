// SPDX-License-Identifier: Apache-2.0
#include "views/row_reader.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <random>

#include "tests/unit/views/reading.hpp"

namespace txcouchbase::views {
namespace {

const std::string as_servers_write =
    "{\"total_rows\":3,\"rows\":[\r\n{\"id\":\"doc1\",\"key\":[\"a\",1],\"value\":null},\r\n"
    "{\"id\":\"doc2\",\"key\":\"b\",\"value\":{\"x\":1}}\r\n]\r\n}\n";

/// The answer, cut at each byte and in pieces of every size, tells what it tells in one piece.
void expect_however_cut(const Story& story, const std::string& answer) {
    EXPECT_EQ(story_of(answer), story) << answer;
    for (std::size_t at = 1; at < answer.size(); ++at) ASSERT_EQ(story_cut_at(answer, at), story) << at;
    for (std::size_t size = 1; size <= 130; ++size) ASSERT_EQ(story_in_pieces(answer, size), story) << size;
}

TEST(RowReader, RowsComeOutAsTheyStand) {
    expect_however_cut({{"{\"id\":\"doc1\",\"key\":[\"a\",1],\"value\":null}",
                         "{\"id\":\"doc2\",\"key\":\"b\",\"value\":{\"x\":1}}"},
                        "{\"total_rows\":3,\"rows\":[]}"},
                       as_servers_write);
}

TEST(RowReader, MembersMayStandInAnyOrder) {
    const std::string errors = "[{\"from\":\"local\",\"reason\":\"]}\"}]";
    expect_however_cut(
        {{"{}"}, "{\"rows\":[],\"errors\":" + errors + ",\"total_rows\":0,\"x\":\"\\\"\",\"y\":true}"},
        "{\"rows\":[{}],\"errors\":" + errors + ",\"total_rows\": 0 ,\"x\":\"\\\"\",\"y\":true}");
    expect_however_cut({{"{}"}, "{\"debug_info\":{\"rows\":[ {}]},\"rows\":[]}"},
                       " { \"debug_info\" : {\"rows\":[\n\t{}]} , \"rows\" : [ {} ] } ");
}

TEST(RowReader, NoRowsAreNoError) {
    expect_however_cut({{}, "{\"rows\":[]}"}, "{\"rows\":[]}");
    expect_however_cut({{}, "{\"total_rows\":0,\"rows\":[]}"}, "{\"total_rows\":0,\"rows\":[ \r\n]}");
}

TEST(RowReader, BracketsAndQuotesInsideOfStringsAreText) {
    const std::string row =
        "{\"a\":\"}]{[\\\"}\\\\\",\"b\":[\"\\\\\\\"\",\"\\\\\"],\"\\u007d\":\"\\\\\\\\\"}";
    for (std::size_t shift = 0; shift < 70; ++shift) {
        const std::string space(shift, ' ');
        const std::string answer = "{\"rows\":[" + space + row + "," + row + "\r\n," + row + "]}";
        ASSERT_EQ(story_of(answer), (Story{{row, row, row}, "{\"rows\":[]}"})) << shift;
    }
    expect_however_cut({{row, row}, "{\"rows\":[]}"}, "{\"rows\":[" + row + ",\r\n" + row + "]}");
}

TEST(RowReader, WhatIsInARowIsNotItsBusiness) {
    const std::string row("{\"a\" 1 \0 \n\xff nonsense,]", 22);
    expect_however_cut({{row}, "{\"rows\":[]}"}, "{\"rows\":[" + row + "]}");
}

TEST(RowReader, ARowIsThereBeforeTheNextByte) {
    RowReader reader;
    reader.put("{\"rows\":[{\"id\":1}");
    ASSERT_EQ(reader.next(), RowReader::Outcome::row);
    EXPECT_EQ(reader.row(), "{\"id\":1}");
    EXPECT_EQ(reader.row_count(), 1U);
    EXPECT_EQ(reader.next(), RowReader::Outcome::need_bytes);
}

TEST(RowReader, ARowInOnePieceIsAPartOfIt) {
    const std::string piece = "{\"rows\":[{\"id\":1},{\"id\"";
    RowReader reader;
    reader.put(piece);
    ASSERT_EQ(reader.next(), RowReader::Outcome::row);
    EXPECT_EQ(reader.row().data(), piece.data() + 9);
}

TEST(RowReader, EmptyPiecesChangeNothing) {
    RowReader reader;
    for (const std::string_view piece : {"", "{\"rows\":[{\"i", "", "d\":1}", "", "]}", ""}) {
        reader.put(piece);
        while (reader.next() == RowReader::Outcome::row) EXPECT_EQ(reader.row(), "{\"id\":1}");
    }
    EXPECT_FALSE(reader.finish());
    EXPECT_EQ(reader.row_count(), 1U);
}

TEST(RowReader, ToAskAgainWithoutAnotherPieceChangesNothing) {
    RowReader reader;
    std::string rows;
    for (const std::string_view piece : {"{\"rows\"", ":[{\"i\\", "\"d\":1}", ", {}", "]", "}"}) {
        reader.put(piece);
        for (int i = 0; i < 3; ++i)
            while (reader.next() == RowReader::Outcome::row) rows += reader.row();
    }
    EXPECT_FALSE(reader.finish());
    EXPECT_EQ(rows, "{\"i\\\"d\":1}{}");
}

TEST(RowReader, MetadataIsThereAsSoonAsItIsComplete) {
    RowReader reader;
    const auto read = [&reader](std::string_view piece) {
        reader.put(piece);
        while (reader.next() == RowReader::Outcome::row) {
        }
    };
    read("{\"total_rows\":1");
    EXPECT_EQ(reader.metadata("total_rows"), "") << "there may be another digit";
    read("2,\"rows\":[{}");
    EXPECT_EQ(reader.metadata("total_rows"), "12");
    EXPECT_EQ(reader.metadata("errors"), "");
    read("],\"errors\":[1],\"debug_info\":{\"errors\":2}}");
    EXPECT_EQ(reader.metadata("errors"), "[1]");
    EXPECT_EQ(reader.metadata("debug_info"), "{\"errors\":2}");
    EXPECT_EQ(reader.metadata("rows"), "");
}

/// What a string may hold, quotes and brackets above all.
std::string random_string(std::mt19937& random) {
    constexpr std::string_view parts[] = {"x", "{", "}", "[", "]", "\\\"", "\\\\", "\\n", ","};
    std::string string = "\"";
    for (std::size_t i = random() % 20; i > 0; --i) string += parts[random() % std::size(parts)];
    return string + '"';
}

/// Brackets that fit and strings, and between them what need not be JSON.
std::string random_row(std::mt19937& random) {
    std::string row = "{";
    std::string open = "}";
    const std::size_t size = random() % 150;
    while (row.size() < size) {
        const auto kind = random() % 6;
        if (kind == 0) row += random_string(random);
        if (kind == 1 || kind == 2) {
            row += "[{"[kind - 1];
            open += "]}"[kind - 1];
        }
        if (kind > 2) row += "ab,:1 \n"[random() % 7];
        if (open.size() > 1 && random() % 4 == 0) {
            row += open.back();
            open.pop_back();
        }
    }
    return row + std::string{open.rbegin(), open.rend()};
}

TEST(RowReader, RandomRowsInRandomPiecesAreFoundAgain) {
    std::mt19937 random{20};
    for (int round = 0; round < 400; ++round) {
        Story story{{}, "{\"a\":\"\\\\\",\"rows\":[],\"total_rows\":9}"};
        std::string answer = "{\"a\":\"\\\\\",\"rows\":[";
        for (std::size_t i = random() % 12; i > 0; --i) {
            story.rows.push_back(random_row(random));
            answer += story.rows.back() + (i == 1 ? "" : random() % 2 == 0 ? ",\r\n" : " , ");
        }
        answer += "],\"total_rows\":9}";
        const std::size_t most = 1 + random() % 200;
        ASSERT_EQ(story_of(answer), story);
        ASSERT_EQ(story_of(answer, [&] { return 1 + random() % most; }), story);
    }
}

}  // namespace
}  // namespace txcouchbase::views
