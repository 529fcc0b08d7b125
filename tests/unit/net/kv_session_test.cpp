// SPDX-License-Identifier: Apache-2.0
#include "net/kv_session.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "tests/unit/net/session_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;
using KvSessionTest = SessionTest;

constexpr SessionTimes short_connect{400ms, 30s};
constexpr SessionTimes short_silence{30s, 400ms};

void serve_well(PeerConnection& connection) {
    connection.serve(well_behaved);
}

bool has_words(const Error& error, ByteView words) {
    return error.detail().cause.find(words) != std::string::npos;
}

TEST(NodeName, PutsBracketsRoundAnIpv6Address) {
    EXPECT_EQ(node_name({"127.0.0.1", 11211}), "127.0.0.1:11211");
    EXPECT_EQ(node_name({"cache.example", 1}), "cache.example:1");
    EXPECT_EQ(node_name({"::1", 11211}), "[::1]:11211");
}

TEST_F(KvSessionTest, ComesUpAndCompletesOperations) {
    peer->on_accept(serve_well);
    start();
    const Record& early = host->submit("early");
    ASSERT_TRUE(runs_until([&] { return early.ends != 0; }));
    EXPECT_EQ(early.value, "early");
    EXPECT_EQ(host->ups(), 1);
    const Record& late = host->submit("late");
    ASSERT_TRUE(runs_until([&] { return late.ends != 0; }));
    EXPECT_EQ(late.value, "late");
    EXPECT_EQ(host->connect_failures(), 0);
}

TEST_F(KvSessionTest, FindsAPeerByName) {
    peer->on_accept(serve_well);
    start({"localhost", peer->port()}, {30s, 30s});
    const Record& record = host->submit("a");
    ASSERT_TRUE(runs_until([&] { return record.ends != 0; }));
    EXPECT_EQ(record.replies, 1);
}

TEST_F(KvSessionTest, WritesATurnsOperationsAtOnce) {
    peer->on_accept(serve_well);
    start();
    ASSERT_TRUE(runs_until([&] { return host->ups() == 1; }));
    for (int i = 0; i < 500; ++i) host->submit("key" + std::to_string(i));
    const int before = host->turns();
    EXPECT_TRUE(host->node.can_write());
    ASSERT_TRUE(runs_until([&] { return host->turns() > before; }));
    EXPECT_FALSE(host->node.can_write()) << "the first turn takes everything along";
    ASSERT_TRUE(runs_until([&] { return host->machine.in_flight() == 0; }));
}

TEST_F(KvSessionTest, ReportsARefusedPort) {
    peer->stop_listening();
    start();
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    EXPECT_EQ(host->connect_error.rc(), errc::connect_error);
    EXPECT_EQ(host->connect_error.detail().node, node_name());
    EXPECT_NE(host->connect_error.detail().cause, "");
    ASSERT_TRUE(runs_out()) << "a first failure is its owner's to judge";
    EXPECT_EQ(host->connect_failures(), 1);
}

TEST_F(KvSessionTest, ReportsANameThatDoesNotResolve) {
    start({"no-such-host.invalid", 11211}, {10s, 30s});
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    // Without any name server the system may take its time over the answer.
    EXPECT_TRUE(host->connect_error.rc() == errc::unknown_host ||
                has_words(host->connect_error, "did not resolve"))
        << host->connect_error.message();
    EXPECT_EQ(host->connect_error.detail().node, "no-such-host.invalid:11211");
}

TEST_F(KvSessionTest, ReportsAPeerThatSaysNothing) {
    start(short_connect);
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    EXPECT_EQ(host->connect_error.rc(), errc::timed_out);
    EXPECT_TRUE(has_words(host->connect_error, "did not answer")) << host->connect_error.message();
    EXPECT_EQ(host->connect_error.detail().node, node_name());
}

TEST_F(KvSessionTest, ReportsAPeerThatClosesAtOnce) {
    peer->on_accept([](PeerConnection& connection) { connection.close(); });
    start();
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    EXPECT_EQ(host->connect_error.rc(), errc::connect_error);
    EXPECT_EQ(
        host->connect_error.detail().cause,
        "the peer closed the connection during the handshake, before it said anything: is it another kind "
        "of server, or a port for TLS?");
    EXPECT_EQ(host->connect_error.detail().node, node_name());
}

TEST_F(KvSessionTest, ReportsAPeerThatResetsDuringTheHandshake) {
    peer->on_accept([](PeerConnection& connection) {
        connection.serve([&connection](const protocol::Frame&) -> std::string {
            connection.reset();
            return "";
        });
    });
    start();
    const Record& waiting = host->submit("a");
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    EXPECT_EQ(host->connect_error.rc(), errc::connect_error);
    EXPECT_TRUE(has_words(host->connect_error, "reset by peer during the handshake"))
        << host->connect_error.message();
    EXPECT_EQ(waiting.ends, 0) << "nothing of it was sent";
}

TEST_F(KvSessionTest, ReportsAPeerThatIsNoMemcached) {
    peer->on_accept([](PeerConnection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
    start();
    const Record& waiting = host->submit("a");
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    EXPECT_EQ(host->connect_error.rc(), errc::protocol_error);
    EXPECT_TRUE(has_words(host->connect_error, "HTTP")) << host->connect_error.message();
    EXPECT_EQ(waiting.ends, 0) << "what was not written is its owner's to end";
}

TEST_F(KvSessionTest, FailsExactlyWhatWasWrittenWhenThePeerCloses) {
    peer->on_accept([](PeerConnection& connection) {
        connection.serve([&connection](const protocol::Frame& request) -> std::string {
            if (request.key() == "fatal") connection.close();
            return request.key() == "fatal" ? "" : well_behaved(request);
        });
    });
    start();
    const Record& good = host->submit("good");
    const Record& fatal = host->submit("fatal");
    ASSERT_TRUE(runs_until([&] { return fatal.ends != 0; }));
    EXPECT_TRUE(good.replies == 1 || good.error.rc() == errc::connection_lost);
    EXPECT_EQ(fatal.error.rc(), errc::connection_lost);
    EXPECT_EQ(fatal.error.detail().node, node_name());
    EXPECT_EQ(fatal.error.detail().key, "fatal");
    const Record& next = host->submit("next");
    ASSERT_TRUE(runs_until([&] { return next.ends != 0; }));
    EXPECT_EQ(next.value, "next");
    EXPECT_EQ(host->ups(), 2);
    EXPECT_EQ(host->connect_failures(), 0);
}

TEST_F(KvSessionTest, FailsWithAResetLikeWithAClose) {
    peer->on_accept([](PeerConnection& connection) {
        connection.serve([&connection](const protocol::Frame& request) -> std::string {
            if (request.opcode() == Opcode::version) return well_behaved(request);
            connection.reset();
            return "";
        });
    });
    start();
    const Record& record = host->submit("a");
    ASSERT_TRUE(runs_until([&] { return record.ends != 0; }));
    EXPECT_EQ(record.error.rc(), errc::connection_lost);
    EXPECT_NE(record.error.detail().cause, "");
}

TEST_F(KvSessionTest, ClosedAtEveryByteOfAReplyFailsTheOperationOnce) {
    const std::size_t size = protocol::header_size + 1;
    std::size_t sent = 0;
    peer->on_accept([&](PeerConnection& connection) {
        connection.serve([&](const protocol::Frame& request) {
            const std::string reply = well_behaved(request);
            if (request.opcode() == Opcode::version || request.key() == "good") return reply;
            connection.send(reply.substr(0, sent));
            boost::asio::post(*io, [self = connection.shared_from_this()] { self->close(); });
            return std::string{};
        });
    });
    start();
    for (sent = 0; sent <= size; ++sent) {
        const Record& proof = host->submit("good");  // or it would be dialled ever more seldom
        ASSERT_TRUE(runs_until([&] { return proof.ends != 0; }));
        const Record& record = host->submit("a");
        ASSERT_TRUE(runs_until([&] { return record.ends != 0; }));
        EXPECT_EQ(record.replies, sent == size ? 1 : 0) << sent;
        const int ups = host->ups();
        ASSERT_TRUE(runs_until([&] { return host->ups() == ups + 1; }));
    }
}

TEST_F(KvSessionTest, RubbishInMidStreamFailsWhatWasWrittenAndDialsAgain) {
    peer->on_accept([](PeerConnection& connection) {
        connection.serve([](const protocol::Frame& request) {
            return request.key() == "bad" ? std::string(100, '\x7f') : well_behaved(request);
        });
    });
    start();
    const Record& bad = host->submit("bad");
    ASSERT_TRUE(runs_until([&] { return bad.ends != 0; }));
    EXPECT_EQ(bad.error.rc(), errc::protocol_error);
    const Record& next = host->submit("next");
    ASSERT_TRUE(runs_until([&] { return next.ends != 0; }));
    EXPECT_EQ(next.value, "next");
}

TEST_F(KvSessionTest, WaitsForAPeerThatDoesNotReadAndGoesOnWhenItDoes) {
    std::shared_ptr<PeerConnection> slow;
    peer->on_accept([&](PeerConnection& connection) {
        connection.send(reply_frame(Opcode::version, 0, "1"));  // without having read anything
        slow = connection.shared_from_this();
    });
    start();
    const Record& large = host->submit("large", Opcode::set, std::string(16U << 20, 'v'));
    const Record& small = host->submit("small");
    ASSERT_TRUE(runs_until(
        [&] { return host->ups() == 1 && !host->node.can_write() && host->machine.has_unwritten(); }));
    EXPECT_EQ(large.ends, 0);
    slow->serve([](const protocol::Frame& request) {
        return request.opcode() == Opcode::version ? "" : well_behaved(request);
    });
    ASSERT_TRUE(runs_until([&] { return small.ends != 0; }));
    EXPECT_EQ(large.value, "large");
    EXPECT_EQ(small.value, "small");
}

TEST_F(KvSessionTest, ReadsAReplyThatIsLargerThanAnyBuffer) {
    const std::string value(5U << 20, 'r');
    peer->on_accept([&](PeerConnection& connection) {
        connection.serve([&](const protocol::Frame& request) {
            return request.key() == "large" ? reply_frame(Opcode::get, request.opaque(), value)
                                            : well_behaved(request);
        });
    });
    start();
    const Record& large = host->submit("large");
    const Record& small = host->submit("small");
    ASSERT_TRUE(runs_until([&] { return small.ends != 0; }));
    EXPECT_TRUE(large.value == value);
}

TEST_F(KvSessionTest, ASilentPeerIsLeftAndDialledAgain) {
    bool is_mute = true;
    peer->on_accept([&](PeerConnection& connection) {
        connection.serve([&](const protocol::Frame& request) {
            return is_mute && request.opcode() != Opcode::version ? "" : well_behaved(request);
        });
    });
    start(short_silence);
    const Record& lost = host->submit("lost");
    ASSERT_TRUE(runs_until([&] { return lost.ends != 0; }));
    EXPECT_EQ(lost.error.rc(), errc::silent_peer);
    EXPECT_EQ(lost.error.detail().node, node_name());
    is_mute = false;
    const Record& next = host->submit("next");
    ASSERT_TRUE(runs_until([&] { return next.ends != 0; }));
    EXPECT_EQ(next.value, "next");
}

TEST_F(KvSessionTest, AfterALongPauseAnOperationIsNotTakenForSilence) {
    peer->on_accept(serve_well);
    start(short_silence);
    const Record& first = host->submit("first");
    ASSERT_TRUE(runs_until([&] { return first.ends != 0; }));
    let_pass(2 * short_silence.silence);
    const Record& second = host->submit("second");
    ASSERT_TRUE(runs_until([&] { return second.ends != 0; }));
    EXPECT_EQ(second.value, "second") << second.error.message();
    EXPECT_EQ(host->ups(), 1);
}

TEST_F(KvSessionTest, TheConnectTimeoutEndsWithTheHandshake) {
    peer->on_accept(serve_well);
    start(short_connect);
    const Record& first = host->submit("first");
    ASSERT_TRUE(runs_until([&] { return first.ends != 0; }));
    const int ups = host->ups();
    let_pass(2 * short_connect.connect);
    const Record& second = host->submit("second");
    ASSERT_TRUE(runs_until([&] { return second.ends != 0; }));
    EXPECT_EQ(second.value, "second") << second.error.message();
    EXPECT_EQ(host->ups(), ups);
}

TEST_F(KvSessionTest, AnOperationThatIsNotAnsweredInTimeFailsAndTheConnectionStays) {
    peer->on_accept([](PeerConnection& connection) {
        connection.serve([](const protocol::Frame& request) {
            return request.key() == "unanswered" ? "" : well_behaved(request);
        });
    });
    start();
    const Record& unanswered = host->submit("unanswered", Opcode::get, {}, 20ms);
    ASSERT_TRUE(runs_until([&] { return unanswered.ends != 0; }));
    EXPECT_EQ(unanswered.error.rc(), errc::timed_out);
    const Record& next = host->submit("next");
    ASSERT_TRUE(runs_until([&] { return next.ends != 0; }));
    EXPECT_EQ(next.value, "next");
    EXPECT_EQ(host->ups(), 1);
}

}  // namespace
}  // namespace txcouchbase::net
