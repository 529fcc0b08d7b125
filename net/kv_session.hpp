// The Asio shell of one node: dials, waits, reads and writes, exactly as its KvMachine says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "net/backoff.hpp"
#include "net/kv_machine.hpp"
#include "net/session_host.hpp"
#include "net/stream.hpp"

namespace txcouchbase::net {

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

/// "host:port", IPv6 in brackets: how a node is named in errors.
std::string node_name(const Address& address);

struct SessionTimes {
    Duration connect =
        std::chrono::milliseconds{2500};  ///< resolving, connecting and the handshakes together
    Duration silence = std::chrono::seconds{5};
};

/**
 * Owns a socket while there is one. Readiness is waited for and the socket itself never blocks, so that an idle
 * connection holds no buffer of the kernel's asking and a batch costs one write, one read and one wait.
 *
 * With a TLS context it shakes hands in TLS before its machine does anything.
 *
 * After a first success it dials again by itself, with growing, jittered delays, until stop().
 */
class KvSession {
public:
    KvSession(boost::asio::any_io_executor executor, SessionHost& host, KvMachine& machine, Address address,
              SessionTimes times, Security security = {});

    /// If the first attempt fails, that is its owner's to judge.
    void start() { dial(); }
    /// The first attempt is like all others: when it fails, there is another.
    void start_lasting() {
        redials_ = true;
        dial();
    }
    /// Writes what waits, as far as the socket takes it.
    void flush(TimePoint now);
    /// Closes and dials again when the peer was silent too long.
    void check_silence(TimePoint now);
    /// Closes for good; nothing is called afterwards.
    void stop() noexcept;

    /// After a failed first attempt: dial again, as after a loss.
    void keep_dialling();

    KvMachine& machine() noexcept { return machine_; }
    /// Whether handlers in the event loop refer to it still, after stop(). Not asked from within one of them.
    bool has_handlers() const noexcept { return life_.use_count() > 1; }
    /// Its end of the connection, "address:port"; empty where there is none.
    std::string local() const;
    /// "connected", "connecting" or "disconnected".
    std::string_view state_name() const noexcept;
    /// Whether flush() would write something.
    bool can_write() const noexcept {
        return stream_ && !is_waiting_writable_ && (machine_.has_unwritten() || stream_->has_unsent());
    }

private:
    using Tcp = Stream::Tcp;
    using ErrorCode = Stream::ErrorCode;

    void dial();
    /// Connects to the next of endpoints_, of which there is one.
    void connect_next();
    void arm_connect_timer(TimePoint at);
    void on_connect_timer();
    void on_connected(const ErrorCode& ec);
    void secure();
    void shake_hands();
    void begin_conversation();
    void wait_readable();
    void read_on();
    void wait_writable();
    void on_readable();
    /// What the machine said of bytes or of a derivation in this attempt. False: it is over.
    bool follow(KvMachine::Event event, unsigned attempt);
    void derive_later();
    void lose(const Error& error);
    void dial_later();
    void drop_socket() noexcept;
    static std::string make_nonce();
    Error failure(boost::system::error_code code, std::string cause) const;
    Error broken(std::string cause) const;

    /// A handler for this attempt: it does nothing once the attempt is over.
    template <class Handler>
    auto in_turn(Handler handler);

    boost::asio::any_io_executor executor_;                                  // until stop()
    std::shared_ptr<const bool> life_ = std::make_shared<const bool>(true);  // held by handlers
    SessionHost& host_;
    KvMachine& machine_;
    Address address_;
    SessionTimes times_;
    Security security_;
    std::optional<Stream> stream_;
    std::optional<Tcp::resolver> resolver_;
    std::optional<boost::asio::steady_timer> timer_;  // while connecting, and before dialling again
    std::vector<Tcp::endpoint> endpoints_;            // still to be tried, the next one last
    TimePoint connect_deadline_;
    Backoff backoff_;
    TimePoint up_since_;
    std::minstd_rand random_;
    unsigned attempt_ = 0;
    bool is_waiting_writable_ = false;
    bool has_heard_ = false;  // anything, on this connection
    bool redials_ = false;    // a first attempt that fails is its owner's to judge
};

}  // namespace txcouchbase::net
