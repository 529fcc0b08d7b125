// SPDX-License-Identifier: Apache-2.0
#include "protocol/scram_server.hpp"

#include "protocol/base64.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr ByteView no_channel_binding = "n,,";
constexpr ByteView no_channel_binding_in_base64 = "biws";
constexpr ByteView proof_prefix = ",p=";

}  // namespace

ScramVerifier make_scram_verifier(SaslMechanism mechanism, ByteView password, ByteView salt,
                                  std::uint32_t iterations) {
    const ScramKeys keys = scram_keys(mechanism, salted_password(mechanism, password, salt, iterations));
    return {std::string(salt), iterations, keys.stored_key, keys.server_key};
}

ScramVerifier make_decoy_verifier(SaslMechanism mechanism, ByteView server_secret, ByteView user,
                                  std::uint32_t iterations) {
    const Digest salt = hmac(scram_hash(mechanism), server_secret, user);
    // The keys stay empty, and nothing equals an empty digest.
    return {std::string(salt.view()), iterations, Digest{}, Digest{}};
}

SaslOutcome ScramServer::start(ByteView client_first) {
    if (step_ != Step::fresh) return fail(SaslError::unexpected_message);
    if (client_first.size() > max_sasl_message) return fail(SaslError::message_too_large);
    if (!client_first.starts_with(no_channel_binding)) return fail(SaslError::bad_message);
    client_first_bare_ = client_first.substr(no_channel_binding.size());
    const auto attributes = ScramAttributes::read(client_first_bare_);
    if (!attributes) return fail(SaslError::bad_message);
    const SaslError error = check_client_first(*attributes);
    if (error != SaslError::none) return fail(error);
    step_ = Step::awaiting_key;
    return SaslOutcome::need_key;
}

SaslError ScramServer::check_client_first(const ScramAttributes& attributes) {
    if (attributes['m']) return SaslError::mandatory_extension;
    const auto &user = attributes['n'], &nonce = attributes['r'];
    if (!user || !nonce) return SaslError::missing_attribute;
    if (!is_scram_nonce(*nonce)) return SaslError::bad_nonce;
    auto unescaped = scram_unescape(*user);
    if (!unescaped) return SaslError::bad_message;
    user_ = std::move(*unescaped);
    nonce_.insert(0, *nonce);
    return SaslError::none;
}

SaslOutcome ScramServer::supply(ScramVerifier verifier) {
    if (step_ != Step::awaiting_key) return fail(SaslError::unexpected_message);
    verifier_ = std::move(verifier);
    response_ =
        "r=" + nonce_ + ",s=" + base64_encode(verifier_.salt) + ",i=" + std::to_string(verifier_.iterations);
    step_ = Step::challenged;
    return SaslOutcome::respond;
}

SaslOutcome ScramServer::step(ByteView client_final) {
    if (step_ != Step::challenged) return fail(SaslError::unexpected_message);
    if (client_final.size() > max_sasl_message) return fail(SaslError::message_too_large);
    const auto attributes = ScramAttributes::read(client_final);
    if (!attributes) return fail(SaslError::bad_message);
    const SaslError error = check_client_final(*attributes);
    if (error != SaslError::none) return fail(error);
    const auto proof = base64_decode(*(*attributes)['p']);
    // The proof signs everything before it, so nothing may follow it.
    const std::size_t signed_size = client_final.rfind(proof_prefix);
    if (!proof || signed_size == ByteView::npos || client_final.find(',', signed_size + 1) != ByteView::npos)
        return fail(SaslError::bad_message);

    const HashFunction function = scram_hash(mechanism_);
    const std::string signed_text =
        scram_auth_message(client_first_bare_, response_, client_final.substr(0, signed_size));
    const Digest client_key = exclusive_or(hmac(function, verifier_.stored_key, signed_text), *proof);
    if (!equal_in_constant_time(hash(function, client_key).view(), verifier_.stored_key.view()))
        return fail(SaslError::rejected);
    response_ = "v=" + base64_encode(hmac(function, verifier_.server_key, signed_text).view());
    step_ = Step::over;
    return SaslOutcome::done;
}

SaslError ScramServer::check_client_final(const ScramAttributes& attributes) const {
    if (attributes['m']) return SaslError::mandatory_extension;
    const auto &binding = attributes['c'], &nonce = attributes['r'], &proof = attributes['p'];
    if (!binding || !nonce || !proof) return SaslError::missing_attribute;
    if (*binding != no_channel_binding_in_base64) return SaslError::bad_message;
    return *nonce == nonce_ ? SaslError::none : SaslError::nonce_mismatch;
}

SaslOutcome ScramServer::fail(SaslError error) noexcept {
    step_ = Step::over;
    if (error_ == SaslError::none) error_ = error;
    return SaslOutcome::failed;
}

}  // namespace txcouchbase::protocol
