// What is said on a fresh connection before operations may use it: the part of it that every kind of server shares.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "net/login.hpp"

namespace txcouchbase::net {

/**
 * A conversation that is held once on each connection; its object serves all connections of one node, one after the
 * other.
 *
 *     start(nonce) gives the first bytes; every frame goes to on_frame(), which may append more to send.
 *     deriving: derive() is to be called, with a turn of the loop between the calls, until it says something else.
 *     done and failed stay until the next start().
 */
class Handshake {
public:
    enum class Step : std::uint8_t { idle, talking, deriving, done, failed };

    virtual ~Handshake() = default;

    /// The first bytes of a new connection. `nonce`: fresh random printable characters, for SCRAM.
    std::string start(std::string nonce);
    Step on_frame(const protocol::Frame& frame, std::string& to_send);
    Step derive(std::string& to_send);

    /// Why it failed: auth_error, protocol_error or another, and the cause in a few words.
    errc code() const noexcept { return code_; }
    const std::string& cause() const noexcept { return cause_; }

protected:
    /// Without credentials there is no login.
    explicit Handshake(std::shared_ptr<const Credentials> credentials)
        : credentials_(std::move(credentials)) {}
    Handshake(Handshake&&) noexcept = default;
    Handshake& operator=(Handshake&&) noexcept = default;

    virtual void greet(std::string& to_send) = 0;
    /// A frame while the conversation goes on and nothing is being derived.
    virtual Step on_answer(const protocol::Frame& frame, std::string& to_send) = 0;
    /// A message of the login was appended. Behind the answer to a challenge, more may follow without waiting for the
    /// verdict.
    virtual void on_login_said(protocol::Opcode /*opcode*/, std::string& /*to_send*/) {}
    /// The login is over, and good.
    virtual Step on_logged_in(std::string& to_send) = 0;

    const Credentials* credentials() const noexcept { return credentials_.get(); }
    Step log_in(protocol::SaslMechanism mechanism, std::string_view name, std::string& to_send);
    /// The answer to SASL_AUTH or SASL_STEP.
    Step on_login_reply(const protocol::Frame& frame, std::string& to_send);
    Step fail(errc code, std::string cause);

    static std::string status_name(const protocol::Frame& frame);

private:
    Step go_on(Login::Outcome outcome, std::string& to_send);
    Step enter(Step step);

    std::shared_ptr<const Credentials> credentials_;
    std::string nonce_;
    std::unique_ptr<Login> login_;
    Step step_ = Step::idle;
    errc code_ = errc::success;
    std::string cause_;
};

}  // namespace txcouchbase::net
