// The SCRAM conversations of aux_vectors.json with everything that is computed on the way.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/base64.hpp"
#include "protocol/sasl.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {

struct ScramVector {
    std::string name;
    SaslMechanism mechanism;
    std::string user, password;
    std::string client_first, server_first, client_final, server_final;
    std::string nonce, server_nonce, salt;
    std::uint32_t iterations;
    std::string salted_password, client_key, stored_key, server_key;
    std::string auth_message;
};

inline ScramVector scram_vector(const std::string& name, const nlohmann::json& v) {
    const auto text = [&](const char* member) { return v.at(member).get<std::string>(); };
    const std::string first = text("server_first");
    const std::size_t salt = first.find(",s="), count = first.find(",i=");
    const std::string client_first = text("client_first");
    const std::string nonce = client_first.substr(client_first.find(",r=") + 3);
    return {.name = name,
            // "SCRAM-SHA512-escaped-user" is of the mechanism that its name begins with.
            .mechanism = find_sasl_mechanism(name.substr(0, name.find('-', 6))).value(),
            .user = text("username"),
            .password = text("password"),
            .client_first = client_first,
            .server_first = first,
            .client_final = text("client_final"),
            .server_final = text("server_final"),
            .nonce = nonce,
            .server_nonce = first.substr(2 + nonce.size(), salt - 2 - nonce.size()),
            .salt = base64_decode(ByteView{first}.substr(salt + 3, count - salt - 3)).value(),
            .iterations = static_cast<std::uint32_t>(std::stoul(first.substr(count + 3))),
            .salted_password = unhex(text("salted_password_hex")),
            .client_key = unhex(text("client_key_hex")),
            .stored_key = unhex(text("stored_key_hex")),
            .server_key = unhex(text("server_key_hex")),
            .auth_message = text("auth_message")};
}

inline const std::vector<ScramVector>& scram_vectors() {
    static const std::vector<ScramVector> vectors = [] {
        std::vector<ScramVector> read;
        for (const auto& [name, v] : aux_vectors().at("scram").items()) read.push_back(scram_vector(name, v));
        return read;
    }();
    return vectors;
}

}  // namespace txcouchbase::protocol
