// What both ends of SCRAM share: the grammar of its messages and the keys made from a password (RFC 5802).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>

#include "protocol/sasl.hpp"

namespace txcouchbase::protocol {

/// The attributes of one message, "r=nonce,s=salt,i=4096". A value runs from its first `=` to the next comma, so it
/// may hold more `=`.
class ScramAttributes {
public:
    /// Nothing, when the text is not attributes throughout, has one of them twice, or holds control characters.
    static std::optional<ScramAttributes> read(ByteView text) noexcept;

    /// `letter` is a to z.
    const std::optional<ByteView>& operator[](char letter) const noexcept {
        return values_[static_cast<std::size_t>(letter - 'a')];
    }

private:
    bool add(ByteView attribute) noexcept;

    std::array<std::optional<ByteView>, 26> values_;
};

/// A user name as an attribute: `=` and `,` become `=3D` and `=2C`. No SASLprep: ASCII does not need it, and other
/// names are sent as they are.
std::string scram_escape(ByteView user);

/// Nothing, when an `=` stands for neither.
std::optional<std::string> scram_unescape(ByteView user);

/// Printable ASCII without the comma. A space is not in the RFC's alphabet, but the Node.js SDK sends it.
bool is_scram_nonce(ByteView nonce) noexcept;

/// The count of an `i=` attribute, or nothing: digits without a leading zero that fit 32 bits.
std::optional<std::uint32_t> read_iteration_count(ByteView digits) noexcept;

/// `mechanism` is one of the SCRAM family, here and below.
HashFunction scram_hash(SaslMechanism mechanism) noexcept;

/**
 * The slow part of SCRAM, which depends on nothing that is new in a conversation: worth caching per mechanism, salt,
 * count and user.
 *
 * When:   at once, on the calling thread, in time proportional to `iterations`. Touches nothing shared.
 * Errors: an empty digest for a count of 0 or over 2^31 - 1, or when the crypto library refuses.
 */
Digest salted_password(SaslMechanism mechanism, ByteView password, ByteView salt,
                       std::uint32_t iterations) noexcept;

struct ScramKeys {
    Digest client_key;
    Digest stored_key;  ///< the hash of client_key: enough to recognise a client, not to pose as one
    Digest server_key;
};

ScramKeys scram_keys(SaslMechanism mechanism, const Digest& salted_password) noexcept;

/// What a client signs and what a server signs: the whole conversation without the proof.
std::string scram_auth_message(ByteView client_first_bare, ByteView server_first,
                               ByteView client_final_without_proof);

}  // namespace txcouchbase::protocol
