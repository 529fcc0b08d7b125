// A host for one session, and a peer on a loopback port that does what the test says; both on one event loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

#include "net/kv_session.hpp"
#include "tests/unit/net/frames.hpp"
#include "tests/unit/net/record.hpp"

namespace txcouchbase::net {

/// What lies between a server's frames and its socket, where something does: TLS.
class PeerLayer {
public:
    virtual ~PeerLayer() = default;
    /// Bytes of the wire, as they are in clear.
    virtual std::string read(ByteView wire_bytes) = 0;
    virtual void write(ByteView bytes) = 0;
    /// What has become of bytes that were written, and what it has to say itself.
    virtual std::string unsent() = 0;
};

/// One connection, seen from the server.
class PeerConnection : public std::enable_shared_from_this<PeerConnection> {
public:
    /// What the server answers to a request; "" is nothing.
    using Answer = std::function<std::string(const protocol::Frame&)>;

    explicit PeerConnection(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

    void put_on(std::unique_ptr<PeerLayer> layer) { layer_ = std::move(layer); }
    PeerLayer* layer() const { return layer_.get(); }
    /// Begins to read, and answers what it reads.
    void serve(Answer answer);
    /// Begins to read something else than frames, and hands on what it reads; "" at the end.
    void hear(std::function<void(ByteView)> heard);
    void send(ByteView bytes);
    /// Past the layer.
    void send_raw(ByteView bytes);
    /// Reads no more, until go_on().
    void pause() { is_paused_ = true; }
    void go_on();
    void close();
    /// Closes with a reset, which the other end sees as an error.
    void reset();
    std::size_t received() const { return received_; }

private:
    void read();
    void read_on();
    void write();

    boost::asio::ip::tcp::socket socket_;
    std::unique_ptr<PeerLayer> layer_;
    Answer answer_;
    std::function<void(ByteView)> heard_;
    std::string input_;
    std::string output_;
    bool is_writing_ = false;
    bool is_paused_ = false;
    std::string room_ = std::string(64 * 1024, '\0');
    std::size_t received_ = 0;
};

class Peer {
public:
    using Accepted = std::function<void(PeerConnection&)>;

    explicit Peer(boost::asio::io_context& io) : io_(io) { listen(); }
    ~Peer() { stop(); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    std::uint16_t port() const { return port_; }
    /// What is done with every connection from now on.
    void on_accept(Accepted accepted) { accepted_ = std::move(accepted); }
    /// Listens, on the port of before if there was one.
    void listen();
    void stop_listening() { acceptor_.reset(); }
    /// The server dies: nothing listens, all connections are closed.
    void stop();
    const std::vector<std::shared_ptr<PeerConnection>>& connections() const { return connections_; }
    PeerConnection& last() { return *connections_.back(); }

private:
    void accept();

    boost::asio::io_context& io_;
    std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
    std::vector<std::shared_ptr<PeerConnection>> connections_;
    Accepted accepted_;
    std::uint16_t port_ = 0;
};

/// Answers as a server does: VERSION, and every other command with the key as its value.
std::string well_behaved(const protocol::Frame& request);

/// Owns a session the way client/ does, without a client.
class TestHost final : public SessionHost {
public:
    /// Without a handshake it is that of memcached, without a login.
    TestHost(boost::asio::io_context& io, Address address, SessionTimes times, Security security = {},
             std::unique_ptr<Handshake> handshake = nullptr);
    ~TestHost();
    TestHost(const TestHost&) = delete;
    TestHost& operator=(const TestHost&) = delete;

    Record& submit(const std::string& key, Opcode opcode = Opcode::get, ByteView value = {},
                   Duration timeout = std::chrono::seconds{30});
    Record& submit(const protocol::Request& request, Duration timeout = std::chrono::seconds{30});
    /// Closes for good, as client/ does it.
    void close();

    TimePoint begin_turn() override;
    void end_turn() override;
    void on_up(KvSession&) override;
    void on_connect_failed(KvSession&, const Error& error) override;
    void on_redial(KvSession&, std::chrono::milliseconds delay) override { delays_.push_back(delay); }
    void on_loop_gone() noexcept override;
    void retain() noexcept override { ++references_; }
    void release() noexcept override { --references_; }

    int ups() const { return ups_; }
    /// Before every attempt but the first.
    const std::vector<std::chrono::milliseconds>& delays() const { return delays_; }
    int connect_failures() const { return connect_failures_; }
    int turns() const { return turns_; }
    bool is_loop_gone() const { return is_loop_gone_; }
    int references() const { return references_; }
    const std::deque<Record>& records() const { return records_; }

    std::function<void()> at_up;
    std::function<void()> at_connect_failed;
    Error connect_error;

private:
    void move_timer();

    boost::asio::io_context& io_;
    OperationTable table_;
    DeadlineWheel wheel_;
    SessionTimes times_;

public:
    KvMachine machine;
    KvSession node;

private:
    std::optional<boost::asio::steady_timer> timer_;
    std::deque<Record> records_;
    std::vector<std::chrono::milliseconds> delays_;
    int ups_ = 0;
    int connect_failures_ = 0;
    int turns_ = 0;
    int references_ = 0;
    bool is_loop_gone_ = false;
    bool is_closed_ = false;
};

/// Tests of a session against a Peer.
class SessionTest : public testing::Test {
protected:
    /// Makes the session; short times are for tests in which they pass.
    TestHost& start(SessionTimes times = {std::chrono::seconds{30}, std::chrono::seconds{30}}) {
        return start({"127.0.0.1", peer->port()}, times);
    }
    TestHost& start(const Address& address, SessionTimes times, Security security = {});

    /// Runs the loop until it is so. No time passes without need.
    template <class Condition>
    testing::AssertionResult runs_until(Condition condition);
    /// Runs the loop for a while, in which something must not happen.
    void let_pass(Duration time);
    /// Runs until nothing is left that could happen.
    testing::AssertionResult runs_out();

    std::string node_name() const { return net::node_name({"127.0.0.1", peer->port()}); }

    // The host outlives the loop, as whatever travels in its handlers needs it.
    std::unique_ptr<TestHost> host;
    std::optional<boost::asio::io_context> io{std::in_place};
    std::optional<Peer> peer{std::in_place, *io};

    ~SessionTest() override;
};

template <class Condition>
testing::AssertionResult SessionTest::runs_until(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition()) {
        if (io->stopped()) io->restart();
        if (io->run_one_until(give_up) == 0)
            return testing::AssertionFailure()
                   << (io->stopped() ? "nothing happens any more" : "it takes too long");
    }
    return testing::AssertionSuccess();
}

}  // namespace txcouchbase::net
