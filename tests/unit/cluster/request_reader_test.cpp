// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/request_reader.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

using enum RequestReader::Outcome;

const std::string get_pools = "GET /pools HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic eDp5\r\n\r\n";
const std::string post_bucket =
    "POST /pools/default/buckets HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 6\r\n\r\nname=a";
const std::string post_chunked =
    "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnam\r\n3;x=y\r\ne=a\r\n0\r\nT: "
    "1\r\n\r\n";

/// A request whose header has exactly `size` bytes.
std::string with_header_of(std::size_t size) {
    std::string request = "GET / HTTP/1.1\r\nX: ";
    request.append(size - request.size() - 4, 'x');
    return request + "\r\n\r\n";
}

/// The status that the reader answers `bytes` with; 0 when it found a request or wants more.
unsigned failure_of(ByteView bytes) {
    RequestReader reader;
    HttpRequest request;
    reader.push(bytes);
    return reader.next(request) == failed ? reader.failure_status() : 0;
}

TEST(RequestReader, reads_a_request_without_a_body) {
    RequestReader reader;
    HttpRequest request;
    reader.push(get_pools);
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/pools");
    EXPECT_EQ(request.authorization, "Basic eDp5");
    EXPECT_EQ(request.body, "");
    EXPECT_TRUE(request.keeps_alive);
    EXPECT_TRUE(request.takes_chunks);
    EXPECT_EQ(reader.next(request), need_more);
}

TEST(RequestReader, reads_the_same_whatever_the_pieces) {
    for (const std::string& bytes : {get_pools, post_bucket, post_chunked}) {
        for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
            RequestReader reader;
            HttpRequest request;
            reader.push(ByteView{bytes}.substr(0, cut));
            ASSERT_EQ(reader.next(request), need_more) << cut;
            reader.push(ByteView{bytes}.substr(cut));
            ASSERT_EQ(reader.next(request), RequestReader::Outcome::request) << cut;
            ASSERT_EQ(request.body, bytes == get_pools ? "" : "name=a") << cut;
        }
        RequestReader reader;
        HttpRequest request;
        for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
            reader.push(ByteView{bytes}.substr(i, 1));
            ASSERT_EQ(reader.next(request), need_more) << i;
        }
        reader.push(ByteView{bytes}.substr(bytes.size() - 1));
        EXPECT_EQ(reader.next(request), RequestReader::Outcome::request);
    }
}

TEST(RequestReader, reads_pipelined_requests_one_after_the_other) {
    RequestReader reader;
    HttpRequest request;
    reader.push(post_bucket + get_pools + post_chunked + get_pools.substr(0, 10));
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_EQ(request.body, "name=a");
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_EQ(request.target, "/pools");
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_EQ(request.target, "/p");
    EXPECT_EQ(reader.next(request), need_more);
}

TEST(RequestReader, knows_what_a_client_can_take) {
    RequestReader reader;
    HttpRequest request;
    reader.push("GET / HTTP/1.0\r\n\r\n");
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_FALSE(request.keeps_alive);
    EXPECT_FALSE(request.takes_chunks);
    reader.push("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_FALSE(request.keeps_alive);
    EXPECT_TRUE(request.takes_chunks);
}

TEST(RequestReader, takes_a_header_of_16_KiB_and_not_one_byte_more) {
    EXPECT_EQ(failure_of(with_header_of(RequestReader::max_header)), 0u);
    EXPECT_EQ(failure_of(with_header_of(RequestReader::max_header + 1)), 431u);
    EXPECT_EQ(failure_of(std::string(RequestReader::max_header + 1, 'G')), 431u) << "one endless method";
}

TEST(RequestReader, limits_the_header_in_small_pieces_too) {
    RequestReader reader;
    HttpRequest request;
    reader.push("GET / HTTP/1.1\r\n");
    RequestReader::Outcome outcome = need_more;
    std::size_t sent = 0;
    while (outcome == need_more && sent < 4 * RequestReader::max_header) {
        reader.push("Name: value\r\n");
        sent += 13;
        outcome = reader.next(request);
    }
    EXPECT_EQ(outcome, failed);
    EXPECT_EQ(reader.failure_status(), 431u);
    EXPECT_LE(sent, RequestReader::max_header);
}

TEST(RequestReader, takes_a_body_of_1_MiB_and_not_one_byte_more) {
    const auto with_length = [](std::size_t length) {
        return "PUT / HTTP/1.1\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
    };
    RequestReader reader;
    HttpRequest request;
    reader.push(with_length(RequestReader::max_body) + std::string(RequestReader::max_body, 'x'));
    ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    EXPECT_EQ(request.body.size(), RequestReader::max_body);
    EXPECT_EQ(failure_of(with_length(RequestReader::max_body + 1)), 413u) << "before any of it has come";
    EXPECT_EQ(failure_of("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n"), 413u);
}

TEST(RequestReader, limits_the_lines_between_chunks) {
    const std::string endless(RequestReader::max_header + 1, 'x');
    EXPECT_EQ(failure_of("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;" + endless), 431u);
    EXPECT_EQ(failure_of("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nT: " + endless), 431u);
}

TEST(RequestReader, refuses_what_is_no_HTTP) {
    for (const ByteView bytes :
         {ByteView{"\x80\x1f\x00\x00", 4}, ByteView{"\x16\x03\x01\x02\x00"}, ByteView{"get\r\n\r\n"},
          ByteView{"GET / HTTP/2.0\r\n\r\n"}, ByteView{"GET /\r\n\r\n"},
          ByteView{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}, ByteView{"GET / HTTP/1.1\r\nno colon\r\n\r\n"},
          ByteView{"GET / HTTP/1.1\nHost: h\n\n"}, ByteView{"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"},
          ByteView{"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"},
          ByteView{"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
          ByteView{"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}})
        EXPECT_EQ(failure_of(bytes), 400u) << bytes;
}

TEST(RequestReader, stays_failed) {
    RequestReader reader;
    HttpRequest request;
    reader.push("nonsense\r\n\r\n");
    EXPECT_EQ(reader.next(request), failed);
    reader.push(get_pools);
    EXPECT_EQ(reader.next(request), failed);
    EXPECT_EQ(reader.pending(), 0u) << "nothing is kept for nobody";
}

TEST(RequestReader, says_once_that_a_client_waits_for_100_Continue) {
    RequestReader reader;
    HttpRequest request;
    EXPECT_FALSE(reader.take_expectation());
    const std::string header = "PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n";
    for (int round = 0; round < 2; ++round) {
        reader.push(header);
        ASSERT_EQ(reader.next(request), need_more);
        EXPECT_TRUE(reader.take_expectation());
        EXPECT_FALSE(reader.take_expectation());
        reader.push("x");
        ASSERT_EQ(reader.next(request), RequestReader::Outcome::request);
    }
}

}  // namespace
}  // namespace txcouchbase::cluster
