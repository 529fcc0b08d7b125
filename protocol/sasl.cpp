// SPDX-License-Identifier: Apache-2.0
#include "protocol/sasl.hpp"

#include <algorithm>
#include <array>

namespace txcouchbase::protocol {
namespace {

using enum SaslMechanism;

constexpr std::array over_tls{plain, scram_sha512, scram_sha256, scram_sha1, cram_md5};
constexpr std::array in_clear{scram_sha512, scram_sha256, scram_sha1};
constexpr std::array in_clear_with_plain{scram_sha512, scram_sha256, scram_sha1, cram_md5, plain};

constexpr std::string_view nul{"\0", 1};

bool equal_but_case(std::string_view upper, std::string_view any) noexcept {
    return std::equal(upper.begin(), upper.end(), any.begin(), any.end(),
                      [](char u, char c) { return u == (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
}

bool is_name_of(SaslMechanism mechanism, std::string_view text) noexcept {
    const std::string_view own = name(mechanism);
    if (equal_but_case(own, text)) return true;
    constexpr std::size_t dash = std::string_view{"SCRAM-SHA"}.size();
    return is_scram(mechanism) && text.size() == own.size() + 1 && text[dash] == '-' &&
           equal_but_case(own.substr(0, dash), text.substr(0, dash)) &&
           equal_but_case(own.substr(dash), text.substr(dash + 1));
}

/// The name by which it is offered; empty when it is not.
std::string_view name_in(std::string_view offered, SaslMechanism mechanism) noexcept {
    while (!offered.empty()) {
        const std::string_view next = offered.substr(0, offered.find(' '));
        if (is_name_of(mechanism, next)) return next;
        offered.remove_prefix(std::min(next.size() + 1, offered.size()));
    }
    return {};
}

template <class Preferences>
std::optional<SaslOffer> first_offered(std::string_view offered, const Preferences& preferences) noexcept {
    for (const SaslMechanism mechanism : preferences)
        if (const std::string_view name = name_in(offered, mechanism); !name.empty())
            return SaslOffer{mechanism, name};
    return std::nullopt;
}

std::string hex(ByteView bytes) {
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        text += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 0xf]};
    }
    return text;
}

}  // namespace

std::string_view name(SaslMechanism mechanism) noexcept {
    switch (mechanism) {
        case plain: return "PLAIN";
        case cram_md5: return "CRAM-MD5";
        case scram_sha1: return "SCRAM-SHA1";
        case scram_sha256: return "SCRAM-SHA256";
        case scram_sha512: return "SCRAM-SHA512";
    }
    return "unknown";
}

std::optional<SaslMechanism> find_sasl_mechanism(std::string_view wanted) noexcept {
    for (const SaslMechanism mechanism : over_tls)
        if (is_name_of(mechanism, wanted)) return mechanism;
    return std::nullopt;
}

std::string_view name(SaslError error) noexcept {
    switch (error) {
        case SaslError::none: return "none";
        case SaslError::bad_credentials: return "bad_credentials";
        case SaslError::bad_nonce: return "bad_nonce";
        case SaslError::crypto_failed: return "crypto_failed";
        case SaslError::message_too_large: return "message_too_large";
        case SaslError::bad_message: return "bad_message";
        case SaslError::missing_attribute: return "missing_attribute";
        case SaslError::mandatory_extension: return "mandatory_extension";
        case SaslError::nonce_mismatch: return "nonce_mismatch";
        case SaslError::bad_salt: return "bad_salt";
        case SaslError::bad_iteration_count: return "bad_iteration_count";
        case SaslError::server_error: return "server_error";
        case SaslError::bad_signature: return "bad_signature";
        case SaslError::early_success: return "early_success";
        case SaslError::rejected: return "rejected";
        case SaslError::unexpected_message: return "unexpected_message";
    }
    return "unknown";
}

std::optional<SaslOffer> choose_sasl_mechanism(std::string_view offered, ChannelSecurity security,
                                               PlainInClear plain_in_clear) noexcept {
    if (security == ChannelSecurity::tls) return first_offered(offered, over_tls);
    if (plain_in_clear == PlainInClear::allowed) return first_offered(offered, in_clear_with_plain);
    return first_offered(offered, in_clear);
}

Secret plain_message(ByteView user, ByteView password) {
    // The authorisation id before the first NUL stays empty: it is for acting as somebody else.
    return Secret{{nul, user, nul, password}};
}

std::optional<PlainCredentials> read_plain_message(ByteView message) noexcept {
    const std::size_t user = message.find('\0') + 1;
    const std::size_t password = user == 0 ? 0 : message.find('\0', user) + 1;
    if (password == 0) return std::nullopt;
    if (message.size() > password && message.ends_with('\0')) message.remove_suffix(1);
    const PlainCredentials read{message.substr(user, password - 1 - user), message.substr(password)};
    if (read.password.find('\0') != ByteView::npos) return std::nullopt;
    return read;
}

std::string cram_md5_response(ByteView user, ByteView password, ByteView challenge) {
    const Digest proof = hmac(HashFunction::md5, password, challenge);
    if (proof.empty()) return {};
    return std::string(user).append(" ").append(hex(proof.view()));
}

}  // namespace txcouchbase::protocol
