// One client's connection to a node: its socket, with or without TLS, and the faults of the wire.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "tests/cluster/network/link.hpp"
#include "tests/cluster/network/loop_clock.hpp"
#include "tests/cluster/node/node_host.hpp"

namespace txcouchbase::cluster {

/// What all connections of a node obey.
struct Wires {
    LoopClock clock;
    LinkFaults faults;
    bool is_frozen = false;

    bool are_faulty() const noexcept {
        return faults.delay.count() != 0 || faults.max_piece != 0 || faults.is_dropping;
    }
};

/// Whom a connection serves. Every function may call send() and close() of it.
class ConnectionUser {
public:
    virtual ~ConnectionUser() = default;
    virtual void on_bytes(ConnectionId connection, ByteView bytes) = 0;
    /// Nothing of what was sent waits any more.
    virtual void on_drained(ConnectionId connection) = 0;
    /// The client is gone. Not told of what the user closed itself.
    virtual void on_lost(ConnectionId connection) = 0;
    /// Last of all: nothing is left of it.
    virtual void on_forgotten(ConnectionId connection) = 0;
};

/**
 * Reads while there is room and hands on; writes one gathered piece at a time.
 *
 * Shape:    of a client that does not read, nothing is read either as long as more than 1 MiB waits for it; at 64 MiB
 *           it is reset.
 * Closing:  what was sent goes out first (30 seconds at most), then the end; the client has 2 seconds to end its side.
 * Threads:  the loop's.
 * Lifetime: kept alive by its own operations; `user` must live until it is abandoned or forgotten.
 */
class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
public:
    using Socket = boost::asio::ip::tcp::socket;
    static constexpr std::size_t pause_reading_at = 1024 * 1024;
    static constexpr std::size_t reset_at = 64 * 1024 * 1024;

    /// `tls` may be null.
    ClientConnection(ConnectionId id, Socket socket, boost::asio::ssl::context* tls, const Wires& wires,
                     ConnectionUser& user);

    void start();
    void send(ByteView bytes);
    void close();
    /// A RST to the client. What was received is run nevertheless when the link is half-open.
    void reset();
    /// The wires were thawed, or have other faults now.
    void resume();
    /// RST at once, and the user is not called any more: its process died.
    void abandon();

    ConnectionId id() const noexcept { return id_; }
    Time accepted_at() const noexcept { return accepted_at_; }
    /// When a client that was closed has had time enough to say goodbye.
    std::optional<Time> closes_at() const noexcept { return closes_at_; }

private:
    std::size_t unsent() const noexcept {
        return outgoing_.size() + in_flight_.size() - written_ + to_client_.size();
    }
    void read();
    void on_read(boost::system::error_code error, std::size_t size);
    /// No more bytes will come.
    void on_end(bool was_reset);
    void deliver();
    void write();
    void on_write(boost::system::error_code error, std::size_t size);
    void begin_closing();
    void say_goodbye();
    void close_socket();
    void arm_timer();
    void forget_if_done();
    template <class Operation>
    void with_stream(Operation&& operation);

    ConnectionId id_;
    Socket socket_;
    std::optional<boost::asio::ssl::stream<Socket&>> tls_ = {};
    const Wires& wires_;
    ConnectionUser* user_;  ///< null: abandoned
    Time accepted_at_;
    std::optional<Time> closes_at_ = {};
    boost::asio::steady_timer timer_;
    std::optional<Time> timer_at_ = {};

    bool is_open_ = true;    ///< the socket
    bool is_served_ = true;  ///< the user knows it
    bool is_ready_ = false;  ///< the handshake of TLS is over
    bool is_ended_ = false;  ///< no more bytes come from the client
    bool is_closing_ = false;
    bool has_said_goodbye_ = false;
    bool is_reading_ = false;
    bool is_writing_ = false;

    Link to_node_ = {};
    Link to_client_ = {};  ///< behind outgoing_
    std::string outgoing_ = {};
    std::string in_flight_ = {};
    std::size_t written_ = 0;  ///< of in_flight_
    std::array<char, 16 * 1024> incoming_;
};

}  // namespace txcouchbase::cluster
