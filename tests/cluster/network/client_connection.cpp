// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/client_connection.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

namespace txcouchbase::cluster {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// For what was sent to a client that is to be closed: one that does not read would keep it for ever.
constexpr std::chrono::seconds flush_time{30};
/// And for the client to end its side then.
constexpr std::chrono::seconds goodbye_time{2};
/// Of buffers that are empty; one that was made for a large value is given back.
constexpr std::size_t max_kept_capacity = 64 * 1024;

void empty(std::string& buffer) {
    buffer.clear();
    if (buffer.capacity() > max_kept_capacity) buffer = {};
}

}  // namespace

ClientConnection::ClientConnection(ConnectionId id, Socket socket, asio::ssl::context* tls,
                                   const Wires& wires, ConnectionUser& user)
    : id_(id),
      socket_(std::move(socket)),
      wires_(wires),
      user_(&user),
      accepted_at_(wires.clock.now()),
      timer_(socket_.get_executor()) {
    if (tls != nullptr) tls_.emplace(socket_, *tls);
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

template <class Operation>
void ClientConnection::with_stream(Operation&& operation) {
    if (tls_)
        operation(*tls_);
    else
        operation(socket_);
}

void ClientConnection::start() {
    if (!tls_) {
        is_ready_ = true;
        return read();
    }
    if (wires_.is_frozen || wires_.faults.is_dropping) return;  // resume() comes back to this
    is_reading_ = true;
    tls_->async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](error_code error) {
        self->is_reading_ = false;
        if (self->user_ == nullptr) return;
        if (error) return self->on_end(true);
        self->is_ready_ = true;
        self->read();
        self->write();
    });
}

void ClientConnection::read() {
    if (is_reading_ || !is_open_ || !is_ready_ || is_ended_ || wires_.is_frozen) return;
    // What a client that is told goodbye still says is read and forgotten: a RST would cost it the last answer.
    if (!is_closing_ && (unsent() > pause_reading_at || to_node_.size() > pause_reading_at)) return;
    is_reading_ = true;
    with_stream([this](auto& stream) {
        stream.async_read_some(
            asio::buffer(incoming_),
            [self = shared_from_this()](error_code error, std::size_t size) { self->on_read(error, size); });
    });
}

void ClientConnection::on_read(error_code error, std::size_t size) {
    is_reading_ = false;
    if (user_ == nullptr) return;
    if (error) return on_end(error != asio::error::eof && error != asio::ssl::error::stream_truncated);
    const ByteView bytes(incoming_.data(), size);
    if (wires_.is_frozen || wires_.are_faulty() || !to_node_.empty()) {
        to_node_.push(bytes, wires_.clock.now(), wires_.faults);
        return deliver();
    }
    if (is_served_) user_->on_bytes(id_, bytes);
    read();
}

void ClientConnection::on_end(bool was_reset) {
    is_ended_ = true;
    if (was_reset) {
        if (!wires_.faults.is_half_open) to_node_ = {};
        close_socket();
    }
    deliver();
}

void ClientConnection::deliver() {
    if (user_ == nullptr || wires_.is_frozen) return;
    while (is_served_) {
        const std::optional<std::string> piece = to_node_.take(wires_.clock.now());
        if (!piece) break;
        user_->on_bytes(id_, *piece);
    }
    if (is_ended_ && (!is_served_ || to_node_.empty())) {
        if (std::exchange(is_served_, false)) user_->on_lost(id_);
        begin_closing();
        return forget_if_done();
    }
    arm_timer();
    read();
}

void ClientConnection::send(ByteView bytes) {
    if (!is_open_ || is_closing_) return;
    if (unsent() + bytes.size() > reset_at) {
        // The user is in the middle of something, and must not be told now.
        return asio::post(socket_.get_executor(), [self = shared_from_this()] { self->reset(); });
    }
    if (wires_.are_faulty() || !to_client_.empty())
        to_client_.push(bytes, wires_.clock.now(), wires_.faults);
    else
        outgoing_.append(bytes);
    write();
}

void ClientConnection::write() {
    if (is_writing_ || !is_open_ || !is_ready_ || wires_.is_frozen) return;
    if (written_ == in_flight_.size()) {
        empty(in_flight_);
        written_ = 0;
        if (!outgoing_.empty())
            in_flight_.swap(outgoing_);
        else if (std::optional<std::string> piece = to_client_.take(wires_.clock.now()))
            in_flight_ = std::move(*piece);
    }
    if (in_flight_.empty()) {
        if (is_closing_ && to_client_.empty()) return say_goodbye();
        return arm_timer();
    }
    is_writing_ = true;
    with_stream([this](auto& stream) {
        stream.async_write_some(
            asio::buffer(in_flight_) + written_,
            [self = shared_from_this()](error_code error, std::size_t size) { self->on_write(error, size); });
    });
}

void ClientConnection::on_write(error_code error, std::size_t size) {
    is_writing_ = false;
    if (user_ == nullptr) return;
    if (error) return on_end(true);
    written_ += size;
    write();
    if (wires_.is_frozen) return;
    if (unsent() == 0 && is_served_) user_->on_drained(id_);
    read();
}

void ClientConnection::close() {
    const auto self = shared_from_this();
    is_served_ = false;
    to_node_ = {};
    begin_closing();
    read();
    forget_if_done();
}

void ClientConnection::begin_closing() {
    if (std::exchange(is_closing_, true)) return;
    closes_at_ = wires_.clock.now() + flush_time + 2 * wires_.faults.delay;
    write();
}

void ClientConnection::say_goodbye() {
    if (std::exchange(has_said_goodbye_, true)) return;
    closes_at_ = wires_.clock.now() + goodbye_time;
    if (tls_) {
        tls_->async_shutdown([self = shared_from_this()](error_code) {
            if (self->user_ != nullptr) self->close_socket();
        });
        return;
    }
    if (is_ended_) return close_socket();
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
}

void ClientConnection::reset() {
    const auto self = shared_from_this();
    if (user_ == nullptr) return;
    error_code ignored;
    if (is_open_) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    on_end(true);
}

void ClientConnection::resume() {
    const auto self = shared_from_this();
    if (user_ == nullptr) return;
    if (!is_ready_ && !is_reading_) start();
    write();
    deliver();
    if (unsent() == 0 && is_served_ && !wires_.is_frozen) user_->on_drained(id_);
}

void ClientConnection::abandon() {
    const auto self = shared_from_this();
    user_ = nullptr;
    error_code ignored;
    if (is_open_) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    is_open_ = false;
    socket_.close(ignored);
    timer_.cancel();
}

void ClientConnection::close_socket() {
    is_open_ = false;
    error_code ignored;
    socket_.close(ignored);
    forget_if_done();
}

void ClientConnection::forget_if_done() {
    if (is_open_ || is_served_ || user_ == nullptr) return;
    ConnectionUser* const user = std::exchange(user_, nullptr);
    timer_.cancel();
    user->on_forgotten(id_);
}

void ClientConnection::arm_timer() {
    std::optional<Time> due = to_node_.deadline();
    if (const std::optional<Time> other = to_client_.deadline(); other && is_open_ && !is_writing_)
        due = due ? std::min(*due, *other) : *other;
    if (!due || (timer_at_ && *timer_at_ <= *due)) return;
    timer_at_ = due;
    timer_.expires_at(wires_.clock.steady(*due));
    timer_.async_wait([self = shared_from_this()](error_code error) {
        if (error || self->user_ == nullptr) return;
        self->timer_at_ = {};
        self->write();
        self->deliver();
    });
}

}  // namespace txcouchbase::cluster
