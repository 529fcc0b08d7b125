// Whom TLS trusts and as whom it presents itself: what the sessions of a connection share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "protocol/error.hpp"

struct ssl_ctx_st;

namespace txcouchbase::net {

/// Everything has a safe default: the system's authorities, TLS 1.2 or newer, the server's name verified.
struct TlsSettings {
    std::string ca_file = {};  ///< PEM: trusted instead of the system's authorities
    std::string ca_pem = {};   ///< the same as text; both are trusted when both are given
    /// PEM files of a client certificate (with its chain) and its key, which is not encrypted.
    std::string certificate_file = {};
    std::string key_file = {};
    /// False: whoever answers is believed.
    bool verifies_peer = true;
    /// A context of the user's own, instead of the four strings.
    std::shared_ptr<ssl_ctx_st> context = {};
};

/**
 * An OpenSSL context. Shared by the sessions of a connection, and read only by them.
 *
 * Of a context that the user brought, its authorities, certificates, ciphers and callbacks count. Whether the peer is
 * verified does not: that is for `verifies_peer` alone, because Asio's contexts verify nobody unless they are told to.
 *
 * Errors: make() names the file or text that is wrong (errc::argument, errc::options_conflict). No error has anything
 *         of a key. In a build without TLS it always fails.
 * Cost:   reading the system's authorities takes some 10 milliseconds, so that one context is made for a connection.
 */
class TlsContext {
public:
    using Outcome = std::variant<std::shared_ptr<const TlsContext>, Error>;

    static Outcome make(const TlsSettings& settings);

    ssl_ctx_st* native() const noexcept { return native_.get(); }
    bool verifies_peer() const noexcept { return verifies_peer_; }

private:
    TlsContext(std::shared_ptr<ssl_ctx_st> native, bool verifies_peer) noexcept
        : native_(std::move(native)), verifies_peer_(verifies_peer) {}

    std::shared_ptr<ssl_ctx_st> native_;
    bool verifies_peer_;
};

/// Another owner of a context that somebody has (boost::asio::ssl::context::native_handle()).
std::shared_ptr<ssl_ctx_st> share_tls_context(ssl_ctx_st* native) noexcept;

/// Why the TLS library refused something, in its words: the oldest of the thread's errors. Clears them.
std::string tls_words();

}  // namespace txcouchbase::net
