// SPDX-License-Identifier: Apache-2.0
#include "net/http_session.hpp"

#include <boost/asio/post.hpp>

#include "tests/unit/net/black_hole.hpp"
#include "tests/unit/net/http_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

/// Says which request it answers.
std::string echo(const std::string& request) {
    return http_answer(request.substr(0, request.find(" HTTP")));
}

using HttpSessions = HttpSessionTest;

TEST_F(HttpSessions, AsksOneThingAfterTheOtherOnOneConnection) {
    peer->on_accept(answering(echo));
    make();
    for (const char* const target : {"/a", "/b", "/c"}) {
        ask(target);
        EXPECT_FALSE(http->is_idle());
        ASSERT_TRUE(is_answered());
        EXPECT_TRUE(http->is_idle());
    }
    EXPECT_EQ(record.story, "200 end 200 end 200 end ");
    EXPECT_EQ(record.body, "GET /aGET /bGET /c");
    EXPECT_EQ(peer->connections().size(), 1U);
}

TEST_F(HttpSessions, TheNextExchangeMayBeginWhereTheLastOneEnded) {
    peer->on_accept(answering(echo));
    make();
    record.at_end = [this] {
        if (record.ends < 3) ask("/" + std::to_string(record.ends));
    };
    ask();
    ASSERT_TRUE(runs_until([this] { return record.ends == 3; }));
    EXPECT_EQ(record.body, "GET /GET /1GET /2");
    EXPECT_EQ(peer->connections().size(), 1U);
}

TEST_F(HttpSessions, NothingIsToldInsideACall) {
    peer->on_accept(answering(echo));
    make();
    ask();
    EXPECT_EQ(record.story, "");
    ASSERT_TRUE(is_answered());
    ask();
    EXPECT_EQ(record.story, "200 end ");
}

TEST_F(HttpSessions, MakesAnotherConnectionWhereTheLastCannotGoOn) {
    const std::string answers[] = {http_answer("", "Connection: close\r\n"), http_answer("") + "more",
                                   http_answer("")};
    std::size_t number = 0;
    peer->on_accept(answering([&](const std::string&) { return answers[number++]; }));
    make();
    for (std::size_t i = 1; i <= 3; ++i) {
        ask();
        ASSERT_TRUE(is_answered());
        EXPECT_EQ(peer->connections().size(), i);
    }
    EXPECT_EQ(record.story, "200 end 200 end 200 end ");
}

TEST_F(HttpSessions, MakesAnotherConnectionWhenThePeerClosedTheLastWhileItWasIdle) {
    peer->on_accept(answering(echo));
    make();
    ask();
    ASSERT_TRUE(is_answered());
    peer->last().close();
    ASSERT_TRUE(runs_until([&] { return http_host.references() == 0; })) << "nothing is waited for any more";
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "200 end 200 end ");
    EXPECT_EQ(peer->connections().size(), 2U);
}

TEST_F(HttpSessions, AnIdleConnectionIsClosedAfterAWhile) {
    bool is_closed = false;
    peer->on_accept([&](PeerConnection& connection) {
        connection.hear([&](ByteView bytes) {
            if (!bytes.empty()) return connection.send(http_answer("x"));
            is_closed = true;
        });
    });
    make({30s, 30s, 5ms});
    ask();
    ASSERT_TRUE(runs_until([&] { return is_closed; }));
    EXPECT_EQ(record.story, "200 end ");
}

TEST_F(HttpSessions, ABodyMayLastUntilThePeerCloses) {
    peer->on_accept([](PeerConnection& connection) {
        connection.hear([&connection](ByteView bytes) {
            if (!bytes.empty()) connection.send("HTTP/1.1 200 OK\r\n\r\nhello");
        });
    });
    make();
    record.at_body = [this] {
        if (record.body == "hello") peer->last().close();
    };
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "200 end ");
    EXPECT_EQ(record.body, "hello");
}

TEST_F(HttpSessions, ALargeRequestIsWrittenAsThePeerTakesIt) {
    const std::string body(16U << 20, 'b');
    peer->on_accept([&](PeerConnection& connection) {
        boost::asio::post(*io, [&] {
            connection.hear([&](ByteView) {
                if (connection.received() > body.size()) connection.send(http_answer("done"));
            });
        });
    });
    make();
    ASSERT_FALSE(http->start({.method = HttpMethod::post, .target = "/", .body = body}));
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.body, "done");
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(peer->connections().size(), 1U);
}

TEST_F(HttpSessions, WhatAPeerSaysBeforeItHasReadEverythingCounts) {
    peer->on_accept([](PeerConnection& connection) {
        connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    });
    make();
    const std::string body(16U << 20, 'b');
    ASSERT_FALSE(http->start({.method = HttpMethod::post, .target = "/", .body = body}));
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "413 end ");
}

TEST_F(HttpSessions, WhatAPeerSaysBeforeItHangsUpCountsThoughTheRequestCannotBeWrittenAnyMore) {
    peer->on_accept([](PeerConnection& connection) {
        connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        connection.close();  // in one go: nobody reads the one without finding the other
    });
    make();
    const std::string body(16U << 20, 'b');
    ASSERT_FALSE(http->start({.method = HttpMethod::post, .target = "/", .body = body}));
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "413 end ") << record.error.message();
}

TEST_F(HttpSessions, WhilePausedEvenTheEndIsNotTold) {
    peer->on_accept(answering([](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\nhello"; }));
    make();
    ask();
    ASSERT_TRUE(runs_until([this] { return record.body == "hello"; }));
    http->pause();
    peer->last().close();
    let_pass(20ms);
    EXPECT_EQ(record.story, "200 ");
    http->resume();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "200 end ");
}

TEST_F(HttpSessions, ARequestThatCannotBeWrittenBeginsNothing) {
    make();
    EXPECT_EQ(http->start({.target = "/a b"}).rc(), errc::argument);
    const Credentials credentials{"user", "password", false};
    EXPECT_EQ(http->start({.target = "/", .credentials = &credentials}).rc(), errc::auth_error);
    EXPECT_TRUE(http->is_idle());
    EXPECT_TRUE(runs_until([this] { return peer->connections().empty(); }));
}

TEST_F(HttpSessions, WhatIsForTlsIsNotSaidInClear) {
    http.emplace(io->get_executor(), http_host, record, HttpOrigin{"127.0.0.1", peer->port(), true}, patient);
    EXPECT_EQ(http->start({.target = "/"}).rc(), errc::not_supported);
    EXPECT_TRUE(http->is_idle());
}

TEST_F(HttpSessions, ARefusedConnectionIsAConnectError) {
    peer->stop_listening();
    make();
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::connect_error);
    EXPECT_EQ(record.error.detail().node, node_name());
    EXPECT_FALSE(record.error.detail().was_written);
}

TEST_F(HttpSessions, AFirstAddressThatSwallowsPacketsLeavesTimeForTheSecond) {
    const BlackHole hole{"127.0.0.2", peer->port()};
    peer->on_accept(answering(echo));
    make({200ms, 30s, 30s}, "127.0.0.2+127.0.0.1");
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "200 end ");
}

TEST_F(HttpSessions, WhereNobodyAnswersTheConnectTimeoutEndsIt) {
    const BlackHole hole{"127.0.0.2", peer->port()};
    make({20ms, 30s, 30s}, "127.0.0.2");
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::timed_out);
    EXPECT_FALSE(record.error.detail().was_written);
}

TEST_F(HttpSessions, AnAnswerMustBeginInTime) {
    peer->on_accept([](PeerConnection& connection) { connection.send("HTTP/1.1 200 OK\r\n"); });
    make({30s, 20ms, 30s});
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::timed_out);
    EXPECT_TRUE(record.error.detail().was_written);
}

TEST_F(HttpSessions, ABodyMaySayNothingForAsLongAsItLikes) {
    peer->on_accept(answering([](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\nx"; }));
    make({30s, 10ms, 10ms});
    ask();
    ASSERT_TRUE(runs_until([this] { return record.body == "x"; }));
    let_pass(50ms);
    EXPECT_EQ(record.ends, 0);
    peer->last().send("y");
    ASSERT_TRUE(runs_until([this] { return record.body == "xy"; }));
}

TEST_F(HttpSessions, APeerThatSpeaksSomethingElseIsNamed) {
    peer->on_accept(answering([](const std::string&) { return "ERROR\r\n"; }));
    make();
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::protocol_error);
    EXPECT_EQ(record.error.detail().cause, "the peer speaks the text protocol of memcached, not HTTP");
}

TEST_F(HttpSessions, AResetEndsTheExchangeAndTheNextOneDialsAgain) {
    peer->on_accept(
        answering([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"; }));
    make();
    record.at_body = [this] { peer->last().reset(); };
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "200 failed ");
    EXPECT_EQ(record.error.rc(), errc::connection_lost);
    record.at_body = nullptr;
    peer->on_accept(answering(echo));
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story, "200 failed 200 end ");
}

TEST_F(HttpSessions, WhilePausedNothingIsToldAndAfterwardsEverything) {
    std::string body(8U << 20, '\0');
    for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i / 1000 % 26);
    peer->on_accept(answering([&](const std::string&) { return http_answer(body); }));
    make();
    int pauses = 0;
    record.at_body = [&] {
        http->pause();
        ++pauses;
    };
    ask();
    ASSERT_TRUE(runs_until([&] { return pauses == 1; }));
    let_pass(20ms);
    EXPECT_EQ(pauses, 1);
    http->resume();
    http->resume();
    EXPECT_EQ(pauses, 1) << "not inside the call";
    ASSERT_TRUE(runs_until([&] { return pauses == 2; }));
    record.at_body = [this] {  // in the same turn: as if nothing had been said
        http->pause();
        http->resume();
    };
    http->resume();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.body == body, true);
    EXPECT_EQ(record.story, "200 end ");
}

TEST_F(HttpSessions, MayBePausedBeforeTheAnswerAndBetweenItsParts) {
    peer->on_accept(answering(echo));
    make();
    ask();
    http->pause();
    record.at_head = [this] { http->pause(); };
    record.at_body = [this] { http->pause(); };
    let_pass(20ms);
    EXPECT_EQ(record.story, "");
    http->resume();
    ASSERT_TRUE(runs_until([this] { return !record.story.empty(); }));
    let_pass(5ms);
    EXPECT_EQ(record.body, "");
    http->resume();
    ASSERT_TRUE(runs_until([this] { return !record.body.empty(); }));
    let_pass(5ms);
    EXPECT_EQ(record.ends, 0);
    record.at_end = [this] { http->pause(); };
    http->resume();
    ASSERT_TRUE(is_answered());
    ask("/next");
    record.at_head = record.at_body = nullptr;
    ASSERT_TRUE(is_answered()) << "a new exchange is not paused";
}

}  // namespace
}  // namespace txcouchbase::net
