// SPDX-License-Identifier: Apache-2.0
#include "net/kv_session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <new>

namespace txcouchbase::net {

namespace asio = boost::asio;

namespace {

// A peer that sends without end shall not keep the loop from everything else.
constexpr int reads_per_turn = 16;

}  // namespace

std::string node_name(const Address& address) {
    const bool is_ipv6 = address.host.find(':') != std::string::npos;
    return (is_ipv6 ? '[' + address.host + ']' : address.host) + ':' + std::to_string(address.port);
}

KvSession::KvSession(asio::any_io_executor executor, SessionHost& host, KvMachine& machine, Address address,
                     SessionTimes times, Security security)
    : executor_(std::move(executor)),
      host_(host),
      machine_(machine),
      address_(std::move(address)),
      times_(times),
      security_(std::move(security)),
      random_(std::random_device{}()) {
    if (security_.host.empty()) security_.host = address_.host;
}

template <class Handler>
auto KvSession::in_turn(Handler handler) {
    return through(host_, [this, life = life_, attempt = attempt_,
                           handler = std::move(handler)](auto&&... results) mutable {
        if (attempt != attempt_) return;
        host_.begin_turn();
        handler(results...);
        host_.end_turn();
    });
}

void KvSession::dial() {
    const unsigned attempt = ++attempt_;
    host_.on_dialling(*this);
    if (attempt != attempt_) return;
    connect_deadline_ = std::chrono::steady_clock::now() + times_.connect;
    arm_connect_timer(connect_deadline_);
    ErrorCode ec;
    const auto literal = asio::ip::make_address(address_.host, ec);
    if (!ec) {
        endpoints_ = {{literal, address_.port}};
        return connect_next();
    }
    resolver_.emplace(executor_);
    resolver_->async_resolve(
        address_.host, std::to_string(address_.port), Tcp::resolver::numeric_service,
        in_turn([this](const ErrorCode& resolve_ec, const Tcp::resolver::results_type& results) {
            resolver_.reset();
            if (resolve_ec) return lose(failure(errc::unknown_host, resolve_ec.message()));
            endpoints_.assign(results.begin(), results.end());
            std::reverse(endpoints_.begin(), endpoints_.end());
            connect_next();
        }));
}

// One endpoint after the other, by hand: asio::async_connect would go on with a socket that drop_socket() destroyed,
// and has no deadline for each. An address that swallows packets gets its share of the time and no more.
void KvSession::connect_next() {
    ++attempt_;  // whatever comes of the endpoint before is too late
    const TimePoint now = std::chrono::steady_clock::now();
    arm_connect_timer(now + (connect_deadline_ - now) / static_cast<Duration::rep>(endpoints_.size()));
    const Tcp::endpoint endpoint = endpoints_.back();
    endpoints_.pop_back();
    stream_.emplace(executor_);
    stream_->socket().async_connect(endpoint, in_turn([this](const ErrorCode& ec) {
                                        if (ec && !endpoints_.empty()) return connect_next();
                                        on_connected(ec);
                                    }));
}

void KvSession::arm_connect_timer(TimePoint at) {
    timer_.emplace(executor_, at);
    timer_->async_wait(in_turn([this](const ErrorCode& ec) {
        if (!ec) on_connect_timer();
    }));
}

void KvSession::on_connect_timer() {
    if (!endpoints_.empty()) return connect_next();
    const char* const stage =
        resolver_                                           ? "the name did not resolve"
        : stream_ && stream_->is_shaking_hands()            ? "connected, but the TLS handshake did not end"
        : machine_.state() == KvMachine::State::handshaking ? "connected, but the peer did not answer"
                                                            : "no connection";
    lose(failure(errc::timed_out, std::string{stage} + " within the connect timeout"));
}

void KvSession::on_connected(const ErrorCode& ec) {
    if (ec) return lose(failure(errc::connect_error, ec.message()));
    if (!endpoints_.empty()) {  // the handshake has all the time that is left
        endpoints_.clear();
        ++attempt_;
        arm_connect_timer(connect_deadline_);
    }
    Tcp::socket& socket = stream_->socket();
    ErrorCode ignored;  // neither option is worth losing the connection for
    socket.set_option(Tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    if (ErrorCode failed; socket.non_blocking(true, failed), failed)
        return lose(failure(errc::connect_error, failed.message()));
    if (security_.context) return secure();
    begin_conversation();
}

void KvSession::secure() {
    try {
        stream_->secure(*security_.context, security_.host);
    } catch (const std::bad_alloc&) {
        return lose(failure(errc::client_no_memory, "no memory for TLS"));
    }
    shake_hands();
}

// What it has to say is written at the end of the turn, as anything else.
void KvSession::shake_hands() {
    ErrorCode ec;
    stream_->handshake(ec);
    if (ec == asio::error::would_block) return wait_readable();
    if (ec) return lose(broken(stream_->words(ec)));
    begin_conversation();
}

void KvSession::begin_conversation() {
    has_heard_ = false;
    machine_.on_connected(host_.begin_turn(), make_nonce());
    read_on();
}

void KvSession::wait_readable() {
    stream_->socket().async_wait(Tcp::socket::wait_read, in_turn([this](const ErrorCode& ec) {
                                     if (ec) return lose(broken(stream_->words(ec)));
                                     on_readable();
                                 }));
}

// What TLS has taken from the socket already does not make it readable again.
void KvSession::read_on() {
    if (!stream_->has_unread()) return wait_readable();
    asio::post(executor_, in_turn([this] { on_readable(); }));
}

void KvSession::on_readable() {
    if (stream_->is_shaking_hands()) return shake_hands();
    const unsigned attempt = attempt_;
    for (int i = 0; i < reads_per_turn; ++i) {
        std::span<char> room;
        try {
            room = machine_.receive().prepare();
        } catch (const std::bad_alloc&) {
            return lose(failure(errc::client_no_memory, "no memory for what the server is sending"));
        }
        ErrorCode ec;
        const std::size_t count = stream_->read_some(room, ec);
        if (ec == asio::error::would_block) break;
        if (ec) return lose(broken(stream_->words(ec)));
        has_heard_ = true;
        machine_.receive().commit(count);

        if (!follow(machine_.on_bytes(host_.begin_turn()), attempt)) return;
        if (count < room.size()) break;  // the socket is empty: asking again would only say so
    }
    read_on();
}

bool KvSession::follow(KvMachine::Event event, unsigned attempt) {
    if (event == KvMachine::Event::came_up) {
        timer_.reset();
        up_since_ = std::chrono::steady_clock::now();
        redials_ = true;
        host_.on_up(*this);
        if (attempt == attempt_) event = machine_.on_bytes(host_.begin_turn());
    }
    if (attempt != attempt_) return false;  // a callback closed us
    if (event == KvMachine::Event::derive) derive_later();
    if (event == KvMachine::Event::failed) lose(machine_.error());
    return event != KvMachine::Event::failed;
}

// Between two slices the loop has a turn for everybody else.
void KvSession::derive_later() {
    asio::post(executor_, in_turn([this] {
                   const unsigned attempt = attempt_;
                   follow(machine_.derive(host_.begin_turn()), attempt);
               }));
}

void KvSession::flush(TimePoint now) {
    while (can_write()) {
        std::array<ByteView, Stream::pieces_per_write> pieces;
        const std::size_t n = machine_.gather(pieces);
        ErrorCode ec;
        const std::size_t count = stream_->write_some(std::span{pieces}.first(n), ec);
        if (count != 0) machine_.on_written(count, now);  // TLS takes more than the socket does
        if (ec == asio::error::would_block) return wait_writable();
        if (ec) return lose(broken(stream_->words(ec)));
    }
}

void KvSession::wait_writable() {
    is_waiting_writable_ = true;
    stream_->socket().async_wait(Tcp::socket::wait_write, in_turn([this](const ErrorCode& ec) {
                                     is_waiting_writable_ = false;
                                     if (ec) return lose(broken(stream_->words(ec)));
                                     // The end of the turn writes.
                                 }));
}

void KvSession::check_silence(TimePoint now) {
    if (machine_.state() != KvMachine::State::up) return;
    const std::optional<TimePoint> at = machine_.silent_at(times_.silence);
    if (at && now >= *at) lose(failure(errc::silent_peer, "not one byte came within the silence timeout"));
}

void KvSession::lose(const Error& error) {
    const bool was_up = machine_.state() == KvMachine::State::up;
    if (was_up) backoff_.on_lost(std::chrono::steady_clock::now() - up_since_, machine_.has_answered());
    drop_socket();
    const unsigned attempt = attempt_;
    if (redials_) host_.on_lost(*this, error, was_up);
    machine_.on_closed(error);
    if (attempt != attempt_) return;  // a callback closed us
    if (redials_)
        dial_later();
    else
        host_.on_connect_failed(*this, error);
}

std::string KvSession::local() const {
    if (!stream_) return {};
    ErrorCode ec;
    const Tcp::endpoint end = stream_->socket().local_endpoint(ec);
    if (ec || end.port() == 0) return {};
    return node_name({.host = end.address().to_string(), .port = end.port()});
}

std::string_view KvSession::state_name() const noexcept {
    if (machine_.state() == KvMachine::State::up) return "connected";
    return stream_ || resolver_ ? "connecting" : "disconnected";
}

void KvSession::keep_dialling() {
    redials_ = true;
    machine_.arm_unwritten();
    dial_later();
}

void KvSession::dial_later() {
    const auto delay = backoff_.next(static_cast<std::uint32_t>(random_()));
    timer_.emplace(executor_, delay);
    timer_->async_wait(in_turn([this](const ErrorCode& ec) {
        if (!ec) dial();
    }));
    host_.on_redial(*this, delay);
}

void KvSession::stop() noexcept {
    drop_socket();
    executor_ = nullptr;  // its context may be destroyed before us
}

// Ends the attempt: whatever handler is still on its way finds another attempt number.
void KvSession::drop_socket() noexcept {
    ++attempt_;
    is_waiting_writable_ = false;
    timer_.reset();
    resolver_.reset();
    endpoints_.clear();
    if (stream_) stream_->say_goodbye();
    stream_.reset();
}

// 24 characters of 6 random bits each, from the system's generator: a login is rare, and must not be guessed.
std::string KvSession::make_nonce() {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::random_device entropy;
    std::string nonce(24, '\0');
    for (char& c : nonce) c = alphabet[entropy() % alphabet.size()];
    return nonce;
}

// The peer broke the connection off. During the handshake that is a connection that never came about: nothing of the
// user's was sent, so nothing of it can have been executed.
Error KvSession::broken(std::string cause) const {
    if (stream_->is_shaking_hands()) return failure(errc::connect_error, std::move(cause));
    if (machine_.state() != KvMachine::State::handshaking)
        return failure(errc::connection_lost, std::move(cause));
    cause += " during the handshake";
    if (!has_heard_ && !security_.context)
        cause +=
            ", before it said anything: is it another kind of "
            "server, or a port for TLS?";
    return failure(errc::connect_error, std::move(cause));
}

Error KvSession::failure(boost::system::error_code code, std::string cause) const {
    return Error{code, {.node = machine_.node(), .cause = std::move(cause)}};
}

}  // namespace txcouchbase::net
