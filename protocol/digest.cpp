// SPDX-License-Identifier: Apache-2.0
#include "protocol/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <limits>

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t int_max = std::numeric_limits<int>::max();

const EVP_MD* algorithm(HashFunction function) noexcept {
    switch (function) {
        case HashFunction::md5: return EVP_md5();
        case HashFunction::sha1: return EVP_sha1();
        case HashFunction::sha256: return EVP_sha256();
        case HashFunction::sha512: return EVP_sha512();
    }
    return nullptr;
}

const unsigned char* octets(ByteView bytes) noexcept {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// A buffer for the library to write into, wiped on the way out.
struct Scratch {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;

    Digest digest() const noexcept { return Digest{{reinterpret_cast<const char*>(bytes.data()), size}}; }
    ~Scratch() { wipe(bytes.data(), bytes.size()); }
};

}  // namespace

Digest::Digest(ByteView bytes) noexcept : size_(std::min(bytes.size(), bytes_.size())) {
    std::copy_n(bytes.data(), size_, bytes_.data());
}

std::size_t digest_size(HashFunction function) noexcept {
    switch (function) {
        case HashFunction::md5: return 16;
        case HashFunction::sha1: return 20;
        case HashFunction::sha256: return 32;
        case HashFunction::sha512: return 64;
    }
    return 0;
}

Digest hash(HashFunction function, ByteView message) noexcept {
    Scratch out;
    const int ok =
        EVP_Digest(message.data(), message.size(), out.bytes.data(), &out.size, algorithm(function), nullptr);
    return ok == 1 ? out.digest() : Digest{};
}

Digest hash(HashFunction function, const Digest& message) noexcept {
    return message.empty() ? Digest{} : hash(function, message.view());
}

Digest hmac(HashFunction function, ByteView key, ByteView message) noexcept {
    if (key.size() > int_max) return {};
    Scratch out;
    const bool ok = HMAC(algorithm(function), key.data(), static_cast<int>(key.size()), octets(message),
                         message.size(), out.bytes.data(), &out.size) != nullptr;
    return ok ? out.digest() : Digest{};
}

Digest hmac(HashFunction function, const Digest& key, ByteView message) noexcept {
    return key.empty() ? Digest{} : hmac(function, key.view(), message);
}

Digest pbkdf2(HashFunction function, ByteView password, ByteView salt, std::uint32_t iterations) noexcept {
    if (password.size() > int_max || salt.size() > int_max || iterations == 0 || iterations > int_max)
        return {};
    Scratch out;
    out.size = static_cast<unsigned int>(digest_size(function));
    const int ok = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(salt),
                                     static_cast<int>(salt.size()), static_cast<int>(iterations),
                                     algorithm(function), static_cast<int>(out.size), out.bytes.data());
    return ok == 1 ? out.digest() : Digest{};
}

Digest exclusive_or(const Digest& a, ByteView b) noexcept {
    if (a.view().size() != b.size()) return {};
    Scratch out;
    out.size = static_cast<unsigned int>(b.size());
    std::transform(b.begin(), b.end(), a.view().begin(), out.bytes.begin(),
                   [](char x, char y) { return static_cast<unsigned char>(x ^ y); });
    return out.digest();
}

}  // namespace txcouchbase::protocol
