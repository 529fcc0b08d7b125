// The slow part of a SCRAM login in slices, so that an event loop has turns between them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "protocol/scram.hpp"

namespace txcouchbase::protocol {

/**
 * Computes what salted_password() does, a number of rounds at a time.
 *
 *     PasswordDerivation derivation{mechanism, password, salt, iterations};
 *     while (!derivation.advance(1'000)) { ...a turn of the loop... }
 *     use(derivation.result());
 *
 * Lifetime: keeps nothing of the password but a keyed hash, which is wiped with it.
 * Errors:   an empty result for a count of 0, or when the crypto library refuses; it is done at once then.
 * Cost:     a round is two short hashes; 1,000 of SHA-512 take about a millisecond.
 * Spec:     RFC 5802, Hi(); RFC 8018, PBKDF2 with one block.
 */
class PasswordDerivation {
public:
    PasswordDerivation(SaslMechanism mechanism, ByteView password, ByteView salt, std::uint32_t iterations);
    ~PasswordDerivation();
    PasswordDerivation(PasswordDerivation&&) noexcept;
    PasswordDerivation& operator=(PasswordDerivation&&) noexcept;

    /// Whether it is done.
    bool advance(std::uint32_t rounds) noexcept;
    const Digest& result() const noexcept { return result_; }

private:
    struct Keyed;
    bool fail() noexcept;

    std::unique_ptr<Keyed> keyed_;
    Digest last_;
    Digest result_;
    std::uint32_t rounds_left_;
};

}  // namespace txcouchbase::protocol
