// A server's end of a TLS connection, over OpenSSL's own memory streams: what the client's machine is tested against.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "protocol/bytes.hpp"
#include "tests/unit/net/tls_certificates.hpp"

namespace txcouchbase::net {

using protocol::ByteView;

struct ServerWishes {
    Identity identity = test_identity();
    bool wants_certificate = false;  ///< of the client, by test_authority()
    int oldest = 0;                  ///< version of TLS, as OpenSSL numbers it; 0: any
    int newest = 0;
};

class TlsServerEnd {
public:
    explicit TlsServerEnd(const ServerWishes& wishes = {});

    /// Bytes of the wire, and what they say in clear. Shakes hands first.
    std::string read(ByteView wire_bytes);
    void write(ByteView bytes);
    void say_goodbye();
    void change_keys();
    /// Asks for it; TLS 1.2 only.
    void shake_hands_again();
    /// Bytes for the wire.
    std::string unsent();

    bool is_up() const;
    bool was_told_goodbye() const;
    /// What the client called it (SNI).
    std::string called() const;
    /// The version that was agreed on.
    std::string version() const;
    /// The subject of the client's certificate.
    std::string client() const;
    /// Why it failed.
    const std::string& words() const { return words_; }

private:
    std::shared_ptr<SSL_CTX> context_;
    std::shared_ptr<SSL> session_;
    std::string words_;
};

}  // namespace txcouchbase::net
