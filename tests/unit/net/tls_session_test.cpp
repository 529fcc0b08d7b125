// SPDX-License-Identifier: Apache-2.0
// A session over TLS: against a server on a loopback port, and against what is none.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/post.hpp>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/session_fixture.hpp"
#include "tests/unit/net/tls_pair.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

constexpr SessionTimes patient{30s, 30s};
constexpr SessionTimes short_connect{400ms, 30s};

class TlsLayer final : public PeerLayer {
public:
    explicit TlsLayer(const ServerWishes& wishes) : end(wishes) {}
    std::string read(ByteView wire_bytes) override { return end.read(wire_bytes); }
    void write(ByteView bytes) override { end.write(bytes); }
    std::string unsent() override { return end.unsent(); }

    TlsServerEnd end;
};

TlsServerEnd& end_of(PeerConnection& connection) {
    return dynamic_cast<TlsLayer&>(*connection.layer()).end;
}

class TlsSession : public SessionTest {
protected:
    void serve(PeerConnection::Answer answer = well_behaved, const ServerWishes& wishes = {}) {
        peer->on_accept([answer, wishes](PeerConnection& connection) {
            connection.put_on(std::make_unique<TlsLayer>(wishes));
            connection.serve(answer);
        });
    }

    TestHost& start_secure(const std::string& name = "", SessionTimes times = patient) {
        return start({"127.0.0.1", peer->port()}, times, {.context = client_context(), .host = name});
    }

    /// Of a first attempt that fails.
    std::string failure(errc code = errc::connect_error) {
        EXPECT_TRUE(runs_until([&] { return host->connect_failures() + host->ups() != 0; }));
        EXPECT_EQ(host->ups(), 0);
        EXPECT_EQ(host->connect_error.rc(), code) << host->connect_error.message();
        EXPECT_EQ(host->connect_error.detail().node, node_name());
        return host->connect_error.detail().cause;
    }

    const Record& exchange(const std::string& key) {
        const Record& record = host->submit(key);
        EXPECT_TRUE(runs_until([&] { return record.ends != 0; }));
        return record;
    }
};

TEST_F(TlsSession, ComesUpAndCompletesOperations) {
    serve();
    start_secure();
    EXPECT_EQ(exchange("early").value, "early");
    EXPECT_EQ(exchange("late").value, "late");
    EXPECT_EQ(host->ups(), 1);
    EXPECT_TRUE(end_of(peer->last()).is_up());
    EXPECT_EQ(end_of(peer->last()).called(), "") << "it was dialled by its address";
}

TEST_F(TlsSession, SpeaksTls12) {
    serve(well_behaved, {.newest = TLS1_2_VERSION});
    start_secure();
    EXPECT_EQ(exchange("a").value, "a");
}

TEST_F(TlsSession, VerifiesTheNameThatIsSaidInsteadOfTheDialledAddress) {
    serve(well_behaved, {.identity = test_authority().sign({.names = "DNS:node.example"})});
    start_secure("node.example");
    EXPECT_EQ(exchange("a").value, "a");
    EXPECT_EQ(end_of(peer->last()).called(), "node.example");
}

TEST_F(TlsSession, VerifiesTheDialledNameWhenNothingElseIsSaid) {
    serve(well_behaved, {.identity = test_authority().sign({.names = "DNS:localhost"})});
    start({"localhost", peer->port()}, patient, {.context = client_context()});
    EXPECT_EQ(exchange("a").value, "a");
    EXPECT_EQ(end_of(peer->last()).called(), "localhost");
}

TEST_F(TlsSession, ReportsACertificateOfAnotherHostAndSaysNothingToIt) {
    std::size_t requests = 0;
    serve([&](const protocol::Frame& request) {
        ++requests;
        return well_behaved(request);
    });
    start_secure("other.example");
    const Record& waiting = host->submit("a");
    EXPECT_EQ(failure(), "TLS: the peer's certificate is not for 'other.example' (hostname mismatch)");
    ASSERT_TRUE(runs_until([&] { return end_of(peer->last()).words() != ""; }));
    EXPECT_EQ(end_of(peer->last()).words(), "sslv3 alert bad certificate");
    EXPECT_EQ(requests, 0u);
    EXPECT_EQ(waiting.ends, 0) << "nothing of it was sent";
}

TEST_F(TlsSession, ReportsAPeerThatSpeaksInClear) {
    peer->on_accept(
        [](PeerConnection& connection) { connection.send(reply_frame(Opcode::version, 0, "1")); });
    start_secure();
    EXPECT_EQ(failure(), "TLS: the peer does not speak TLS: this is a port of the protocol in clear");
}

TEST_F(TlsSession, ReportsAPeerThatClosesDuringTheHandshake) {
    peer->on_accept([](PeerConnection& connection) { connection.close(); });
    start_secure();
    const std::string words = failure();
    EXPECT_TRUE(words ==
                    "TLS: the peer closed the connection during the handshake: does it speak TLS here?" ||
                words == "Connection reset by peer during the TLS handshake")
        << words;
}

TEST_F(TlsSession, ReportsAPeerThatSaysNothing) {
    start_secure("", short_connect);
    EXPECT_EQ(failure(errc::timed_out),
              "connected, but the TLS handshake did not end within the connect timeout");
}

TEST_F(TlsSession, ReportsAPeerThatSaysNothingBehindTheTlsHandshake) {
    serve([](const protocol::Frame&) { return ""; });
    start_secure("", short_connect);
    EXPECT_EQ(failure(errc::timed_out), "connected, but the peer did not answer within the connect timeout");
}

TEST_F(TlsSession, ReportsAPeerThatWantsACertificate) {
    serve(well_behaved, {.wants_certificate = true});
    start_secure();
    EXPECT_EQ(failure(), "TLS: the peer refuses: tlsv13 alert certificate required during the handshake");
}

TEST_F(TlsSession, TellsACutFromAClose) {
    serve([&](const protocol::Frame& request) {
        if (request.opcode() == Opcode::version) return well_behaved(request);
        if (request.key() == "close") end_of(peer->last()).say_goodbye();
        peer->last().send_raw(end_of(peer->last()).unsent());
        boost::asio::post(*io, [&] { peer->last().close(); });
        return std::string{};
    });
    start_secure();
    EXPECT_EQ(exchange("cut").error.detail().cause,
              "TLS: the connection was cut off: it ended without the peer's goodbye");
    EXPECT_EQ(exchange("close").error.detail().cause, "the peer closed the connection");
    EXPECT_EQ(exchange("close").error.rc(), errc::connection_lost);
}

TEST_F(TlsSession, AGoodbyeOfAPeerThatKeepsItsSocketOpenIsAnEnd) {
    serve([&](const protocol::Frame& request) {
        if (request.key() != "last") return well_behaved(request);
        end_of(peer->last()).write(well_behaved(request));
        end_of(peer->last()).say_goodbye();
        peer->last().send_raw(end_of(peer->last()).unsent());
        return std::string{};
    });
    start_secure();
    EXPECT_EQ(exchange("last").value, "last");
    EXPECT_EQ(exchange("next").value, "next");
    EXPECT_EQ(host->ups(), 2);
}

TEST_F(TlsSession, ABrokenRecordFailsWhatWasWrittenAndDialsAgain) {
    serve([&](const protocol::Frame& request) {
        if (request.key() != "bad") return well_behaved(request);
        end_of(peer->last()).write(well_behaved(request));
        std::string bytes = end_of(peer->last()).unsent();
        bytes[8] = static_cast<char>(~bytes[8]);
        peer->last().send_raw(bytes);
        return std::string{};
    });
    start_secure();
    const Record& bad = exchange("bad");
    EXPECT_EQ(bad.error.rc(), errc::connection_lost);
    EXPECT_EQ(bad.error.detail().cause, "TLS: decryption failed or bad record mac");
    EXPECT_EQ(exchange("next").value, "next");
}

TEST_F(TlsSession, SaysGoodbyeWhenItIsStopped) {
    serve();
    start_secure();
    EXPECT_EQ(exchange("a").value, "a");
    host->close();
    EXPECT_TRUE(runs_until([&] { return end_of(peer->last()).was_told_goodbye(); }));
}

TEST_F(TlsSession, AReplyInSingleBytesIsRead) {
    serve([&](const protocol::Frame& request) {
        end_of(peer->last()).write(well_behaved(request));
        for (const char byte : end_of(peer->last()).unsent()) peer->last().send_raw({&byte, 1});
        return std::string{};
    });
    start_secure();
    EXPECT_EQ(exchange("a").value, "a");
}

TEST_F(TlsSession, ManyRepliesInOneRecordAndOneReplyInManyAreRead) {
    const std::string value(5U << 20, 'r');
    serve([&](const protocol::Frame& request) {
        return request.key() == "large" ? reply_frame(Opcode::get, request.opaque(), value)
                                        : well_behaved(request);
    });
    start_secure();
    for (int round = 0; round < 3; ++round) {
        std::vector<const Record*> records;
        for (int i = 0; i < 500; ++i) records.push_back(&host->submit("key" + std::to_string(i)));
        const Record& large = host->submit("large");
        for (int i = 0; i < 5000; ++i) records.push_back(&host->submit("more" + std::to_string(i)));
        ASSERT_TRUE(runs_until([&] { return records.back()->ends != 0; }));
        for (const Record* record : records) EXPECT_EQ(record->value, record->key);
        EXPECT_TRUE(large.value == value);
    }
}

TEST_F(TlsSession, WaitsForAPeerThatDoesNotReadAndGoesOnWhenItDoes) {
    std::shared_ptr<PeerConnection> slow;
    peer->on_accept([&](PeerConnection& connection) {
        connection.put_on(std::make_unique<TlsLayer>(ServerWishes{}));
        slow = connection.shared_from_this();
        connection.serve([&](const protocol::Frame& request) {
            if (request.key() == "stop") slow->pause();
            return well_behaved(request);
        });
    });
    start_secure();
    EXPECT_EQ(exchange("stop").value, "stop");
    const Record& large = host->submit("large", Opcode::set, std::string(16U << 20, 'v'));
    const Record& small = host->submit("small");
    ASSERT_TRUE(runs_until([&] { return !host->node.can_write() && host->machine.has_unwritten(); }));
    EXPECT_EQ(large.ends, 0);
    slow->go_on();
    ASSERT_TRUE(runs_until([&] { return small.ends != 0; }));
    EXPECT_EQ(large.value, "large");
    EXPECT_EQ(small.value, "small");
}

TEST_F(TlsSession, ComesBackByItselfWhenItsServerDoes) {
    serve();
    start_secure();
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(exchange("a").value, "a");
        EXPECT_EQ(host->ups(), i);
        peer->last().reset();
        ASSERT_TRUE(runs_until([&] { return host->machine.state() == KvMachine::State::down; }));
    }
}

TEST_F(TlsSession, StoppedAtEveryTurnOfItsHandshakesItLeavesNothingToDo) {
    for (int turns = 0; turns < 20; ++turns) {
        serve();
        start_secure();
        ASSERT_TRUE(runs_until([&] { return host->turns() >= turns || host->ups() != 0; }));
        host->close();
        for (const auto& connection : peer->connections()) connection->close();
        EXPECT_EQ(host->machine.state(), KvMachine::State::closed);
        EXPECT_TRUE(runs_until([&] { return host->references() == 0; }));
    }
}

TEST_F(TlsSession, TheLoopMayBeDestroyedWhenItIsUpAndWhileItShakesHands) {
    for (const bool is_up : {true, false}) {
        if (is_up) serve();
        start_secure();
        const Record& record = host->submit("a");
        ASSERT_TRUE(runs_until([&] { return is_up ? record.ends != 0 : !peer->connections().empty(); }));
        peer.reset();
        io.reset();
        EXPECT_TRUE(host->is_loop_gone());
        EXPECT_EQ(host->references(), 0);
        EXPECT_EQ(record.ends, 1);
        host.reset();
        io.emplace();
        peer.emplace(*io);
    }
}

TEST_F(TlsSession, AnOperationInTheSteadyStateAllocatesAsMuchAsInClear) {
    const auto cost = [&] {
        for (int i = 0; i < 50; ++i) exchange("a");
        const std::size_t before = allocations();
        exchange("a");
        return allocations() - before;
    };
    peer->on_accept([](PeerConnection& connection) { connection.serve(well_behaved); });
    start();
    const std::size_t clear = cost();
    host->close();
    ASSERT_TRUE(runs_until([&] { return host->references() == 0; }));
    serve();
    start_secure();
    // The peer of this test has a string more for each read and each write.
    EXPECT_LE(cost(), clear + 4);
}

}  // namespace
}  // namespace txcouchbase::net
