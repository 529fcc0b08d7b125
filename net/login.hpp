// One SASL login, from the mechanism's name to the server's proof, as far as it is the same for every server.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/credentials.hpp"
#include "protocol/error.hpp"
#include "protocol/frame.hpp"
#include "protocol/password_derivation.hpp"
#include "protocol/request.hpp"
#include "protocol/sasl_client.hpp"

namespace txcouchbase::net {

/**
 *     start()       say       send request()
 *     on_reply()    say       send request()
 *                   derive    call derive() until it says something else, with a turn of the loop between the calls
 *                   done      the server has proved that it knows the password too
 *                   failed    for good: code() and cause()
 *
 * The credentials outlive it. Of the password it keeps what SaslClient does.
 */
class Login {
public:
    enum class Outcome : std::uint8_t { say, derive, done, failed };

    /// `name`: the mechanism as this server spells it. `nonce`: fresh random printable characters, for SCRAM.
    Login(const Credentials& credentials, protocol::SaslMechanism mechanism, std::string_view name,
          protocol::ByteView nonce);

    Outcome start();
    /// The answer to what was said last. A refusal is `failed`.
    Outcome on_reply(const protocol::Frame& frame);
    Outcome derive();

    /// Valid until the next event.
    protocol::Request request() const noexcept;

    errc code() const noexcept { return code_; }
    const std::string& cause() const noexcept { return cause_; }

private:
    Outcome go_on(protocol::SaslOutcome outcome);
    Outcome begin_derivation();
    Outcome fail(errc code, std::string cause);

    const Credentials& credentials_;
    std::string name_;
    protocol::SaslClient sasl_;
    std::optional<protocol::PasswordDerivation> derivation_;
    bool was_challenged_ = false;
    errc code_ = errc::success;
    std::string cause_;
};

}  // namespace txcouchbase::net
