// SPDX-License-Identifier: Apache-2.0
#include "protocol/scram_server.hpp"

#include <gtest/gtest.h>

#include "protocol/sasl_client.hpp"
#include "tests/unit/protocol/scram_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using enum SaslOutcome;

ScramVerifier verifier_of(const ScramVector& v) {
    return {v.salt, v.iterations, Digest{v.stored_key}, Digest{v.server_key}};
}

const ScramVector& sha256_vector() {
    for (const ScramVector& v : scram_vectors())
        if (v.mechanism == SaslMechanism::scram_sha256) return v;
    throw std::runtime_error("no SCRAM-SHA256 vector");
}

SaslError error_of_client_first(ByteView client_first) {
    ScramServer server{SaslMechanism::scram_sha256, "server"};
    const SaslOutcome outcome = server.start(client_first);
    EXPECT_EQ(outcome == failed, server.error() != SaslError::none);
    return server.error();
}

/// A server of a vector, which has sent its challenge.
struct Challenged {
    explicit Challenged(const ScramVector& v) : server(v.mechanism, v.server_nonce) {
        EXPECT_EQ(server.start(v.client_first), need_key);
        EXPECT_EQ(server.supply(verifier_of(v)), respond);
    }
    ScramServer server;
};

SaslError error_of_client_final(ByteView client_final) {
    Challenged challenged{sha256_vector()};
    const SaslOutcome outcome = challenged.server.step(client_final);
    EXPECT_EQ(outcome == failed, challenged.server.error() != SaslError::none);
    return challenged.server.error();
}

/// How the whole conversation ends for a client with this user and password, when only "user"/"pencil" exists.
SaslError error_of_login(ByteView user, ByteView password) {
    constexpr auto mechanism = SaslMechanism::scram_sha512;
    SaslClient client{mechanism, user, password, "client"};
    ScramServer server{mechanism, "server"};
    EXPECT_EQ(client.start(), respond);
    EXPECT_EQ(server.start(client.response()), need_key);
    EXPECT_EQ(server.supply(server.user() == "user"
                                ? make_scram_verifier(mechanism, "pencil", std::string(64, 's'), 1000)
                                : make_decoy_verifier(mechanism, "server secret", server.user(), 1000)),
              respond);
    EXPECT_EQ(client.step(server.response()), need_key);
    EXPECT_EQ(client.supply(salted_password(mechanism, password, client.salt(), client.iterations())),
              respond);
    const SaslOutcome outcome = server.step(client.response());
    EXPECT_EQ(outcome, server.error() == SaslError::none ? done : failed);
    return server.error();
}

TEST(ScramServer, EveryVectorIsSpokenWordForWord) {
    for (const ScramVector& v : scram_vectors()) {
        SCOPED_TRACE(v.name);
        ScramServer server{v.mechanism, v.server_nonce};
        ASSERT_EQ(server.start(v.client_first), need_key);
        EXPECT_EQ(server.user(), v.user);
        ASSERT_EQ(server.supply(make_scram_verifier(v.mechanism, v.password, v.salt, v.iterations)), respond);
        EXPECT_EQ(server.response(), v.server_first);
        ASSERT_EQ(server.step(v.client_final), done);
        EXPECT_EQ(server.response(), v.server_final);
        EXPECT_EQ(server.error(), SaslError::none);
    }
}

TEST(ScramServer, AVerifierHoldsTheVectorsKeys) {
    for (const ScramVector& v : scram_vectors()) {
        const ScramVerifier verifier = make_scram_verifier(v.mechanism, v.password, v.salt, v.iterations);
        EXPECT_EQ(verifier.stored_key.view(), v.stored_key);
        EXPECT_EQ(verifier.server_key.view(), v.server_key);
    }
}

TEST(ScramServer, AWrongPasswordAndAnUnknownUserAreRejectedAlike) {
    EXPECT_EQ(error_of_login("user", "pencil"), SaslError::none);
    EXPECT_EQ(error_of_login("user", "Pencil"), SaslError::rejected);
    EXPECT_EQ(error_of_login("user", ""), SaslError::rejected);
    EXPECT_EQ(error_of_login("nobody", "pencil"), SaslError::rejected);
    EXPECT_EQ(error_of_login("nobody", ""), SaslError::rejected);
}

TEST(ScramServer, AnUnknownUsersSaltIsTheSameEachTimeAndLooksLikeAnyOther) {
    const auto salt = [](SaslMechanism mechanism, ByteView user) {
        return make_decoy_verifier(mechanism, "server secret", user, 15'000).salt;
    };
    EXPECT_EQ(salt(SaslMechanism::scram_sha512, "nobody").size(), 64u);
    EXPECT_EQ(salt(SaslMechanism::scram_sha256, "nobody").size(), 32u);
    EXPECT_EQ(salt(SaslMechanism::scram_sha1, "nobody").size(), 20u);
    EXPECT_EQ(salt(SaslMechanism::scram_sha1, "nobody"), salt(SaslMechanism::scram_sha1, "nobody"));
    EXPECT_NE(salt(SaslMechanism::scram_sha1, "nobody"), salt(SaslMechanism::scram_sha1, "somebody"));
}

TEST(ScramServer, AConversationReplayedToAnotherNonceIsRefused) {
    const ScramVector& v = sha256_vector();
    ScramServer server{v.mechanism, "another nonce of the server"};
    ASSERT_EQ(server.start(v.client_first), need_key);
    ASSERT_EQ(server.supply(verifier_of(v)), respond);
    EXPECT_EQ(server.step(v.client_final), failed);
    EXPECT_EQ(server.error(), SaslError::nonce_mismatch);
}

TEST(ScramServer, AReplayedProofUnderTheNewNonceIsRejected) {
    const ScramVector& v = sha256_vector();
    ScramServer server{v.mechanism, "another"};
    ASSERT_EQ(server.start(v.client_first), need_key);
    ASSERT_EQ(server.supply(verifier_of(v)), respond);
    const std::string proof = v.client_final.substr(v.client_final.find(",p="));
    EXPECT_EQ(server.step("c=biws,r=" + v.nonce + "another" + proof), failed);
    EXPECT_EQ(server.error(), SaslError::rejected);
}

TEST(ScramServer, NoChangedByteOfTheClientsFinalMessageIsASuccess) {
    for (const ScramVector& v : scram_vectors()) {
        for (std::size_t at = 0; at < v.client_final.size(); ++at) {
            for (int flip = 1; flip < 256; ++flip) {
                std::string changed = v.client_final;
                changed[at] = static_cast<char>(changed[at] ^ flip);
                Challenged challenged{v};
                ASSERT_EQ(challenged.server.step(changed), failed)
                    << v.name << " byte " << at << " ^ " << flip;
            }
        }
    }
}

TEST(ScramServer, NoChangedByteOfTheClientsFirstMessageIsASuccess) {
    for (const ScramVector& v : scram_vectors()) {
        for (std::size_t at = 0; at < v.client_first.size(); ++at) {
            std::string changed = v.client_first;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            ScramServer server{v.mechanism, v.server_nonce};
            SaslOutcome outcome = server.start(changed);
            if (outcome == need_key) outcome = server.supply(verifier_of(v));
            if (outcome == respond) outcome = server.step(v.client_final);
            ASSERT_EQ(outcome, failed) << v.name << " byte " << at;
        }
    }
}

TEST(ScramServer, AFirstMessageThatIsMalformedIsRefusedByName) {
    const std::pair<std::string, SaslError> rows[] = {
        {"", SaslError::bad_message},
        {"n=user,r=abc", SaslError::bad_message},
        {"p=tls-unique,,n=user,r=abc", SaslError::bad_message},
        {"n,a=admin,n=user,r=abc", SaslError::bad_message},
        {"n,,", SaslError::bad_message},
        {"n,,n=user,r=abc,r=abc", SaslError::bad_message},
        {"n,,n=us=er,r=abc", SaslError::bad_message},
        {"n,,n=user", SaslError::missing_attribute},
        {"n,,r=abc", SaslError::missing_attribute},
        {"n,,m=x,n=user,r=abc", SaslError::mandatory_extension},
        {"n,,n=user,r=", SaslError::bad_nonce},
        {"n,,n=user,r=" + std::string(max_sasl_message, 'x'), SaslError::message_too_large}};
    for (const auto& [message, error] : rows) EXPECT_EQ(error_of_client_first(message), error) << message;
}

TEST(ScramServer, TheNonceOfTheNodeJsSdkHasSpacesAndIsWelcome) {
    EXPECT_EQ(error_of_client_first("n,,n=user,r=0x25 0x20 0x62 0x1f"), SaslError::none);
}

TEST(ScramServer, AFinalMessageThatIsMalformedIsRefusedByName) {
    const ScramVector& v = sha256_vector();
    const std::size_t proof_at = v.client_final.find(",p=");
    const std::string without_proof = v.client_final.substr(0, proof_at),
                      proof = v.client_final.substr(proof_at);
    const std::string nonce = without_proof.substr(without_proof.find(",r="));
    const std::pair<std::string, SaslError> rows[] = {
        {"", SaslError::bad_message},
        {without_proof, SaslError::missing_attribute},
        {"c=biws" + proof, SaslError::missing_attribute},
        {nonce.substr(1) + proof, SaslError::missing_attribute},
        {"c=eSws" + nonce + proof, SaslError::bad_message},
        {"c=biws,r=x" + proof, SaslError::nonce_mismatch},
        {"m=x," + v.client_final, SaslError::mandatory_extension},
        {v.client_final + ",x=y", SaslError::bad_message},
        {proof.substr(1) + ",c=biws" + nonce, SaslError::bad_message},
        {without_proof + ",p=", SaslError::rejected},
        {without_proof + ",p=AAAA", SaslError::rejected},
        {without_proof + ",p=A", SaslError::bad_message},
        {without_proof + ",x=" + std::string(max_sasl_message, 'x') + proof, SaslError::message_too_large}};
    for (const auto& [message, error] : rows) EXPECT_EQ(error_of_client_final(message), error) << message;
    EXPECT_EQ(error_of_client_final(v.client_final), SaslError::none);
}

/// The three events a caller can cause.
constexpr int event_count = 3;
SaslOutcome cause(int event, const ScramVector& v, ScramServer& server) {
    switch (event) {
        case 0: return server.start(v.client_first);
        case 1: return server.supply(verifier_of(v));
        default: return server.step(v.client_final);
    }
}

TEST(ScramServer, AnyEventOutOfOrderFailsAndTheFailureStays) {
    const ScramVector& v = sha256_vector();
    for (int reached = 0; reached <= event_count; ++reached) {
        for (int event = 0; event < event_count; ++event) {
            if (event == reached) continue;
            SCOPED_TRACE(std::to_string(event) + " after " + std::to_string(reached));
            ScramServer server{v.mechanism, v.server_nonce};
            for (int i = 0; i < reached; ++i) ASSERT_NE(cause(i, v, server), failed);
            EXPECT_EQ(cause(event, v, server), failed);
            for (int i = 0; i < event_count; ++i) EXPECT_EQ(cause(i, v, server), failed);
            EXPECT_EQ(server.error(), SaslError::unexpected_message);
        }
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
