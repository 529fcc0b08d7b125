// The bytes of one connection, in clear or over TLS, on a socket that never blocks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <span>
#include <string>

#include "net/tls_machine.hpp"

namespace txcouchbase::net {

/// Whether a connection is secure, and against which host its peer is verified.
struct Security {
    std::shared_ptr<const TlsContext> context = {};  ///< null: in clear
    std::string host = {};                           ///< empty: the one that was dialled
};

/**
 * Reads and writes as its socket does, with the socket's error codes. Whoever owns it waits on socket() for readiness,
 * connects it, and calls secure() if it is to be TLS; handshake() then comes before all else.
 *
 * Over TLS, writing can leave bytes behind that were taken but not sent, and reading bytes that came but were not read:
 * has_unsent() and has_unread() tell. would_block means that neither can go on before the socket is ready.
 *
 * Errors: words() of an error code, which for TLS knows more than the code.
 * Cost:   in clear, a branch for each system call beside what the socket costs. Over TLS a read takes one or several
 *         reads of the socket, and a write is one, of everything that was given up to TlsMachine::most_unsent.
 */
class Stream {
public:
    using Tcp = boost::asio::ip::tcp;
    using ErrorCode = boost::system::error_code;

    /// write_some() takes as many.
    static constexpr std::size_t pieces_per_write = 64;

    explicit Stream(const boost::asio::any_io_executor& executor) : socket_(executor) {}

    Tcp::socket& socket() noexcept { return socket_; }
    const Tcp::socket& socket() const noexcept { return socket_; }

    /// From now on it speaks TLS.
    void secure(const TlsContext& context, const std::string& host);
    bool is_shaking_hands() const noexcept { return tls_ && !tls_->is_up(); }
    /// would_block: to be called again when the socket is readable. Success: it is over.
    void handshake(ErrorCode& ec);

    std::size_t read_some(std::span<char> room, ErrorCode& ec);
    std::size_t write_some(std::span<const ByteView> pieces, ErrorCode& ec);
    bool has_unread() const noexcept { return tls_ && tls_->has_unread(); }
    bool has_unsent() const noexcept { return tls_ && !tls_->unsent().empty(); }

    /// Sends what tells the peer that this is the end, and why, if the socket takes it at once.
    void say_goodbye() noexcept;

    std::string words(const ErrorCode& ec) const;
    /// After an eof: TLS did not hear that this is the end, so that whoever lies between may have made it one.
    bool was_cut_off() const noexcept { return tls_ && tls_->error(); }

private:
    std::size_t read_tls(std::span<char> room, ErrorCode& ec);
    std::size_t write_tls(std::span<const ByteView> pieces, ErrorCode& ec);
    bool feed(ErrorCode& ec);

    Tcp::socket socket_;
    std::unique_ptr<TlsMachine> tls_;
};

}  // namespace txcouchbase::net
