// SPDX-License-Identifier: Apache-2.0
// A session's life: dialling again after its server died, stopping at every stage, and the loop that goes first.
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "tests/unit/net/session_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

constexpr SessionTimes patient{30s, 30s};

void serve_well(PeerConnection& connection) {
    connection.serve(well_behaved);
}
void say_nothing(PeerConnection&) {}
void read_nothing(PeerConnection& connection) {
    connection.send(reply_frame(Opcode::version, 0, "1"));
}

class SessionLife : public SessionTest {
protected:
    /// One operation is answered, so the session is up.
    void come_up() {
        const Record& record = host->submit("first");
        ASSERT_TRUE(runs_until([&] { return record.ends != 0; }));
        ASSERT_EQ(record.replies, 1) << record.error.message();
    }

    /// The server is gone, and the session knows it.
    void lose_the_server() {
        peer->stop();
        ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::down; }));
    }
};

TEST_F(SessionLife, ComesBackByItselfWhenItsServerDoes) {
    peer->on_accept(serve_well);
    start();
    come_up();
    lose_the_server();
    const Record& waiting = host->submit("waiting");
    // Some attempts are refused before the server listens again.
    const int turns = host->turns();
    ASSERT_TRUE(runs_until([&] { return host->turns() >= turns + 6; }));
    EXPECT_EQ(waiting.ends, 0);
    peer->listen();
    ASSERT_TRUE(runs_until([&] { return waiting.ends != 0; }));
    EXPECT_EQ(waiting.value, "waiting");
    EXPECT_EQ(host->ups(), 2);
    EXPECT_EQ(host->connect_failures(), 0) << "only the first attempt is the owner's to judge";
}

TEST_F(SessionLife, ComesBackAgainAndAgain) {
    peer->on_accept(serve_well);
    start();
    for (int i = 1; i <= 5; ++i) {
        come_up();
        EXPECT_EQ(host->ups(), i);
        peer->last().reset();
        ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::down; }));
    }
}

TEST_F(SessionLife, DialsAServerThatDropsEveryConnectionAtOnceEverMoreSeldom) {
    peer->on_accept([&](PeerConnection& connection) {
        connection.serve([&](const protocol::Frame& request) {
            boost::asio::post(*io, [self = connection.shared_from_this()] { self->close(); });
            return well_behaved(request);
        });
    });
    start();
    ASSERT_TRUE(runs_until([&] { return host->delays().size() == 4; }));
    EXPECT_EQ(host->ups(), 4) << "every handshake succeeded";
    for (std::size_t i = 0; i < 4; ++i) EXPECT_GE(host->delays()[i], Backoff::first * (1 << i) / 2);
}

TEST_F(SessionLife, DialsSoonAfterAConnectionThatAnswered) {
    peer->on_accept(serve_well);
    start();
    for (std::size_t i = 1; i <= 4; ++i) {
        come_up();
        peer->last().reset();
        ASSERT_TRUE(runs_until([&] { return host->delays().size() == i; }));
        EXPECT_LE(host->delays().back(), Backoff::first);
    }
}

TEST_F(SessionLife, KeepsDiallingAfterAFirstFailureWhenItsOwnerWantsThat) {
    peer->stop_listening();
    start();
    host->at_connect_failed = [this] { host->node.keep_dialling(); };
    const Record& waiting = host->submit("waiting");
    ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    peer->on_accept(serve_well);
    peer->listen();
    ASSERT_TRUE(runs_until([&] { return waiting.ends != 0; }));
    EXPECT_EQ(waiting.value, "waiting");
    EXPECT_EQ(host->connect_failures(), 1);
}

TEST_F(SessionLife, OperationsTimeOutWhileItKeepsDiallingForTheFirstTime) {
    peer->stop_listening();
    start();
    host->at_connect_failed = [this] { host->node.keep_dialling(); };
    const Record& waiting = host->submit("waiting", Opcode::get, {}, 30ms);
    ASSERT_TRUE(runs_until([&] { return waiting.ends != 0; }));
    EXPECT_EQ(waiting.error.rc(), errc::timed_out);
}

TEST_F(SessionLife, WritesAgainAfterAConnectionThatWasLostWhileItWaitedToWrite) {
    peer->on_accept(read_nothing);
    start();
    const Record& large = host->submit("large", Opcode::set, std::string(16U << 20, 'v'));
    const Record& small = host->submit("small");
    ASSERT_TRUE(runs_until([&] { return host->ups() == 1 && !host->node.can_write(); }));
    peer->on_accept(serve_well);
    peer->last().reset();
    ASSERT_TRUE(runs_until([&] { return small.ends != 0; }));
    EXPECT_EQ(large.error.rc(), errc::connection_lost);
    EXPECT_EQ(small.value, "small");
}

TEST_F(SessionLife, OperationsTimeOutWhileItDialsAgain) {
    peer->on_accept(serve_well);
    start();
    come_up();
    lose_the_server();
    const Record& waiting = host->submit("waiting", Opcode::get, {}, 30ms);
    ASSERT_TRUE(runs_until([&] { return waiting.ends != 0; }));
    EXPECT_EQ(waiting.error.rc(), errc::timed_out);
}

/// Brings a session to the points of its life, mostly with an operation pending there.
class SessionStages : public SessionLife {
protected:
    void resolving() {
        start({"localhost", peer->port()}, patient);
        host->submit("pending");
    }
    void connecting() {
        start();
        host->submit("pending");
    }
    void connecting_after_resolving() {
        resolving();
        const int turns = host->turns();
        ASSERT_TRUE(runs_until([&] { return host->turns() >= turns + 2; }));
    }
    void handshaking() {
        peer->on_accept(say_nothing);
        start();
        host->submit("pending");
        ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::handshaking; }));
    }
    void up_and_idle() {
        peer->on_accept(serve_well);
        start();
        come_up();
    }
    void up_with_an_operation_unwritten() {
        up_and_idle();
        host->submit("pending");
    }
    void waiting_for_a_reply() {
        peer->on_accept([](PeerConnection& connection) {
            connection.serve([](const protocol::Frame& request) {
                return request.key() == "pending" ? "" : well_behaved(request);
            });
        });
        start();
        come_up();
        host->submit("pending");
        ASSERT_TRUE(runs_until([&] { return !host->machine.has_unwritten(); }));
    }
    void waiting_to_write() {
        peer->on_accept(read_nothing);
        start();
        host->submit("pending", Opcode::set, std::string(16U << 20, 'v'));
        ASSERT_TRUE(runs_until(
            [&] { return host->ups() == 1 && !host->node.can_write() && host->machine.has_unwritten(); }));
    }
    void waiting_to_dial_again() {
        peer->on_accept(serve_well);
        start();
        come_up();
        lose_the_server();
        host->submit("pending");
    }
    void dialling_again() {
        waiting_to_dial_again();
        peer->on_accept(say_nothing);
        peer->listen();
        ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::handshaking; }));
    }
    void failed_for_good() {
        peer->stop_listening();
        start();
        host->submit("pending");
        ASSERT_TRUE(runs_until([&] { return host->connect_failures() == 1; }));
    }

    using Reach = void (SessionStages::*)();
    static std::vector<std::pair<const char*, Reach>> stages() {
        using S = SessionStages;
        return {{"resolving", &S::resolving},
                {"connecting", &S::connecting},
                {"connecting after resolving", &S::connecting_after_resolving},
                {"handshaking", &S::handshaking},
                {"up and idle", &S::up_and_idle},
                {"up with an operation unwritten", &S::up_with_an_operation_unwritten},
                {"waiting for a reply", &S::waiting_for_a_reply},
                {"waiting to write", &S::waiting_to_write},
                {"waiting to dial again", &S::waiting_to_dial_again},
                {"dialling again", &S::dialling_again},
                {"failed for good", &S::failed_for_good}};
    }

    void start_afresh() {
        if (host) host->close();
        peer.reset();
        io.reset();
        host.reset();
        io.emplace();
        peer.emplace(*io);
    }
};

TEST_F(SessionStages, StoppingAtEveryStageLeavesNothingToDo) {
    for (const auto& [name, reach] : stages()) {
        SCOPED_TRACE(name);
        start_afresh();
        (this->*reach)();
        ASSERT_FALSE(testing::Test::HasFatalFailure());
        const int ups = host->ups();
        host->close();
        for (const Record& record : host->records()) EXPECT_EQ(record.ends, 1);
        if (host->records().back().key == "pending") {
            EXPECT_EQ(host->records().back().error.rc(), errc::connection_closed);
        }
        peer->stop();
        EXPECT_TRUE(runs_out());
        EXPECT_EQ(host->ups(), ups);
        EXPECT_EQ(host->references(), 0);
        EXPECT_FALSE(host->is_loop_gone());
    }
}

TEST_F(SessionStages, TheLoopMayBeDestroyedAtEveryStage) {
    for (const auto& [name, reach] : stages()) {
        SCOPED_TRACE(name);
        start_afresh();
        (this->*reach)();
        ASSERT_FALSE(testing::Test::HasFatalFailure());
        const bool has_pending_work = host->references() != 0;
        peer.reset();
        io.reset();
        EXPECT_EQ(host->is_loop_gone(), has_pending_work);
        EXPECT_EQ(host->references(), 0);
        if (has_pending_work) {
            EXPECT_EQ(host->machine.state(), KvMachine::State::closed);
            for (const Record& record : host->records()) EXPECT_EQ(record.ends, 1);
        }
    }
}

TEST_F(SessionLife, ACallbackMayCloseFromAReply) {
    peer->on_accept(serve_well);
    start();
    host->submit("a").at_end = [this] { host->close(); };
    const Record& other = host->submit("b");
    ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::closed; }));
    EXPECT_EQ(other.ends, 1);
    peer->stop();
    EXPECT_TRUE(runs_out());
    EXPECT_EQ(host->references(), 0);
}

TEST_F(SessionLife, ACallbackMayCloseWhenTheSessionComesUp) {
    peer->on_accept(serve_well);
    start();
    host->at_up = [this] { host->close(); };
    const Record& record = host->submit("a");
    ASSERT_TRUE(runs_until([&] { return record.ends != 0; }));
    EXPECT_EQ(record.error.rc(), errc::connection_closed);
    peer->stop();
    EXPECT_TRUE(runs_out());
}

TEST_F(SessionLife, ACallbackMayCloseWhenTheConnectionIsLost) {
    peer->on_accept([](PeerConnection& connection) {
        connection.serve([&connection](const protocol::Frame& request) -> std::string {
            if (request.opcode() == Opcode::version) return well_behaved(request);
            connection.close();
            return "";
        });
    });
    start();
    host->submit("a").at_end = [this] { host->close(); };
    const Record& other = host->submit("b");
    ASSERT_TRUE(runs_until([&] { return other.ends != 0; }));
    peer->stop();
    EXPECT_TRUE(runs_out());
    EXPECT_EQ(host->ups(), 1);
}

TEST_F(SessionLife, ACallbackMayCloseWhenTheFirstAttemptFails) {
    peer->stop_listening();
    start();
    host->at_connect_failed = [this] { host->close(); };
    const Record& record = host->submit("a");
    ASSERT_TRUE(runs_until([&] { return record.ends != 0; }));
    EXPECT_TRUE(runs_out());
    EXPECT_EQ(host->connect_failures(), 1);
}

}  // namespace
}  // namespace txcouchbase::net
