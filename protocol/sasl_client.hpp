// The client's side of a SASL conversation, for every mechanism: messages in, messages out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/scram.hpp"

namespace txcouchbase::protocol {

/**
 * One login. The caller sends what it says, hands it what the server answers, and trusts the connection after `done`.
 *
 *     start()                 respond   SASL_AUTH with response() as its value
 *     step(challenge)         respond   the server answered AUTH_CONTINUE: SASL_STEP with response()
 *                             need_key  (SCRAM) the same once supply() has brought the salted password
 *     supply(salted)          respond
 *     finish(server_final)    done      the server answered SUCCESS, and has proved that it knows the password
 *
 * Cyrus SASL, and so a memcached, gives its proof a step earlier: AUTH_CONTINUE with the server-final message, which
 * step() answers with an empty response, and then SUCCESS with whatever it likes.
 *
 * Any of them may give `failed`, which stays; events out of order fail too.
 *
 * Shape:    user and password up to max_sasl_message bytes without NUL, sent as they are (no SASLprep). The nonce is
 *           for SCRAM alone: fresh random characters, printable and without a comma.
 * Lifetime: copies the user, and of the password what the mechanism needs (SCRAM nothing: it asks for the salted
 *           password), which is wiped when the conversation dies. response() is valid until the next event.
 * Spec:     PROTOCOL 6; RFC 4616, 2195, 5802.
 */
class SaslClient {
public:
    SaslClient(SaslMechanism mechanism, ByteView user, ByteView password, ByteView nonce = {},
               ScramLimits limits = {});
    SaslClient(const SaslClient&) = delete;
    SaslClient& operator=(const SaslClient&) = delete;

    SaslOutcome start();
    SaslOutcome step(ByteView challenge);
    SaslOutcome supply(const Digest& salted_password);
    SaslOutcome finish(ByteView server_final);

    SaslMechanism mechanism() const noexcept { return mechanism_; }
    ByteView response() const noexcept {
        return mechanism_ == SaslMechanism::plain ? secret_.view() : ByteView{response_};
    }
    SaslError error() const noexcept { return error_; }

    /// After need_key: what to give to salted_password() besides mechanism and password.
    ByteView salt() const noexcept { return salt_; }
    std::uint32_t iterations() const noexcept { return iterations_; }

private:
    enum class Step : std::uint8_t { fresh, sent_first, awaiting_key, sent_final, proved, over };

    SaslOutcome respond(Step next) noexcept;
    SaslOutcome fail(SaslError error) noexcept;
    SaslOutcome answer_cram_md5(ByteView challenge);
    SaslOutcome read_early_proof(ByteView server_final);
    SaslOutcome read_server_first(ByteView server_first);
    SaslError check_server_first(const ScramAttributes& attributes);
    SaslError check_server_final(ByteView server_final) const;

    SaslMechanism mechanism_;
    Step step_ = Step::fresh;
    SaslError error_ = SaslError::none;
    ScramLimits limits_;
    std::string user_;
    Secret secret_;  ///< PLAIN: the message; CRAM-MD5: the password
    std::string nonce_;
    std::string response_;
    std::string client_first_bare_;
    std::string server_first_;
    std::string combined_nonce_;
    std::string salt_;
    std::uint32_t iterations_ = 0;
    Digest expected_signature_;
};

}  // namespace txcouchbase::protocol
