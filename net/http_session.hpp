// The Asio shell of an HttpMachine: dials, writes, reads, and tells its handler what came.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "net/http_machine.hpp"
#include "net/session_host.hpp"
#include "net/stream.hpp"

namespace txcouchbase::net {

struct HttpTimes {
    Duration connect = std::chrono::seconds{10};  ///< resolving, connecting and the TLS handshake together
    Duration answer = std::chrono::seconds{75};   ///< from the connection to the answer's head
    Duration idle = std::chrono::seconds{1};      ///< how long a connection waits for its next exchange
};

/// Whoever asked. May do anything to the session in these, destroying it included.
class HttpHandler {
public:
    virtual void on_http_head(const HttpHead& head) = 0;
    virtual void on_http_body(ByteView piece) = 0;
    virtual void on_http_end() = 0;
    virtual void on_http_failed(const Error& error) = 0;

protected:
    ~HttpHandler() = default;
};

/**
 * One exchange at a time with one node. The connection is made when it is needed, and kept for the next exchange as
 * long as the peer and HttpTimes::idle allow.
 *
 * When:   the handler is called in turns of the host, never inside a function of this class.
 * Errors: on_http_failed() ends the exchange: unknown_host, connect_error, timed_out, connection_lost, protocol_error.
 *         detail().was_written says whether the peer may know of the request.
 * Cancel: cancel() and stop() end the exchange without a word, from anywhere.
 */
class HttpSession {
public:
    /// `security`: for an origin that uses TLS.
    HttpSession(boost::asio::any_io_executor executor, SessionHost& host, HttpHandler& handler,
                HttpOrigin origin, HttpTimes times, Security security = {});
    HttpSession(const HttpSession&) = delete;
    HttpSession& operator=(const HttpSession&) = delete;
    ~HttpSession() { drop_connection(); }

    const HttpOrigin& origin() const noexcept { return machine_.origin(); }
    bool is_idle() const noexcept { return stage_ == Stage::idle; }
    /// There is a socket, connected or about to be.
    bool is_connected() const noexcept { return stream_.has_value(); }

    /// Begins an exchange; none is running. An error says why nothing was begun: the request, its credentials, or
    /// not_supported for an origin that uses TLS where there is no context for it.
    Error start(const HttpRequest& request);
    /// Nothing is read, and the handler not called, until resume(). Once the system's buffers are full, the peer waits.
    void pause() noexcept { is_paused_ = true; }
    void resume();
    /// Ends the exchange that is running, and the connection.
    void cancel() noexcept { drop_connection(); }
    /// The same for good: the executor is let go of, whose context may be destroyed first.
    void stop() noexcept;

private:
    using Tcp = boost::asio::ip::tcp;
    using ErrorCode = boost::system::error_code;
    enum class Stage : std::uint8_t { idle, dialling, asking, receiving };

    void dial();
    void connect_next();
    void on_connected(const ErrorCode& ec);
    void secure();
    void shake_hands();
    void ask();
    void arm_timer(TimePoint at);
    void on_timer();
    void flush();
    void wait_readable();
    /// What TLS has taken from the socket already does not make that readable again.
    void read_on();
    void on_readable();
    void check_idle();
    void take_received();
    void finish();
    void fail(Error error);
    void fail(errc code, std::string cause);
    void drop_connection() noexcept;

    /// A handler for this connection: it does nothing once that is dropped, or the session destroyed.
    template <class Handler>
    auto in_turn(Handler handler);

    boost::asio::any_io_executor executor_;  // until stop()
    SessionHost& host_;
    HttpHandler& handler_;
    HttpTimes times_;
    HttpMachine machine_;
    std::shared_ptr<unsigned> attempt_ = std::make_shared<unsigned>(0);
    Stage stage_ = Stage::idle;
    Security security_;
    std::optional<Stream> stream_;
    std::optional<Tcp::resolver> resolver_;
    std::optional<boost::asio::steady_timer> timer_;
    std::vector<Tcp::endpoint> endpoints_;  // still to be tried, the next one last
    TimePoint connect_deadline_;
    std::unique_ptr<char[]> room_;  // while an exchange receives
    ByteView received_;             // in room_, not yet taken
    bool is_paused_ = false;
    bool is_taking_ = false;
    bool is_waiting_readable_ = false;
    bool is_waiting_writable_ = false;
};

}  // namespace txcouchbase::net
