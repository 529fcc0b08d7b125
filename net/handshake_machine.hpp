// What is said on a fresh connection before operations may use it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "net/credentials.hpp"
#include "protocol/error.hpp"
#include "protocol/frame.hpp"
#include "protocol/sasl_client.hpp"

namespace txcouchbase::net {

/**
 * The conversation with a plain memcached: VERSION, whose reply proves that the peer speaks the binary protocol, and
 * with credentials SASL_LIST_MECHS and the login. No command with a key or a body goes out before a reply to one
 * without them has shown that it is known, because memcached loses the stream on such a command that it does not know.
 *
 *     start(nonce) gives the first bytes; every frame goes to on_frame(), which may append more to send.
 *
 * A server without any login answers SASL_LIST_MECHS with UNKNOWN_COMMAND; then none is needed (PROTOCOL 7.5).
 */
class HandshakeMachine {
public:
    enum class Step : std::uint8_t { idle, version, mechanisms, login, done, failed };

    /// Without credentials there is no login.
    explicit HandshakeMachine(std::shared_ptr<const Credentials> credentials = {})
        : credentials_(std::move(credentials)) {}

    /// The first bytes of a new connection. `nonce`: fresh random printable characters, for SCRAM.
    std::string start(std::string nonce);
    Step on_frame(const protocol::Frame& frame, std::string& to_send);

    /// Why it failed: auth_error or protocol_error, and the cause in a few words.
    errc code() const noexcept { return code_; }
    const std::string& cause() const noexcept { return cause_; }

private:
    Step on_mechanisms(const protocol::Frame& frame, std::string& to_send);
    Step on_login(const protocol::Frame& frame, std::string& to_send);
    Step say(protocol::SaslOutcome outcome, protocol::Opcode opcode, std::string& to_send);
    Step end(Step step);
    Step fail(errc code, std::string cause);

    std::shared_ptr<const Credentials> credentials_;
    std::string nonce_;
    std::unique_ptr<protocol::SaslClient> sasl_;
    std::string mechanism_;  // as this server spells it
    Step step_ = Step::idle;
    errc code_ = errc::success;
    std::string cause_;
};

}  // namespace txcouchbase::net
