// SPDX-License-Identifier: Apache-2.0
#include "protocol/sasl_client.hpp"

#include "protocol/base64.hpp"

namespace txcouchbase::protocol {
namespace {

bool is_sendable(ByteView credential) noexcept {
    return credential.size() <= max_sasl_message && credential.find('\0') == ByteView::npos;
}

/// What has to be kept of the password.
Secret kept(SaslMechanism mechanism, ByteView user, ByteView password) {
    switch (mechanism) {
        case SaslMechanism::plain: return plain_message(user, password);
        case SaslMechanism::cram_md5: return Secret{{password}};
        default: return Secret{};
    }
}

}  // namespace

SaslClient::SaslClient(SaslMechanism mechanism, ByteView user, ByteView password, ByteView nonce,
                       ScramLimits limits)
    : mechanism_(mechanism),
      limits_(limits),
      user_(user),
      secret_(kept(mechanism, user, password)),
      nonce_(nonce) {
    if (!is_sendable(user) || !is_sendable(password))
        fail(SaslError::bad_credentials);
    else if (is_scram(mechanism) && !is_scram_nonce(nonce))
        fail(SaslError::bad_nonce);
}

SaslOutcome SaslClient::start() {
    if (step_ != Step::fresh) return fail(SaslError::unexpected_message);
    if (mechanism_ == SaslMechanism::plain) return respond(Step::sent_final);
    if (mechanism_ == SaslMechanism::cram_md5) return respond(Step::sent_first);
    client_first_bare_ = "n=" + scram_escape(user_) + ",r=" + nonce_;
    response_ = "n,," + client_first_bare_;
    return respond(Step::sent_first);
}

SaslOutcome SaslClient::step(ByteView challenge) {
    if (step_ == Step::sent_final && is_scram(mechanism_)) return read_early_proof(challenge);
    if (step_ != Step::sent_first) return fail(SaslError::unexpected_message);
    if (challenge.size() > max_sasl_message) return fail(SaslError::message_too_large);
    return is_scram(mechanism_) ? read_server_first(challenge) : answer_cram_md5(challenge);
}

SaslOutcome SaslClient::answer_cram_md5(ByteView challenge) {
    // A server that always asks for the digest of nothing would collect the same answer from everybody.
    if (challenge.empty()) return fail(SaslError::bad_message);
    response_ = cram_md5_response(user_, secret_.view(), challenge);
    return response_.empty() ? fail(SaslError::crypto_failed) : respond(Step::sent_final);
}

SaslOutcome SaslClient::read_server_first(ByteView server_first) {
    const auto attributes = ScramAttributes::read(server_first);
    if (!attributes) return fail(SaslError::bad_message);
    const SaslError error = check_server_first(*attributes);
    if (error != SaslError::none) return fail(error);
    server_first_ = server_first;
    step_ = Step::awaiting_key;
    return SaslOutcome::need_key;
}

SaslError SaslClient::check_server_first(const ScramAttributes& attributes) {
    if (attributes['m']) return SaslError::mandatory_extension;
    if (attributes['e']) return SaslError::server_error;
    const auto &nonce = attributes['r'], &salt = attributes['s'], &count = attributes['i'];
    if (!nonce || !salt || !count) return SaslError::missing_attribute;
    if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size() || !is_scram_nonce(*nonce))
        return SaslError::nonce_mismatch;
    auto decoded = base64_decode(*salt);
    if (!decoded || decoded->empty()) return SaslError::bad_salt;
    const std::uint32_t iterations = read_iteration_count(*count).value_or(0);
    if (iterations < limits_.min_iterations || iterations > limits_.max_iterations)
        return SaslError::bad_iteration_count;
    combined_nonce_ = *nonce;
    salt_ = std::move(*decoded);
    iterations_ = iterations;
    return SaslError::none;
}

SaslOutcome SaslClient::supply(const Digest& salted_password) {
    if (step_ != Step::awaiting_key) return fail(SaslError::unexpected_message);
    const HashFunction function = scram_hash(mechanism_);
    // A digest of another mechanism, or none at all: no proof made with it could be right.
    if (salted_password.view().size() != digest_size(function)) return fail(SaslError::crypto_failed);

    const ScramKeys keys = scram_keys(mechanism_, salted_password);
    response_ = "c=biws,r=" + combined_nonce_;
    const std::string signed_text = scram_auth_message(client_first_bare_, server_first_, response_);
    const Digest proof = exclusive_or(keys.client_key, hmac(function, keys.stored_key, signed_text).view());
    expected_signature_ = hmac(function, keys.server_key, signed_text);
    if (proof.empty() || expected_signature_.empty()) return fail(SaslError::crypto_failed);
    response_ += ",p=" + base64_encode(proof.view());
    return respond(Step::sent_final);
}

SaslOutcome SaslClient::read_early_proof(ByteView server_final) {
    const SaslError error = check_server_final(server_final);
    if (error != SaslError::none) return fail(error);
    response_.clear();
    return respond(Step::proved);
}

SaslOutcome SaslClient::finish(ByteView server_final) {
    if (step_ == Step::sent_first || step_ == Step::awaiting_key) return fail(SaslError::early_success);
    if (step_ != Step::sent_final && step_ != Step::proved) return fail(SaslError::unexpected_message);
    if (is_scram(mechanism_) && step_ != Step::proved) {
        const SaslError error = check_server_final(server_final);
        if (error != SaslError::none) return fail(error);
    }
    step_ = Step::over;
    return SaslOutcome::done;
}

SaslError SaslClient::check_server_final(ByteView server_final) const {
    if (server_final.size() > max_sasl_message) return SaslError::message_too_large;
    const auto attributes = ScramAttributes::read(server_final);
    if (!attributes) return SaslError::bad_message;
    if ((*attributes)['m']) return SaslError::mandatory_extension;
    if ((*attributes)['e']) return SaslError::server_error;
    const auto& value = (*attributes)['v'];
    if (!value) return SaslError::missing_attribute;
    const auto signature = base64_decode(*value);
    const bool proved = signature && equal_in_constant_time(*signature, expected_signature_.view());
    return proved ? SaslError::none : SaslError::bad_signature;
}

SaslOutcome SaslClient::respond(Step next) noexcept {
    step_ = next;
    return SaslOutcome::respond;
}

SaslOutcome SaslClient::fail(SaslError error) noexcept {
    step_ = Step::over;
    // The first cause is the one worth knowing.
    if (error_ == SaslError::none) error_ = error;
    return SaslOutcome::failed;
}

}  // namespace txcouchbase::protocol
