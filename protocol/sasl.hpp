// SASL as both ends see it: the mechanisms and which one to take, the outcomes of a conversation and its errors.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "protocol/digest.hpp"

namespace txcouchbase::protocol {

enum class SaslMechanism : std::uint8_t { plain, cram_md5, scram_sha1, scram_sha256, scram_sha512 };

/// The name on the wire: "SCRAM-SHA512".
std::string_view name(SaslMechanism mechanism) noexcept;

/// The mechanism of that name in any case of letters, or nothing. SCRAM goes by two spellings: "SCRAM-SHA256" of
/// Couchbase, and "SCRAM-SHA-256" of its RFC, which a memcached with Cyrus SASL uses.
std::optional<SaslMechanism> find_sasl_mechanism(std::string_view name) noexcept;

constexpr bool is_scram(SaslMechanism mechanism) noexcept {
    return mechanism >= SaslMechanism::scram_sha1;
}

/// What a conversation wants after an event.
enum class SaslOutcome : std::uint8_t {
    respond,  ///< send response()
    need_key,  ///< bring a key with supply(); a step of its own, because it may come from a cache or another thread
    done,    ///< both ends are who they say
    failed,  ///< for good; error() has the name
};

/// Why a conversation failed. No error carries any text of the peer or of the credentials.
enum class SaslError : std::uint8_t {
    none,
    bad_credentials,      ///< a NUL in user or password, or either longer than a message may be
    bad_nonce,            ///< our own nonce is empty or has characters that SCRAM cannot carry
    crypto_failed,        ///< the crypto library refused a hash
    message_too_large,    ///< over max_sasl_message
    bad_message,          ///< not the shape of a message of this mechanism
    missing_attribute,    ///< a SCRAM message without an attribute that it owes
    mandatory_extension,  ///< `m=`: an extension that we would have to understand
    nonce_mismatch,       ///< the combined nonce does not extend ours, or is not the one that was agreed
    bad_salt,             ///< empty or not base64
    bad_iteration_count,  ///< not a number, or out of the bounds of ScramLimits
    server_error,         ///< the server said `e=`
    bad_signature,        ///< the server does not know the password: not the server we mean
    early_success,        ///< the server said success before it proved anything
    rejected,             ///< the client does not know the password, or the user does not exist
    unexpected_message,   ///< an event that does not belong to this step
};

/// The name: "nonce_mismatch".
std::string_view name(SaslError error) noexcept;

/// No message of a conversation is longer, in either direction.
constexpr std::size_t max_sasl_message = 4096;

/// Iteration counts a client accepts: fewer make a stolen exchange cheap to crack, more let a hostile server keep
/// the client's processor busy.
struct ScramLimits {
    std::uint32_t min_iterations = 1'000;
    std::uint32_t max_iterations = 200'000;
};

enum class ChannelSecurity : std::uint8_t { clear, tls };
enum class PlainInClear : std::uint8_t { refused, allowed };

/// A mechanism that a server offers.
struct SaslOffer {
    SaslMechanism mechanism;
    std::string_view name;  ///< as the server spells it, and wants to hear it: a view into what it offered
};

/**
 * The mechanism to use, of those that the server offers ("SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN").
 *
 * Over TLS it is PLAIN, which is the cheapest and safe there, else the strongest SCRAM. In clear it is the strongest
 * SCRAM; PLAIN shows the password to everybody on the way, and CRAM-MD5 lets them guess it offline at the price of
 * one MD5, so both need `plain_in_clear` (CRAM-MD5 is the better of the two). Nothing, if nothing fits: whoever
 * strikes SCRAM off the list on the way gets no password for it.
 *
 * Spec:  PROTOCOL 6.1.
 */
std::optional<SaslOffer> choose_sasl_mechanism(std::string_view offered, ChannelSecurity security,
                                               PlainInClear plain_in_clear) noexcept;

/// What a client says in PLAIN. It contains the password.
Secret plain_message(ByteView user, ByteView password);

/// PLAIN as a server reads it: views into the message.
struct PlainCredentials {
    ByteView user;
    ByteView password;
};

/// Nothing, when the message is not PLAIN. An authorisation id is skipped and a NUL at the end tolerated, as
/// servers do.
std::optional<PlainCredentials> read_plain_message(ByteView message) noexcept;

/// The answer to a CRAM-MD5 challenge; empty when the crypto library has no MD5.
std::string cram_md5_response(ByteView user, ByteView password, ByteView challenge);

}  // namespace txcouchbase::protocol
