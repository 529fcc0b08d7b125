// The server's side of a SCRAM conversation, for the development cluster and for testing the client's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/scram.hpp"

namespace txcouchbase::protocol {

/// What a server keeps of a user's password: enough to recognise who knows it.
struct ScramVerifier {
    std::string salt;
    std::uint32_t iterations = 0;
    Digest stored_key;
    Digest server_key;
};

/// As slow as salted_password(): made when a user is created, not when one logs in.
ScramVerifier make_scram_verifier(SaslMechanism mechanism, ByteView password, ByteView salt,
                                  std::uint32_t iterations);

/// For a user that does not exist: a challenge like any other, the same whenever that name is asked, which no
/// password meets. Otherwise a stranger could find out who exists. `server_secret` is random and not empty.
ScramVerifier make_decoy_verifier(SaslMechanism mechanism, ByteView server_secret, ByteView user,
                                  std::uint32_t iterations);

/**
 * One login, seen from the server.
 *
 *     start(client_first)    need_key  user() wants to log in: bring the verifier
 *     supply(verifier)       respond   AUTH_CONTINUE with response()
 *     step(client_final)     done      SUCCESS with response()
 *
 * `failed` stays. It means AUTH_ERROR when error() is `rejected` (wrong password and unknown user look alike), and a
 * malformed message otherwise.
 *
 * Shape: the nonce is fresh random characters, printable and without a comma; kv_engine's are 16 hex digits.
 * Spec:  PROTOCOL 6.4; RFC 5802.
 */
class ScramServer {
public:
    ScramServer(SaslMechanism mechanism, ByteView nonce) : mechanism_(mechanism), nonce_(nonce) {}

    SaslOutcome start(ByteView client_first);
    SaslOutcome supply(ScramVerifier verifier);
    SaslOutcome step(ByteView client_final);

    ByteView user() const noexcept { return user_; }
    ByteView response() const noexcept { return response_; }
    SaslError error() const noexcept { return error_; }

private:
    enum class Step : std::uint8_t { fresh, awaiting_key, challenged, over };

    SaslOutcome fail(SaslError error) noexcept;
    SaslError check_client_first(const ScramAttributes& attributes);
    SaslError check_client_final(const ScramAttributes& attributes) const;

    SaslMechanism mechanism_;
    Step step_ = Step::fresh;
    SaslError error_ = SaslError::none;
    std::string nonce_;  ///< ours, and from start() on the combined one
    std::string user_;
    std::string client_first_bare_;
    std::string response_;
    ScramVerifier verifier_;
};

}  // namespace txcouchbase::protocol
