// What an HttpMachine says to a peer that speaks something else, lies, floods, or hangs up.
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/http_reading.hpp"

namespace txcouchbase::net {
namespace {

const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string chunked_head = "200 [Transfer-Encoding: chunked] |";

/// The story of a long answer, at a few cuts.
std::string long_story_of(const std::string& answer) {
    const std::string whole = story_of(answer, answer.size(), 1);
    EXPECT_EQ(story_of(answer, 1, 1), whole);
    for (const std::size_t size : {2U, 17U, 4095U, 4096U, 65535U, 65536U})
        EXPECT_EQ(story_of(answer, size, size), whole) << "in pieces of " << size;
    return whole;
}

TEST(HttpMachineFailures, NamesWhatSpeaksInstead) {
    const std::string memcached{"\x81\x00\x00\x00\x00\x00\x00\x83\x00\x00\x00\x00", 12};
    const std::string alert{"\x15\x03\x03\x00\x02\x02\x46", 7};
    const std::string hello{"\x16\x03\x01\x00\x02", 5};
    EXPECT_EQ(story_of(memcached), "| the peer speaks the memcached protocol, not HTTP");
    EXPECT_EQ(story_of(alert), "| a TLS alert instead of HTTP: the peer expects TLS");
    EXPECT_EQ(story_of(hello), "| a TLS handshake instead of HTTP");
    EXPECT_EQ(story_of("ERROR\r\n"), "| the peer speaks the text protocol of memcached, not HTTP");
    EXPECT_EQ(story_of("SSH-2.0-OpenSSH_9.2\r\n"), "| the peer does not speak HTTP");
    EXPECT_EQ(story_of(alert.substr(0, 2), true), "| a TLS alert instead of HTTP: the peer expects TLS");
}

TEST(HttpMachineFailures, TheErrorHasItsCodeAndItsNode) {
    HttpMachine machine{{"node", 8091, false}};
    ASSERT_FALSE(machine.start({.target = "/"}));
    machine.sent(1);
    ByteView bytes = "garbage";
    EXPECT_EQ(machine.put(bytes), HttpEvent::failed);
    EXPECT_EQ(machine.put(bytes), HttpEvent::failed) << "it stays";
    EXPECT_EQ(machine.on_eof(), HttpEvent::failed);
    EXPECT_EQ(machine.error().rc(), errc::protocol_error);
    EXPECT_EQ(machine.error().detail().node, "node:8091");
    EXPECT_TRUE(machine.error().detail().was_written);
    EXPECT_EQ(machine.unsent(), "") << "the rest is not sent any more";
}

TEST(HttpMachineFailures, NoHeaderIsHttpThatIsNot) {
    for (const char* const head :
         {"\r\n",
          "HTTP/",
          "HTTP/2.0 200 OK",
          "HTTP/1.1 20 OK",
          "HTTP/1.1 2000 OK",
          "HTTP/1.1200 OK",
          "HTTP/1.1 200 O\x01K",
          "HTTP/1.1 099 Low",
          "HTTP/1.1 000 None",
          "HTTP/1.1 101 Switching Protocols",
          "HTTP/1.1 200 OK\r\nno colon",
          "HTTP/1.1 200 OK\r\na b: c",
          "HTTP/1.1 200 OK\r\n: c",
          "HTTP/1.1 200 OK\r\na: b\nc: d",
          "HTTP/1.1 200 OK\r\na: \x02",
          "HTTP/1.1 200 OK\r\nConnection: ,=",
          "HTTP/1.1 200 OK\r\nContent-Length: x",
          "HTTP/1.1 200 OK\r\nContent-Length: -1",
          "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked"}) {
        const std::string story = story_of(std::string{head} + "\r\n\r\n");
        EXPECT_TRUE(story.starts_with("| the answer's header is not HTTP")) << head << " -> " << story;
    }
}

TEST(HttpMachineFailures, ACodingThatWasNotAskedForIsRefused) {
    for (const char* const coding : {"gzip", "chunked, gzip", "identity"})
        EXPECT_EQ(story_of(std::string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: "} + coding + "\r\n\r\n"),
                  "| the answer has a transfer encoding other than chunked");
}

TEST(HttpMachineFailures, ChunksMustBeChunks) {
    for (const char* const chunks :
         {"x\r\n", "\r\n", "-1\r\n", "1 \r\n", "5\rx\r\n", "11111111111111111\r\n", "1;\x01\r\n",
          "1\r\nabc\r\n", "1\r\na\r\n\r\n", "1\r\na\r\nx\r\n", "0;\x01\r\n\r\n", "0\r\nno colon\r\n\r\n",
          "0\r\nContent-Length: 5\r\n\r\n"}) {
        const std::string story = story_of(chunked + chunks);
        EXPECT_NE(story.find("| the answer's chunks are broken"), std::string::npos)
            << chunks << " -> " << story;
    }
}

TEST(HttpMachineFailures, AHeaderUpToTheLimitIsTaken) {
    const std::string begin = "HTTP/1.1 204 OK\r\nX: ";
    const std::string end = "\r\n\r\n";
    const std::string value(HttpMachine::max_head - begin.size() - end.size(), 'v');
    EXPECT_EQ(long_story_of(begin + value + end), "204 [X: " + value + "] || goes on left: ");
    const std::string too_long = "| the header of the answer is over 65536 bytes";
    EXPECT_EQ(long_story_of(begin + value + "v" + end), too_long);
    EXPECT_EQ(long_story_of(begin + value + "vvvv"), too_long) << "without waiting for its end";
}

TEST(HttpMachineFailures, InterimAnswersDoNotGoOnForEver) {
    std::string flood;
    while (flood.size() <= HttpMachine::max_head) flood += "HTTP/1.1 100 Continue\r\n\r\n";
    EXPECT_EQ(long_story_of(flood), "| the header of the answer is over 65536 bytes");
}

TEST(HttpMachineFailures, AChunksLineUpToTheLimitIsTaken) {
    const std::string extension(HttpMachine::max_chunk_line - 4, 'e');
    EXPECT_EQ(long_story_of(chunked + "1;" + extension + "\r\na"), chunked_head + "a");
    const std::string too_long = chunked_head + "| the line before a chunk is over 4096 bytes";
    EXPECT_EQ(long_story_of(chunked + "1;" + extension + "e\r\na"), too_long);
    EXPECT_EQ(long_story_of(chunked + std::string(5000, '0')), too_long);
}

TEST(HttpMachineFailures, FieldsBehindABodyUpToTheLimitAreTaken) {
    const std::string value(HttpMachine::max_head - 10, 'v');
    EXPECT_EQ(long_story_of(chunked + "0\r\nX: " + value + "\r\n\r\n"), chunked_head + "| goes on left: ");
    EXPECT_EQ(long_story_of(chunked + "0\r\nX: " + value + "v\r\n\r\n"),
              chunked_head + "| the line before a chunk is over 65536 bytes");
}

TEST(HttpMachineFailures, HangingUpIsNoAnswer) {
    EXPECT_EQ(story_of("", true), "| the peer closed before it answered");
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", true),
              "| the peer closed in the middle of its answer's header");
    const std::string broken_off = "| the peer closed in the middle of its answer";
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", true),
              "200 [Content-Length: 5] |hell" + broken_off);
    for (const char* const chunks :
         {"", "5", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n"})
        EXPECT_TRUE(story_of(chunked + chunks, true).ends_with(broken_off)) << chunks;
    HttpMachine machine{{"node", 8091, false}};
    ASSERT_FALSE(machine.start({.target = "/"}));
    EXPECT_EQ(machine.on_eof(), HttpEvent::failed);
    EXPECT_EQ(machine.error().rc(), errc::connection_lost);
}

}  // namespace
}  // namespace txcouchbase::net
