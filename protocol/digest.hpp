// Hashes, keyed hashes and derived keys, in values that wipe themselves.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "protocol/bytes.hpp"
#include "protocol/secret.hpp"

namespace txcouchbase::protocol {

enum class HashFunction : std::uint8_t { md5, sha1, sha256, sha512 };

/// 16, 20, 32 or 64.
std::size_t digest_size(HashFunction function) noexcept;

/// What a hash function gives, or a key of that size. Empty when the crypto library refused (MD5 in a FIPS
/// configuration, say). What is computed from an empty digest is empty too, and equals nothing: a failure can never
/// turn into a key that everybody knows.
class Digest {
public:
    Digest() noexcept = default;
    /// A copy of the first 64 bytes at most.
    explicit Digest(ByteView bytes) noexcept;
    Digest(const Digest&) noexcept = default;
    Digest& operator=(const Digest&) noexcept = default;
    ~Digest() { wipe(bytes_.data(), bytes_.size()); }

    ByteView view() const noexcept { return {bytes_.data(), size_}; }
    bool empty() const noexcept { return size_ == 0; }

private:
    std::array<char, 64> bytes_{};
    std::size_t size_ = 0;
};

Digest hash(HashFunction function, ByteView message) noexcept;
Digest hash(HashFunction function, const Digest& message) noexcept;

/// The key may be empty where it is a user's; a derived key may not (see Digest).
Digest hmac(HashFunction function, ByteView key, ByteView message) noexcept;
Digest hmac(HashFunction function, const Digest& key, ByteView message) noexcept;

/// PBKDF2 with HMAC, as long as the digest. Its time grows with the iterations: keep it off the event loop.
Digest pbkdf2(HashFunction function, ByteView password, ByteView salt, std::uint32_t iterations) noexcept;

/// Bit by bit. Empty when the sizes differ.
Digest exclusive_or(const Digest& a, ByteView b) noexcept;

}  // namespace txcouchbase::protocol
