// SPDX-License-Identifier: Apache-2.0
#include "net/http_machine.hpp"

#include "tests/unit/net/http_reading.hpp"

namespace txcouchbase::net {
namespace {

const HttpOrigin origin{"node", 8091, false};

std::string closed_after(ByteView answer) {
    return story_of(answer, true);
}

TEST(HttpMachine, ReadsABodyWithALength) {
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b c \r\n\r\nhello"),
              "200 [Content-Length: 5] [X-A: b c] |hello| goes on left: ");
    EXPECT_EQ(story_of("HTTP/1.1 404 Object Not Found\r\ncontent-length: 0\r\n\r\n"),
              "404 [content-length: 0] || goes on left: ");
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello"),
              "200 [Content-Length: 2] |he| goes on left: llo");
}

TEST(HttpMachine, ReadsABodyInChunks) {
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5\r\nhello\r\n1;a=b;c=\"d\"\r\n,\r\n00A\r\n0123456789\r\n0\r\n\r\n"),
              "200 [Transfer-Encoding: chunked] |hello,0123456789| goes on left: ");
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore"),
              "200 [Transfer-Encoding: chunked] || goes on left: more");
}

TEST(HttpMachine, FieldsBehindABodyAreNoPartOfTheHead) {
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\n\r\n\r\n0;x\r\nLocation: /a\r\nX-B: c\r\n\r\n"),
              "200 [Transfer-Encoding: chunked] |\r\n| goes on left: ");
    HttpMachine machine{origin};
    ASSERT_FALSE(machine.start({.target = "/"}));
    ByteView bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nLocation: /a\r\n\r\n";
    std::string story;
    ASSERT_EQ(tell(machine, bytes, story), HttpEvent::end);
    EXPECT_EQ(machine.head().fields.size(), 1U);
}

TEST(HttpMachine, ReadsABodyThatLastsUntilThePeerCloses) {
    EXPECT_EQ(closed_after("HTTP/1.1 200 OK\r\n\r\nhello"), "200 |hello| is over left: ");
    EXPECT_EQ(closed_after("HTTP/1.0 200 OK\r\n\r\n"), "200 || is over left: ");
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\n\r\nhello"), "200 |hello");
}

TEST(HttpMachine, SomeAnswersHaveNoBodyWhateverTheySay) {
    EXPECT_EQ(story_of("HTTP/1.1 204 No Content\r\n\r\n"), "204 || goes on left: ");
    EXPECT_EQ(story_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
              "304 [Content-Length: 5] || goes on left: ");
}

TEST(HttpMachine, SkipsInterimAnswers) {
    EXPECT_EQ(story_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n."),
              "200 [Content-Length: 1] |.| goes on left: ");
}

TEST(HttpMachine, KnowsWhetherThePeerKeepsTheConnection) {
    EXPECT_EQ(story_of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
              "200 [Content-Length: 0] [Connection: close] || is over left: ");
    EXPECT_EQ(story_of("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
              "200 [Content-Length: 0] || is over left: ");
    EXPECT_EQ(story_of("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n"),
              "200 [Content-Length: 0] [Connection: Keep-Alive] || goes on left: ");
}

TEST(HttpMachine, AConnectionIsOfNoMoreUseWhenTheRequestWasNotReadToItsEnd) {
    HttpMachine machine{origin};
    ASSERT_FALSE(machine.start({.method = HttpMethod::post, .target = "/", .body = "a long body"}));
    machine.sent(machine.unsent().size() - 1);
    ByteView bytes = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(machine.put(bytes), HttpEvent::head);
    EXPECT_EQ(machine.put(bytes), HttpEvent::end);
    EXPECT_FALSE(machine.can_go_on());
}

TEST(HttpMachine, FindsAFieldByItsNameInAnyCase) {
    HttpMachine machine{origin};
    ASSERT_FALSE(machine.start({.target = "/"}));
    ByteView bytes = "HTTP/1.1 302 Found\r\nLOCATION: /a\r\nLocation: /b\r\n\r\n";
    ASSERT_EQ(machine.put(bytes), HttpEvent::head);
    EXPECT_EQ(machine.head().field("location"), "/a");
    EXPECT_EQ(machine.head().field("Locatio"), "");
}

TEST(HttpMachine, PiecesOfABodyAreTheCallersBytes) {
    HttpMachine machine{origin};
    ASSERT_FALSE(machine.start({.target = "/"}));
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n";
    ByteView bytes = answer;
    ASSERT_EQ(machine.put(bytes), HttpEvent::head);
    ASSERT_EQ(machine.put(bytes), HttpEvent::body);
    EXPECT_EQ(machine.body().data(), answer.data() + answer.find("abc"));
    EXPECT_EQ(bytes, "\r\n3\r\ndef\r\n0\r\n\r\n") << "whoever pauses now has the rest";
    ASSERT_EQ(machine.put(bytes), HttpEvent::body);
    EXPECT_EQ(machine.body(), "def");
    EXPECT_EQ(machine.put(bytes), HttpEvent::end);
    EXPECT_EQ(machine.put(bytes), HttpEvent::end);
}

TEST(HttpMachine, OneExchangeFollowsTheOther) {
    HttpMachine machine{origin};
    std::string story;
    for (const char* const target : {"/a", "/b"}) {
        ASSERT_FALSE(machine.start({.target = target}));
        EXPECT_EQ(machine.unsent(), std::string{"GET "} + target + " HTTP/1.1\r\nHost: node:8091\r\n\r\n");
        EXPECT_FALSE(machine.was_written());
        machine.sent(3);
        EXPECT_TRUE(machine.unsent().starts_with(" /"));
        EXPECT_TRUE(machine.was_written());
        machine.sent(machine.unsent().size());
        EXPECT_EQ(machine.unsent(), "");
        ByteView bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\n";
        EXPECT_EQ(tell(machine, bytes, story), HttpEvent::end);
    }
    EXPECT_EQ(story,
              "200 [Transfer-Encoding: chunked] |1| goes on200 [Transfer-Encoding: chunked] |1| goes on");
}

TEST(HttpMachine, ARefusedRequestBeginsNothing) {
    HttpMachine machine{origin};
    EXPECT_EQ(machine.start({.target = "/a b"}).rc(), errc::argument);
    EXPECT_EQ(machine.unsent(), "");
}

TEST(HttpMachine, NothingOfThePasswordStaysWhereTheRequestWasSentFromWhereverTheWriteIsCut) {
    const Credentials credentials{"user", "a password that is longer than any small string", true};
    HttpMachine machine{origin};
    ASSERT_FALSE(machine.start({.target = "/", .credentials = &credentials}));
    const std::size_t size = machine.unsent().size();
    for (std::size_t cut = 0; cut < size; ++cut) {
        ASSERT_FALSE(machine.start({.target = "/", .credentials = &credentials}));
        const ByteView memory = machine.unsent();
        ASSERT_NE(memory.find("Basic dXNlcjph"), ByteView::npos);
        machine.sent(cut);
        if (cut % 2 == 0)
            machine.sent(size - cut);
        else
            machine.forget_request();
        for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(memory.data()[i], '\0') << "cut at " << cut;
    }
}

}  // namespace
}  // namespace txcouchbase::net
