// SPDX-License-Identifier: Apache-2.0
#include "protocol/scram.hpp"

#include <algorithm>
#include <charconv>

namespace txcouchbase::protocol {
namespace {

bool is_control(char c) noexcept {
    return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f;
}

bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}

bool is_letter(char c) noexcept {
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::optional<ScramAttributes> ScramAttributes::read(ByteView text) noexcept {
    if (std::any_of(text.begin(), text.end(), is_control)) return std::nullopt;
    ScramAttributes attributes;
    while (true) {
        const std::size_t end = text.find(',');
        if (!attributes.add(text.substr(0, end))) return std::nullopt;
        if (end == ByteView::npos) return attributes;
        text.remove_prefix(end + 1);
    }
}

bool ScramAttributes::add(ByteView attribute) noexcept {
    if (attribute.size() < 2 || !is_letter(attribute[0]) || attribute[1] != '=') return false;
    // No capital letter has a meaning yet; the RFC has us skip what we do not know.
    if (!is_lower(attribute[0])) return true;
    auto& value = values_[static_cast<std::size_t>(attribute[0] - 'a')];
    if (value) return false;
    value = attribute.substr(2);
    return true;
}

std::string scram_escape(ByteView user) {
    std::string escaped;
    for (const char c : user) {
        if (c == '=')
            escaped += "=3D";
        else if (c == ',')
            escaped += "=2C";
        else
            escaped += c;
    }
    return escaped;
}

std::optional<std::string> scram_unescape(ByteView user) {
    std::string plain;
    for (std::size_t i = 0; i < user.size(); ++i) {
        if (user[i] != '=') {
            plain += user[i];
            continue;
        }
        const ByteView escape = user.substr(i, 3);
        if (escape != "=3D" && escape != "=2C") return std::nullopt;
        plain += escape == "=3D" ? '=' : ',';
        i += 2;
    }
    return plain;
}

bool is_scram_nonce(ByteView nonce) noexcept {
    return !nonce.empty() &&
           std::all_of(nonce.begin(), nonce.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != ','; });
}

std::optional<std::uint32_t> read_iteration_count(ByteView digits) noexcept {
    if (digits.starts_with('0')) return std::nullopt;
    std::uint32_t count = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, count);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return count;
}

HashFunction scram_hash(SaslMechanism mechanism) noexcept {
    switch (mechanism) {
        case SaslMechanism::scram_sha1: return HashFunction::sha1;
        case SaslMechanism::scram_sha256: return HashFunction::sha256;
        default: return HashFunction::sha512;
    }
}

Digest salted_password(SaslMechanism mechanism, ByteView password, ByteView salt,
                       std::uint32_t iterations) noexcept {
    return pbkdf2(scram_hash(mechanism), password, salt, iterations);
}

ScramKeys scram_keys(SaslMechanism mechanism, const Digest& salted_password) noexcept {
    const HashFunction function = scram_hash(mechanism);
    const Digest client_key = hmac(function, salted_password, "Client Key");
    return {client_key, hash(function, client_key), hmac(function, salted_password, "Server Key")};
}

std::string scram_auth_message(ByteView client_first_bare, ByteView server_first,
                               ByteView client_final_without_proof) {
    std::string message;
    message.append(client_first_bare).append(",").append(server_first).append(",");
    return message.append(client_final_without_proof);
}

}  // namespace txcouchbase::protocol
