// The handshake with a plain memcached.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/handshake.hpp"

namespace txcouchbase::net {

/**
 * VERSION, whose reply proves that the peer speaks the binary protocol, and with credentials SASL_LIST_MECHS and the
 * login. No command with a key or a body goes out before a reply to one without them has shown that it is known,
 * because memcached loses the stream on such a command that it does not know.
 *
 * A server without any login answers SASL_LIST_MECHS with UNKNOWN_COMMAND; then none is needed (PROTOCOL 7.5).
 */
class MemcachedHandshake final : public Handshake {
public:
    explicit MemcachedHandshake(std::shared_ptr<const Credentials> credentials = {})
        : Handshake(std::move(credentials)) {}

private:
    enum class Awaited : std::uint8_t { version, mechanisms, login };

    void greet(std::string& to_send) override;
    Step on_answer(const protocol::Frame& frame, std::string& to_send) override;
    Step on_logged_in(std::string&) override { return Step::done; }
    Step on_mechanisms(const protocol::Frame& frame, std::string& to_send);

    Awaited awaited_ = Awaited::version;
};

}  // namespace txcouchbase::net
