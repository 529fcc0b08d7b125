// SPDX-License-Identifier: Apache-2.0
#include "protocol/password_derivation.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

#include "protocol/append.hpp"

namespace txcouchbase::protocol {
namespace {

const char* digest_name(HashFunction function) noexcept {
    switch (function) {
        case HashFunction::md5: return "MD5";
        case HashFunction::sha1: return "SHA1";
        case HashFunction::sha256: return "SHA256";
        case HashFunction::sha512: return "SHA512";
    }
    return "";
}

}  // namespace

/// HMAC with its key in place: a round needs no more than the message.
struct PasswordDerivation::Keyed {
    Keyed(HashFunction function, ByteView password) noexcept : size(digest_size(function)) {
        EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        if (mac == nullptr) return;
        context = EVP_MAC_CTX_new(mac);
        EVP_MAC_free(mac);
        OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(
                                       OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest_name(function)), 0),
                                   OSSL_PARAM_construct_end()};
        // A key of no bytes must still be a key: a null one would mean "the same as before".
        const auto* key = reinterpret_cast<const unsigned char*>(password.empty() ? "" : password.data());
        is_ready = context != nullptr && EVP_MAC_init(context, key, password.size(), parameters) == 1;
    }
    Keyed(const Keyed&) = delete;
    Keyed& operator=(const Keyed&) = delete;
    ~Keyed() { EVP_MAC_CTX_free(context); }

    Digest operator()(ByteView message) noexcept {
        if (!is_ready) return {};
        unsigned char out[EVP_MAX_MD_SIZE];
        std::size_t written = 0;
        const bool is_computed =
            EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
            EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(message.data()), message.size()) ==
                1 &&
            EVP_MAC_final(context, out, &written, sizeof out) == 1 && written == size;
        const Digest digest = is_computed ? Digest{{reinterpret_cast<const char*>(out), written}} : Digest{};
        wipe(out, sizeof out);
        return digest;
    }

    EVP_MAC_CTX* context = nullptr;
    std::size_t size;
    bool is_ready = false;
};

PasswordDerivation::PasswordDerivation(SaslMechanism mechanism, ByteView password, ByteView salt,
                                       std::uint32_t iterations)
    : keyed_(std::make_unique<Keyed>(scram_hash(mechanism), password)), rounds_left_(iterations) {
    std::string first{salt};
    append_number(first, std::uint32_t{1});  // the number of the only block
    last_ = (*keyed_)(first);
    if (iterations == 0 || last_.empty()) {
        fail();
        return;
    }
    result_ = last_;
    --rounds_left_;
}

PasswordDerivation::~PasswordDerivation() = default;
PasswordDerivation::PasswordDerivation(PasswordDerivation&&) noexcept = default;
PasswordDerivation& PasswordDerivation::operator=(PasswordDerivation&&) noexcept = default;

bool PasswordDerivation::fail() noexcept {
    result_ = Digest{};
    rounds_left_ = 0;
    return true;
}

bool PasswordDerivation::advance(std::uint32_t rounds) noexcept {
    for (; rounds != 0 && rounds_left_ != 0; --rounds, --rounds_left_) {
        last_ = (*keyed_)(last_.view());
        if (last_.empty()) return fail();
        result_ = exclusive_or(result_, last_.view());
    }
    return rounds_left_ == 0;
}

}  // namespace txcouchbase::protocol
