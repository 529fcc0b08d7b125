// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/session_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "net/memcached_handshake.hpp"

namespace txcouchbase::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

void PeerConnection::serve(Answer answer) {
    answer_ = std::move(answer);
    read();
}

void PeerConnection::read() {
    socket_.async_read_some(
        asio::buffer(room_), [self = shared_from_this()](const error_code& ec, std::size_t count) {
            if (ec) return;
            self->received_ += count;
            const ByteView bytes = ByteView{self->room_}.substr(0, count);
            self->input_ += self->layer_ ? self->layer_->read(bytes) : std::string{bytes};
            if (self->layer_) self->send_raw(self->layer_->unsent());
            protocol::FrameReader reader{protocol::Receiver::server};
            protocol::Frame frame;
            std::size_t done = 0;
            std::string answers;
            while (reader.next(ByteView{self->input_}.substr(done), frame) == protocol::ReadOutcome::frame) {
                answers += self->answer_(frame);
                done += frame.size();
            }
            EXPECT_EQ(reader.error(), protocol::FrameError::none) << "the server reads no stream of frames";
            self->input_.erase(0, done);
            if (!answers.empty()) self->send(answers);
            if (self->socket_.is_open() && !self->is_paused_) self->read();
        });
}

void PeerConnection::hear(std::function<void(ByteView)> heard) {
    heard_ = std::move(heard);
    read_on();
}

void PeerConnection::read_on() {
    socket_.async_read_some(
        asio::buffer(room_), [self = shared_from_this()](const error_code& ec, std::size_t count) {
            self->received_ += count;
            const ByteView bytes = ByteView{self->room_}.substr(0, count);
            const std::string said = self->layer_ ? self->layer_->read(bytes) : std::string{bytes};
            if (self->layer_ && !ec) self->send_raw(self->layer_->unsent());
            if (ec || !said.empty()) self->heard_(said);
            if (!ec && self->socket_.is_open()) self->read_on();
        });
}

void PeerConnection::send(ByteView bytes) {
    if (!layer_) return send_raw(bytes);
    layer_->write(bytes);
    send_raw(layer_->unsent());
}

void PeerConnection::send_raw(ByteView bytes) {
    output_ += bytes;
    if (!is_writing_ && !output_.empty()) write();
}

void PeerConnection::write() {
    is_writing_ = true;
    auto owned = std::make_shared<std::string>(std::exchange(output_, {}));
    asio::async_write(socket_, asio::buffer(*owned),
                      [self = shared_from_this(), owned](const error_code& ec, std::size_t) {
                          self->is_writing_ = false;
                          if (!ec && !self->output_.empty()) self->write();
                      });
}

void PeerConnection::go_on() {
    is_paused_ = false;
    read();
}

void PeerConnection::close() {
    error_code ignored;
    socket_.close(ignored);
}

void PeerConnection::reset() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    close();
}

void Peer::listen() {
    acceptor_.emplace(io_, tcp::endpoint{asio::ip::address_v4::loopback(), port_});  // with reuse_address
    port_ = acceptor_->local_endpoint().port();
    accept();
}

void Peer::accept() {
    acceptor_->async_accept([this](const error_code& ec, tcp::socket socket) {
        if (ec) return;
        connections_.push_back(std::make_shared<PeerConnection>(std::move(socket)));
        if (accepted_) accepted_(*connections_.back());
        if (acceptor_) accept();
    });
}

void Peer::stop() {
    stop_listening();
    for (const auto& connection : connections_) connection->close();
}

std::string well_behaved(const protocol::Frame& request) {
    return reply_frame(request.opcode(), request.opaque(), request.key());
}

TestHost::TestHost(asio::io_context& io, Address address, SessionTimes times, Security security,
                   std::unique_ptr<Handshake> handshake)
    : io_(io),
      wheel_(table_, std::chrono::steady_clock::now()),
      times_(times),
      machine(table_, wheel_, 0, node_name(address), {},
              handshake ? std::move(handshake) : std::make_unique<MemcachedHandshake>()),
      node(io.get_executor(), *this, machine, std::move(address), times, std::move(security)) {}

TestHost::~TestHost() {
    EXPECT_EQ(references_, 0) << "a handler was forgotten";
    for (const Record& record : records_) EXPECT_EQ(record.ends, 1) << record.key;
}

Record& TestHost::submit(const std::string& key, Opcode opcode, ByteView value, Duration timeout) {
    return submit({.opcode = opcode, .key = key, .value = value}, timeout);
}

Record& TestHost::submit(const protocol::Request& request, Duration timeout) {
    wheel_.set_now(std::chrono::steady_clock::now());
    Record& record = records_.emplace_back();
    EXPECT_TRUE(issue(table_, machine, request, timeout, record));
    asio::post(io_, through(*this, [this] {
                   begin_turn();
                   end_turn();
               }));
    return record;
}

void TestHost::close() {
    is_closed_ = true;
    timer_.reset();
    node.stop();
    machine.close(Error{errc::connection_closed});
}

TimePoint TestHost::begin_turn() {
    ++turns_;
    const TimePoint now = std::chrono::steady_clock::now();
    wheel_.set_now(now);
    return now;
}

void TestHost::end_turn() {
    node.flush(std::chrono::steady_clock::now());
    move_timer();
}

// Simpler than client/ does it: whatever is next is computed in every turn.
void TestHost::move_timer() {
    if (is_closed_) return;
    std::optional<TimePoint> at = wheel_.next_expiry();
    if (const auto silent = machine.silent_at(times_.silence); silent && (!at || *silent < *at)) at = silent;
    timer_.reset();
    if (!at) return;
    timer_.emplace(io_, *at);
    timer_->async_wait(through(*this, [this](const error_code& ec) {
        if (ec || is_closed_) return;
        const TimePoint now = begin_turn();
        while (Operation* const operation = wheel_.expire(now)) machine.on_deadline(*operation);
        node.check_silence(now);
        end_turn();
    }));
}

void TestHost::on_up(KvSession&) {
    ++ups_;
    machine.arm_unwritten();
    if (at_up) at_up();
}

void TestHost::on_connect_failed(KvSession&, const Error& error) {
    ++connect_failures_;
    connect_error = error;
    if (at_connect_failed) at_connect_failed();
}

void TestHost::on_loop_gone() noexcept {
    if (is_loop_gone_) return;
    is_loop_gone_ = true;
    close();
}

TestHost& SessionTest::start(const Address& address, SessionTimes times, Security security) {
    host = std::make_unique<TestHost>(*io, address, times, std::move(security));
    host->node.start();
    return *host;
}

void SessionTest::let_pass(Duration time) {
    bool is_over = false;
    asio::steady_timer pause{*io, time};
    pause.async_wait([&is_over](const error_code&) { is_over = true; });
    EXPECT_TRUE(runs_until([&] { return is_over; }));
}

testing::AssertionResult SessionTest::runs_out() {
    io->restart();
    io->run_for(std::chrono::seconds{20});
    return io->stopped() ? testing::AssertionSuccess()
                         : testing::AssertionFailure() << "something is left to do";
}

SessionTest::~SessionTest() {
    if (host) host->close();
    peer.reset();
    io.reset();
}

}  // namespace txcouchbase::net
