// TLS as a machine: bytes of the wire on one side, bytes of the protocol on the other, no socket in between.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/tls_context.hpp"
#include "protocol/bytes.hpp"

struct ssl_st;

namespace txcouchbase::net {

using protocol::ByteView;

/**
 * The client's end of one TLS connection.
 *
 *     handshake()     until is_up(): send what is in unsent(), read the wire into prepare(), commit(), call it again
 *     read()          until it wants bytes: then prepare() and commit()
 *     write()         what the bytes became is in unsent(), until sent() says how much of it was
 *
 * The peer's certificate is verified against the host, as a name or as an address, unless the context does not verify;
 * a name is sent along (SNI). Nothing older than TLS 1.2, and no renegotiation.
 *
 * Errors: a failure stays; error() has the reason in words: an expired certificate, another host, an unknown authority,
 *         an alert of the peer. What is in unsent() then is an alert that tells the peer.
 * Cost:   bounded memory: `wire_room` bytes of the wire, which are not taken before those before them were read, and
 *         `most_unsent` with a record. When the buffer of the latter has grown, reads and writes allocate no more than
 *         OpenSSL does for a record.
 */
class TlsMachine {
public:
    static constexpr std::size_t wire_room = 32 * 1024;
    static constexpr std::size_t most_unsent = 64 * 1024;

    enum class Progress : std::uint8_t { up, wants_bytes, failed };
    /// `closed`: the peer said goodbye in due form.
    enum class ReadEnd : std::uint8_t { full, wants_bytes, closed, failed };
    struct ReadOutcome {
        ReadEnd end = ReadEnd::wants_bytes;
        std::size_t count = 0;  ///< with any end
    };

    /// `host` as it was dialled, IPv6 without brackets.
    TlsMachine(const TlsContext& context, std::string host);
    TlsMachine(const TlsMachine&) = delete;
    TlsMachine& operator=(const TlsMachine&) = delete;
    ~TlsMachine();

    Progress handshake();
    bool is_up() const noexcept { return is_up_; }

    /// Where bytes of the wire go. Empty while all that were put there wait to be read.
    std::span<char> prepare() noexcept;
    void commit(std::size_t count) noexcept { in_end_ += count; }
    /// The wire ended without a goodbye, so that somebody may have cut it: that is a failure.
    void wire_ended();
    ReadOutcome read(std::span<char> out);
    /// Whether read() has bytes or an end to tell without more of the wire.
    bool has_unread() const noexcept {
        return in_begin_ != in_end_ || is_record_left_ || is_closed_ || error_;
    }

    /// How much was taken: all of it, unless it fails or there are `most_unsent` bytes unsent already.
    std::size_t write(ByteView bytes);
    /// Tells the peer that this is the end.
    void say_goodbye() noexcept;

    /// Valid until the next call.
    ByteView unsent() const noexcept { return ByteView{out_.data(), out_.size()}.substr(out_begin_); }
    void sent(std::size_t count) noexcept;

    const Error& error() const noexcept { return error_; }

private:
    struct Wire;  // how OpenSSL gets at in_ and out_
    struct Free {
        void operator()(ssl_st* session) const noexcept;
    };
    bool expect_host(const TlsContext& context);
    bool sees_tls() const noexcept;
    void move_unsent_to_front() noexcept;
    Progress fail_handshake(std::string cause);
    std::string handshake_words() const;
    void fail(errc code, std::string cause);

    std::unique_ptr<ssl_st, Free> session_;
    std::string host_;
    std::array<char, wire_room> in_;
    std::size_t in_begin_ = 0;
    std::size_t in_end_ = 0;
    std::vector<char> out_;
    std::size_t out_begin_ = 0;
    Error error_;
    bool is_up_ = false;
    bool is_closed_ = false;
    bool is_record_left_ = false;  // a part of one, in OpenSSL
    bool is_overfull_ = false;
    bool is_peer_known_ = false;  // to speak TLS
};

}  // namespace txcouchbase::net
