// SPDX-License-Identifier: Apache-2.0
#include "net/http_session.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

namespace txcouchbase::net {

namespace asio = boost::asio;

namespace {

// What is read in one turn: a peer that sends without end shall not keep the loop from everything else.
constexpr std::size_t room_size = 64 * 1024;

}  // namespace

HttpSession::HttpSession(asio::any_io_executor executor, SessionHost& host, HttpHandler& handler,
                         HttpOrigin origin, HttpTimes times)
    : executor_(std::move(executor)),
      host_(host),
      handler_(handler),
      times_(times),
      machine_(std::move(origin)) {}

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
    if (origin().uses_tls)  // see on_connected(); until then nothing of the request may go out in clear
        return Error{errc::not_supported, {.node = origin().authority(), .cause = "HTTP over TLS"}};
    if (Error error = machine_.start(request)) return error;
    is_paused_ = false;
    if (socket_)
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
    socket_.emplace(executor_);
    socket_->async_connect(endpoint, in_turn([this](const ErrorCode& ec) {
                               if (ec && !endpoints_.empty()) return connect_next();
                               on_connected(ec);
                           }));
}

void HttpSession::on_connected(const ErrorCode& ec) {
    if (ec) return fail(errc::connect_error, ec.message());
    endpoints_.clear();
    ErrorCode ignored;  // neither option is worth losing the connection for
    socket_->set_option(Tcp::no_delay{true}, ignored);
    socket_->set_option(asio::socket_base::keep_alive{true}, ignored);
    if (ErrorCode failed; socket_->non_blocking(true, failed), failed)
        return fail(errc::connect_error, failed.message());
    // TLS begins here: its handshake before ask(), its machine between the socket and ours in flush() and
    // on_readable().
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
    const char* const stage = resolver_ ? "the name did not resolve" : "no connection";
    fail(errc::timed_out, std::string{stage} + " within the connect timeout");
}

void HttpSession::flush() {
    while (!machine_.unsent().empty()) {
        ErrorCode ec;
        const ByteView unsent = machine_.unsent();
        const std::size_t count = socket_->write_some(asio::buffer(unsent.data(), unsent.size()), ec);
        if (ec == asio::error::would_block) {
            socket_->async_wait(Tcp::socket::wait_write, in_turn([this](const ErrorCode& wait_ec) {
                                    if (!wait_ec) flush();
                                }));
            return;
        }
        if (ec) return;  // what the peer said before it hung up is still to be read, and then why it did
        machine_.sent(count);
    }
}

void HttpSession::wait_readable() {
    if (is_waiting_readable_) return;
    is_waiting_readable_ = true;
    socket_->async_wait(Tcp::socket::wait_read, in_turn([this](const ErrorCode& ec) {
                            is_waiting_readable_ = false;
                            if (ec) return fail(errc::connection_lost, ec.message());
                            on_readable();
                        }));
}

void HttpSession::on_readable() {
    if (stage_ == Stage::idle) return drop_connection();  // it closes, or says what nobody asked for
    if (is_paused_) return;
    ErrorCode ec;
    const std::size_t count = socket_->read_some(asio::buffer(room_.get(), room_size), ec);
    if (ec == asio::error::would_block) return wait_readable();
    if (ec == asio::error::eof)
        return machine_.on_eof() == HttpEvent::end ? finish() : fail(machine_.error());
    if (ec) return fail(errc::connection_lost, ec.message());
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
            case HttpEvent::need_bytes: is_taking_ = false; return wait_readable();
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
    if (machine_.can_go_on() && received_.empty()) {
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

void HttpSession::fail(const Error& error) {
    if (stage_ == Stage::idle) return drop_connection();
    const Error kept = error;  // the machine's own may be replaced by the next exchange
    drop_connection();
    handler_.on_http_failed(kept);
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
    timer_.reset();
    resolver_.reset();
    endpoints_.clear();
    socket_.reset();
    received_ = {};
    room_.reset();
    machine_.forget_request();
}

}  // namespace txcouchbase::net
