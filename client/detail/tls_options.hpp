// How a connection is made secure, as its user says it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <memory>
#include <string>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX; no public header includes OpenSSL

namespace txcouchbase {

namespace detail {

std::shared_ptr<ssl_ctx_st> share_tls_context(ssl_ctx_st* native) noexcept;

/// As boost::asio::ssl::context has it.
template <class Context>
concept HasTlsContext = requires(Context& context) {
    { context.native_handle() } -> std::same_as<ssl_ctx_st*>;
};

}  // namespace detail

/**
 * A TLS context of the user's own, made from a boost::asio::ssl::context: {.context = my_context}.
 *
 * Lifetime: what OpenSSL has of it is shared, so that the context itself may go. Not if it has callbacks: Asio keeps
 *           those in the context, which must outlive the connection then.
 */
class TlsOwnContext {
public:
    TlsOwnContext() noexcept = default;
    template <detail::HasTlsContext Context>
    // NOLINTNEXTLINE(google-explicit-constructor): {.context = my_context}
    TlsOwnContext(Context& context) : native_(detail::share_tls_context(context.native_handle())) {}

    const std::shared_ptr<ssl_ctx_st>& native() const noexcept { return native_; }

private:
    std::shared_ptr<ssl_ctx_st> native_;
};

/**
 * How a connection over TLS is made. By default the system's certificate authorities are trusted, and a server must
 * have a certificate of theirs for the very name or address by which it is reached. TLS 1.2 is the least.
 *
 * Errors: of what cannot be read: ArgumentError, or options_conflict for a context of one's own beside files. An
 *         encrypted key cannot be read from a file: a context of one's own can have its password.
 */
struct TlsOptions {
    std::string ca_file = {};           ///< PEM: trusted instead of the system's authorities
    std::string ca_pem = {};            ///< the same as text; both are trusted when both are given
    std::string certificate_file = {};  ///< PEM: of the client, its chain behind it
    std::string key_file = {};          ///< PEM: its key
    /// False: whoever answers is believed, and may read and change everything. For tests; no connection string says it.
    bool verifies_peer = true;
    /// Instead of the four strings. Whether it verifies does not count: that is for `verifies_peer` to say.
    TlsOwnContext context = {};
};

}  // namespace txcouchbase
