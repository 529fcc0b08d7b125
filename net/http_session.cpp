// SPDX-License-Identifier: Apache-2.0
#include "net/http_session.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <new>

namespace txcouchbase::net {

namespace asio = boost::asio;

namespace {

// What is read in one turn: a peer that sends without end shall not keep the loop from everything else.
constexpr std::size_t room_size = 64 * 1024;

}  // namespace

HttpSession::HttpSession(asio::any_io_executor executor, SessionHost& host, HttpHandler& handler,
                         HttpOrigin origin, HttpTimes times, Security security)
    : executor_(std::move(executor)),
      host_(host),
      handler_(handler),
      times_(times),
      machine_(std::move(origin)),
      security_(std::move(security)) {}

// The session may be gone by the time that a handler runs, and may go while it does: what is needed is held here.
template <class Handler>
auto HttpSession::in_turn(Handler handler) {
    return through(host_, [&host = host_, current = attempt_, attempt = *attempt_,
                           handler = std::move(handler)](auto&&... results) mutable {
        if (attempt != *current) return;
        host.begin_turn();
        handler(results...);
        host.end_turn();
    });
}

Error HttpSession::start(const HttpRequest& request) {
    if (origin().uses_tls && !security_.context)
        return Error{errc::not_supported,
                     {.node = origin().authority(), .cause = "no TLS was set up for it"}};
    if (Error error = machine_.start(request)) return error;
    is_paused_ = false;
    if (stream_)
        ask();
    else
        dial();
    return {};
}

void HttpSession::dial() {
    stage_ = Stage::dialling;
    connect_deadline_ = std::chrono::steady_clock::now() + times_.connect;
    arm_timer(connect_deadline_);
    const HttpOrigin& origin = machine_.origin();
    ErrorCode ec;
    const auto literal = asio::ip::make_address(origin.host, ec);
    if (!ec) {
        endpoints_ = {{literal, origin.port}};
        return connect_next();
    }
    resolver_.emplace(executor_);
    resolver_->async_resolve(
        origin.host, std::to_string(origin.port), Tcp::resolver::numeric_service,
        in_turn([this](const ErrorCode& resolve_ec, const Tcp::resolver::results_type& results) {
            resolver_.reset();
            if (resolve_ec) return fail(errc::unknown_host, resolve_ec.message());
            endpoints_.assign(results.begin(), results.end());
            std::reverse(endpoints_.begin(), endpoints_.end());
            connect_next();
        }));
}

// As KvSession does it: an address that swallows packets gets its share of the time and no more.
void HttpSession::connect_next() {
    ++*attempt_;  // whatever comes of the endpoint before is too late
    const TimePoint now = std::chrono::steady_clock::now();
    arm_timer(now + (connect_deadline_ - now) / static_cast<Duration::rep>(endpoints_.size()));
    const Tcp::endpoint endpoint = endpoints_.back();
    endpoints_.pop_back();
    stream_.emplace(executor_);
    stream_->socket().async_connect(endpoint, in_turn([this](const ErrorCode& ec) {
                                        if (ec && !endpoints_.empty()) return connect_next();
                                        on_connected(ec);
                                    }));
}

void HttpSession::on_connected(const ErrorCode& ec) {
    if (ec) return fail(errc::connect_error, ec.message());
    endpoints_.clear();
    Tcp::socket& socket = stream_->socket();
    ErrorCode ignored;  // neither option is worth losing the connection for
    socket.set_option(Tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    if (ErrorCode failed; socket.non_blocking(true, failed), failed)
        return fail(errc::connect_error, failed.message());
    if (origin().uses_tls) return secure();
    ask();
}

void HttpSession::secure() {
    arm_timer(connect_deadline_);  // the handshake has all the time that is left
    try {
        stream_->secure(*security_.context, security_.host.empty() ? origin().host : security_.host);
    } catch (const std::bad_alloc&) {
        return fail(errc::client_no_memory, "no memory for TLS");
    }
    shake_hands();
}

void HttpSession::shake_hands() {
    ErrorCode ec;
    stream_->handshake(ec);
    if (ec && ec != asio::error::would_block) return fail(errc::connect_error, stream_->words(ec));
    flush();
    if (ec) return wait_readable();
    ask();
}

void HttpSession::ask() {
    stage_ = Stage::asking;
    arm_timer(std::chrono::steady_clock::now() + times_.answer);
    room_ = std::make_unique<char[]>(room_size);
    flush();
    wait_readable();
}

void HttpSession::arm_timer(TimePoint at) {
    timer_.emplace(executor_, at);
    timer_->async_wait(in_turn([this](const ErrorCode& ec) {
        // One that was replaced may have run out before, and be told of it now.
        if (!ec && timer_ && timer_->expiry() <= std::chrono::steady_clock::now()) on_timer();
    }));
}

void HttpSession::on_timer() {
    switch (stage_) {
        case Stage::idle: return drop_connection();
        case Stage::receiving: return;  // how long a body may take is its handler's to say
        case Stage::asking: return fail(errc::timed_out, "the peer did not answer within the time for that");
        case Stage::dialling: break;
    }
    if (!endpoints_.empty()) return connect_next();
    const char* const stage = resolver_ ? "the name did not resolve"
                              : stream_ && stream_->is_shaking_hands()
                                  ? "connected, but the TLS handshake did not end"
                                  : "no connection";
    fail(errc::timed_out, std::string{stage} + " within the connect timeout");
}

void HttpSession::flush() {
    const auto pieces = [this] { return stream_->is_shaking_hands() ? ByteView{} : machine_.unsent(); };
    while (!is_waiting_writable_ && (!pieces().empty() || stream_->has_unsent())) {
        ErrorCode ec;
        const ByteView unsent = pieces();
        machine_.sent(stream_->write_some({&unsent, unsent.empty() ? 0U : 1U}, ec));
        if (ec == asio::error::would_block) {
            is_waiting_writable_ = true;
            stream_->socket().async_wait(Tcp::socket::wait_write, in_turn([this](const ErrorCode& wait_ec) {
                                             is_waiting_writable_ = false;
                                             if (!wait_ec) flush();
                                         }));
            return;
        }
        if (ec) return;  // what the peer said before it hung up is still to be read, and then why it did
    }
}

void HttpSession::wait_readable() {
    if (is_waiting_readable_) return;
    is_waiting_readable_ = true;
    stream_->socket().async_wait(Tcp::socket::wait_read, in_turn([this](const ErrorCode& ec) {
                                     is_waiting_readable_ = false;
                                     if (ec) return fail(errc::connection_lost, stream_->words(ec));
                                     on_readable();
                                 }));
}

void HttpSession::read_on() {
    if (is_waiting_readable_ || !stream_->has_unread()) return wait_readable();
    is_waiting_readable_ = true;
    asio::post(executor_, in_turn([this] {
                   is_waiting_readable_ = false;
                   on_readable();
               }));
}

// It closes, or says what nobody asked for, if it is not a word of TLS.
void HttpSession::check_idle() {
    char unasked = 0;
    ErrorCode ec;
    stream_->read_some({&unasked, 1}, ec);
    if (ec != asio::error::would_block) return drop_connection();
    flush();
    wait_readable();
}

void HttpSession::on_readable() {
    if (stream_->is_shaking_hands()) return shake_hands();
    if (stage_ == Stage::idle) return check_idle();
    if (is_paused_) return;
    ErrorCode ec;
    const std::size_t count = stream_->read_some({room_.get(), room_size}, ec);
    flush();  // what TLS has to say to that, if anything
    if (ec == asio::error::would_block) return wait_readable();
    if (ec == asio::error::eof && machine_.on_eof() == HttpEvent::failed) return fail(machine_.error());
    if (ec == asio::error::eof && !stream_->was_cut_off()) return finish();
    if (ec) return fail(errc::connection_lost, stream_->words(ec));
    received_ = {room_.get(), count};
    take_received();
}

void HttpSession::take_received() {
    const std::shared_ptr<unsigned> current = attempt_;
    const unsigned attempt = *current;
    is_taking_ = true;
    while (!is_paused_) {
        switch (machine_.put(received_)) {
            case HttpEvent::head:
                stage_ = Stage::receiving;
                handler_.on_http_head(machine_.head());
                break;
            case HttpEvent::body: handler_.on_http_body(machine_.body()); break;
            case HttpEvent::need_bytes: is_taking_ = false; return read_on();
            case HttpEvent::end: return finish();
            case HttpEvent::failed: return fail(machine_.error());
        }
        if (attempt != *current) return;  // the handler cancelled, or destroyed us
    }
    is_taking_ = false;
}

void HttpSession::resume() {
    if (!is_paused_) return;
    is_paused_ = false;
    if (is_taking_ || is_waiting_readable_ || stage_ == Stage::dialling || stage_ == Stage::idle) return;
    asio::post(executor_, in_turn([this] {
                   if (!is_waiting_readable_ && (stage_ == Stage::asking || stage_ == Stage::receiving))
                       take_received();
               }));
}

void HttpSession::finish() {
    is_taking_ = false;
    stage_ = Stage::idle;
    if (machine_.can_go_on() && received_.empty() && !stream_->has_unread()) {
        room_.reset();
        arm_timer(std::chrono::steady_clock::now() + times_.idle);
        wait_readable();
    } else {
        drop_connection();
    }
    handler_.on_http_end();
}

void HttpSession::fail(errc code, std::string cause) {
    fail(Error{
        code,
        {.node = origin().authority(), .cause = std::move(cause), .was_written = machine_.was_written()}});
}

// By reference it might be the machine's own, which the next exchange replaces.
void HttpSession::fail(Error error) {  // NOLINT(performance-unnecessary-value-param)
    if (stage_ == Stage::idle) return drop_connection();
    drop_connection();
    handler_.on_http_failed(error);
}

void HttpSession::stop() noexcept {
    drop_connection();
    executor_ = nullptr;
}

// Ends the attempt: whatever handler is still on its way finds another attempt number.
void HttpSession::drop_connection() noexcept {
    ++*attempt_;
    stage_ = Stage::idle;
    is_taking_ = false;
    is_waiting_readable_ = false;
    is_waiting_writable_ = false;
    timer_.reset();
    resolver_.reset();
    endpoints_.clear();
    if (stream_) stream_->say_goodbye();
    stream_.reset();
    received_ = {};
    room_.reset();
    machine_.forget_request();
}

}  // namespace txcouchbase::net
