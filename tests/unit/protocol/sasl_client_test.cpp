// SPDX-License-Identifier: Apache-2.0
#include "protocol/sasl_client.hpp"

#include <gtest/gtest.h>

#include "protocol/scram_server.hpp"
#include "tests/unit/protocol/scram_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using enum SaslMechanism;
using enum SaslOutcome;

constexpr SaslMechanism scram_family[] = {scram_sha1, scram_sha256, scram_sha512};

/// A client of a vector, up to some point of its conversation.
struct Client {
    explicit Client(const ScramVector& v, ScramLimits limits = {})
        : vector(v), sasl(v.mechanism, v.user, v.password, v.nonce, limits) {}

    SaslOutcome supply() {
        return sasl.supply(
            salted_password(sasl.mechanism(), vector.password, sasl.salt(), sasl.iterations()));
    }
    /// Up to the moment when the server has to prove itself.
    void send_final() {
        ASSERT_EQ(sasl.start(), respond);
        ASSERT_EQ(sasl.step(vector.server_first), need_key);
        ASSERT_EQ(sasl.supply(Digest{vector.salted_password}), respond);
    }

    const ScramVector& vector;
    SaslClient sasl;
};

/// What a fresh client says to this server-first.
SaslError error_of_server_first(ByteView server_first, ScramLimits limits = {}) {
    SaslClient client{scram_sha1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL", limits};
    EXPECT_EQ(client.start(), respond);
    const SaslOutcome outcome = client.step(server_first);
    EXPECT_EQ(outcome == failed, client.error() != SaslError::none);
    return client.error();
}

std::string server_first(const std::string& attributes) {
    return "r=fyko+d2lbbFgONRv9qkxdawL" + attributes;
}

const ScramVector& sha1_vector() {
    for (const ScramVector& v : scram_vectors())
        if (v.mechanism == scram_sha1) return v;
    throw std::runtime_error("no SCRAM-SHA1 vector");
}

SaslError error_of_server_final(ByteView server_final) {
    Client client{sha1_vector()};
    client.send_final();
    const SaslOutcome outcome = client.sasl.finish(server_final);
    EXPECT_EQ(outcome == failed, client.sasl.error() != SaslError::none);
    return client.sasl.error();
}

TEST(SaslClient, EveryScramVectorIsSpokenWordForWord) {
    ASSERT_EQ(scram_vectors().size(), 4u);
    for (const ScramVector& v : scram_vectors()) {
        SCOPED_TRACE(v.name);
        Client client{v};
        ASSERT_EQ(client.sasl.start(), respond);
        EXPECT_EQ(client.sasl.response(), v.client_first);
        ASSERT_EQ(client.sasl.step(v.server_first), need_key);
        EXPECT_EQ(client.sasl.salt(), v.salt);
        EXPECT_EQ(client.sasl.iterations(), v.iterations);
        ASSERT_EQ(client.supply(), respond);
        EXPECT_EQ(client.sasl.response(), v.client_final);
        EXPECT_EQ(client.sasl.finish(v.server_final), done);
        EXPECT_EQ(client.sasl.error(), SaslError::none);
    }
}

TEST(SaslClient, ASaltedPasswordFromACacheServesAsWell) {
    for (const ScramVector& v : scram_vectors()) {
        Client client{v};
        client.send_final();
        EXPECT_EQ(client.sasl.response(), v.client_final);
        EXPECT_EQ(client.sasl.finish(v.server_final), done);
    }
}

TEST(SaslClient, PlainIsOneMessageAndTheServersWord) {
    SaslClient client{plain, "user", "pencil"};
    EXPECT_EQ(client.start(), respond);
    EXPECT_EQ(client.response(), (ByteView{"\0user\0pencil", 12}));
    EXPECT_EQ(client.finish("Authenticated"), done);
}

TEST(SaslClient, CramMd5AnswersEveryVectorsChallenge) {
    for (const auto& v : aux_vectors().at("cram_md5")) {
        SaslClient client{cram_md5, v.at("username").get<std::string>(), v.at("password").get<std::string>()};
        EXPECT_EQ(client.start(), respond);
        EXPECT_EQ(client.response(), "");
        EXPECT_EQ(client.step(v.at("challenge").get<std::string>()), respond);
        EXPECT_EQ(client.response(), v.at("response").get<std::string>());
        EXPECT_EQ(client.finish(""), done);
    }
}

TEST(SaslClient, SpeaksWithAServerInEveryScramMechanism) {
    for (const SaslMechanism mechanism : scram_family) {
        SCOPED_TRACE(name(mechanism));
        ScramServer server{mechanism, "0123456789abcdef"};
        SaslClient client{mechanism, "a=b,c", "p@ss=,w", "client nonce with = and blanks"};
        ASSERT_EQ(client.start(), respond);
        ASSERT_EQ(server.start(client.response()), need_key);
        ASSERT_EQ(server.user(), "a=b,c");
        ASSERT_EQ(server.supply(make_scram_verifier(mechanism, "p@ss=,w", "salt", 1000)), respond);
        ASSERT_EQ(client.step(server.response()), need_key);
        ASSERT_EQ(client.supply(salted_password(mechanism, "p@ss=,w", client.salt(), client.iterations())),
                  respond);
        ASSERT_EQ(server.step(client.response()), done);
        EXPECT_EQ(client.finish(server.response()), done);
    }
}

TEST(SaslClient, NoChangedByteOfTheServersFirstMessageLeadsToSuccess) {
    for (const ScramVector& v : scram_vectors()) {
        for (std::size_t at = 0; at < v.server_first.size(); ++at) {
            for (const int flip : {0x01, 0x02, 0x20, 0x80}) {
                std::string changed = v.server_first;
                changed[at] = static_cast<char>(changed[at] ^ flip);
                // A fixed key instead of a derived one: what counts is that the signature no longer fits.
                Client client{v, {1, 200'000}};
                ASSERT_EQ(client.sasl.start(), respond);
                SaslOutcome outcome = client.sasl.step(changed);
                if (outcome == need_key) outcome = client.sasl.supply(Digest{v.salted_password});
                if (outcome == respond) outcome = client.sasl.finish(v.server_final);
                ASSERT_EQ(outcome, failed) << v.name << " byte " << at << " ^ " << flip;
                ASSERT_NE(client.sasl.error(), SaslError::none);
            }
        }
    }
}

TEST(SaslClient, NoChangedByteOfTheServersFinalMessageIsASuccess) {
    for (const ScramVector& v : scram_vectors()) {
        for (std::size_t at = 0; at < v.server_final.size(); ++at) {
            for (int flip = 1; flip < 256; ++flip) {
                std::string changed = v.server_final;
                changed[at] = static_cast<char>(changed[at] ^ flip);
                Client client{v};
                client.send_final();
                ASSERT_EQ(client.sasl.finish(changed), failed) << v.name << " byte " << at << " ^ " << flip;
            }
        }
    }
}

TEST(SaslClient, ANonceThatDoesNotExtendOursIsRefused) {
    EXPECT_EQ(error_of_server_first("r=somebodyelse,s=QSXC,i=4096"), SaslError::nonce_mismatch);
    EXPECT_EQ(error_of_server_first("r=fyko+d2lbbFgONRv9qkxdaw,s=QSXC,i=4096"), SaslError::nonce_mismatch);
    EXPECT_EQ(error_of_server_first(server_first(",s=QSXC,i=4096")), SaslError::nonce_mismatch);
    EXPECT_EQ(error_of_server_first("r=,s=QSXC,i=4096"), SaslError::nonce_mismatch);
    EXPECT_EQ(error_of_server_first(server_first("\xc3,s=QSXC,i=4096")), SaslError::nonce_mismatch);
    EXPECT_EQ(error_of_server_first(server_first("x,s=QSXC,i=4096")), SaslError::none);
}

TEST(SaslClient, AMandatoryExtensionIsRefusedWhereverItStands) {
    EXPECT_EQ(error_of_server_first("m=x," + server_first("x,s=QSXC,i=4096")),
              SaslError::mandatory_extension);
    EXPECT_EQ(error_of_server_first(server_first("x,s=QSXC,i=4096,m=x")), SaslError::mandatory_extension);
    EXPECT_EQ(error_of_server_first("m="), SaslError::mandatory_extension);
    EXPECT_EQ(error_of_server_final("m=x,v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), SaslError::mandatory_extension);
}

TEST(SaslClient, AnExtensionThatIsNotMandatoryIsPassedOver) {
    EXPECT_EQ(error_of_server_first(server_first("x,s=QSXC,i=4096,x=new,Z=too")), SaslError::none);
    EXPECT_EQ(error_of_server_final("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,x=new"), SaslError::none);
}

TEST(SaslClient, EveryAttributeTheServerOwesIsMissed) {
    EXPECT_EQ(error_of_server_first("s=QSXC,i=4096"), SaslError::missing_attribute);
    EXPECT_EQ(error_of_server_first(server_first("x,i=4096")), SaslError::missing_attribute);
    EXPECT_EQ(error_of_server_first(server_first("x,s=QSXC")), SaslError::missing_attribute);
    EXPECT_EQ(error_of_server_final("x=y"), SaslError::missing_attribute);
}

TEST(SaslClient, WhatIsNotAScramMessageIsRefused) {
    for (const char* text : {"", "r", "Authenticated", "r=a,r=b", ",", "<1896@host>"})
        EXPECT_EQ(error_of_server_first(text), SaslError::bad_message) << text;
    for (const char* text : {"", "v", "Authenticated", "v=a,v=b"})
        EXPECT_EQ(error_of_server_final(text), SaslError::bad_message) << text;
}

TEST(SaslClient, ASaltThatIsEmptyOrNotBase64IsRefused) {
    for (const char* salt : {"", "=", "QSX", "QSX!", "QSXC=", "QR=="})
        EXPECT_EQ(error_of_server_first(server_first(std::string("x,s=") + salt + ",i=4096")),
                  SaslError::bad_salt)
            << salt;
}

TEST(SaslClient, IterationCountsAreHeldToTheirBounds) {
    const auto with_count = [](const std::string& count, ScramLimits limits = {}) {
        return error_of_server_first(server_first("x,s=QSXC,i=" + count), limits);
    };
    for (const char* count : {"0", "1", "999", "200001", "2147483648", "4294967296", "18446744073709551617",
                              "-4096", "+4096", "4096 ", "04096", "4e3", "", "many"})
        EXPECT_EQ(with_count(count), SaslError::bad_iteration_count) << count;
    for (const char* count : {"1000", "4096", "15000", "200000"})
        EXPECT_EQ(with_count(count), SaslError::none) << count;
    EXPECT_EQ(with_count("10", {10, 20}), SaslError::none);
    EXPECT_EQ(with_count("20", {10, 20}), SaslError::none);
    EXPECT_EQ(with_count("9", {10, 20}), SaslError::bad_iteration_count);
    EXPECT_EQ(with_count("21", {10, 20}), SaslError::bad_iteration_count);
}

TEST(SaslClient, AnErrorAttributeIsAFailureWhateverElseTheMessageHas) {
    EXPECT_EQ(error_of_server_final("e=invalid-proof"), SaslError::server_error);
    EXPECT_EQ(error_of_server_final("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,e=other-error"), SaslError::server_error);
    EXPECT_EQ(error_of_server_first("e=unknown-user"), SaslError::server_error);
}

TEST(SaslClient, ASignatureThatIsWrongShortOrNotBase64IsRefused) {
    for (const char* value : {"", "rmF9pqV8S7suAoZWja4dJRkFsKU=", "rmF9pqV8S7suAoZWja4dJRkF", "AAAA",
                              "rmF9pqV8S7suAoZWja4dJRkFsKQ",
                              "rmF9pqV8S7suAoZWja4dJRkFsKR=", "rmF9pqV8S7suAoZWja4dJRkFsKQ=AAAA", "\""})
        EXPECT_EQ(error_of_server_final(std::string("v=") + value), SaslError::bad_signature) << value;
}

TEST(SaslClient, ASuccessBeforeTheServerProvedAnythingIsRefused) {
    for (const SaslMechanism mechanism : scram_family) {
        SaslClient at_once{mechanism, "user", "pencil", "nonce"};
        EXPECT_EQ(at_once.start(), respond);
        EXPECT_EQ(at_once.finish(""), failed);
        EXPECT_EQ(at_once.error(), SaslError::early_success);
    }
    Client awaiting_key{sha1_vector()};
    EXPECT_EQ(awaiting_key.sasl.start(), respond);
    EXPECT_EQ(awaiting_key.sasl.step(sha1_vector().server_first), need_key);
    EXPECT_EQ(awaiting_key.sasl.finish(sha1_vector().server_final), failed);
    EXPECT_EQ(awaiting_key.sasl.error(), SaslError::early_success);

    SaslClient cram{cram_md5, "user", "pencil"};
    EXPECT_EQ(cram.start(), respond);
    EXPECT_EQ(cram.finish("Authenticated"), failed);
    EXPECT_EQ(cram.error(), SaslError::early_success);
}

TEST(SaslClient, MessagesOverFourKibibytesAreRefusedUnread) {
    const std::string filling(max_sasl_message, 'x');
    EXPECT_EQ(error_of_server_first(server_first(filling + ",s=QSXC,i=4096")), SaslError::message_too_large);
    EXPECT_EQ(error_of_server_final("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,x=" + filling),
              SaslError::message_too_large);
    std::string largest = server_first("x,s=QSXC,i=4096,x=");
    largest.resize(max_sasl_message, 'x');
    EXPECT_EQ(error_of_server_first(largest), SaslError::none);
    EXPECT_EQ(error_of_server_first(largest + "x"), SaslError::message_too_large);

    SaslClient cram{cram_md5, "user", "pencil"};
    EXPECT_EQ(cram.start(), respond);
    EXPECT_EQ(cram.step(filling + "x"), failed);
    EXPECT_EQ(cram.error(), SaslError::message_too_large);
}

TEST(SaslClient, AnEmptyCramMd5ChallengeIsRefused) {
    SaslClient client{cram_md5, "user", "pencil"};
    EXPECT_EQ(client.start(), respond);
    EXPECT_EQ(client.step(""), failed);
    EXPECT_EQ(client.error(), SaslError::bad_message);
}

TEST(SaslClient, CredentialsThatNoMessageCanCarryFailAtTheStart) {
    const std::string with_nul("us\0er", 5), too_long(max_sasl_message + 1, 'x');
    for (const SaslMechanism mechanism : {plain, cram_md5, scram_sha512}) {
        for (const auto& [user, password] : {std::pair<std::string, std::string>{with_nul, "pencil"},
                                             {"user", with_nul},
                                             {too_long, "pencil"},
                                             {"user", too_long}}) {
            SaslClient client{mechanism, user, password, "nonce"};
            EXPECT_EQ(client.start(), failed);
            EXPECT_EQ(client.error(), SaslError::bad_credentials);
        }
    }
}

TEST(SaslClient, ANonceThatScramCannotCarryFailsAtTheStart) {
    for (const char* nonce : {"", "a,b", "a\nb"}) {
        SaslClient client{scram_sha256, "user", "pencil", nonce};
        EXPECT_EQ(client.start(), failed);
        EXPECT_EQ(client.error(), SaslError::bad_nonce);
    }
}

TEST(SaslClient, AKeyOfTheWrongSizeIsRefused) {
    for (const Digest& key : {Digest{}, Digest{std::string(16, 'k')}, Digest{std::string(32, 'k')}}) {
        Client client{sha1_vector()};
        ASSERT_EQ(client.sasl.start(), respond);
        ASSERT_EQ(client.sasl.step(sha1_vector().server_first), need_key);
        EXPECT_EQ(client.sasl.supply(key), failed);
        EXPECT_EQ(client.sasl.error(), SaslError::crypto_failed);
    }
}

TEST(SaslClient, AWrongPasswordFindsNoProofInTheServersSignature) {
    Client client{sha1_vector()};
    ASSERT_EQ(client.sasl.start(), respond);
    ASSERT_EQ(client.sasl.step(sha1_vector().server_first), need_key);
    ASSERT_EQ(client.sasl.supply(Digest{std::string(20, 'k')}), respond);
    EXPECT_NE(client.sasl.response(), sha1_vector().client_final);
    EXPECT_EQ(client.sasl.finish(sha1_vector().server_final), failed);
    EXPECT_EQ(client.sasl.error(), SaslError::bad_signature);
}

/// The four events a caller can cause.
constexpr int event_count = 4;
SaslOutcome cause(int event, const ScramVector& v, SaslClient& client) {
    switch (event) {
        case 0: return client.start();
        case 1: return client.step(v.server_first);
        case 2: return client.supply(Digest{v.salted_password});
        default: return client.finish(v.server_final);
    }
}

TEST(SaslClient, AnyEventOutOfOrderFailsAndTheFailureStays) {
    const ScramVector& v = sha1_vector();
    for (int reached = 0; reached <= event_count; ++reached) {
        for (int event = 0; event < event_count; ++event) {
            if (event == reached) continue;
            SCOPED_TRACE(std::to_string(event) + " after " + std::to_string(reached));
            Client client{v};
            for (int i = 0; i < reached; ++i) ASSERT_NE(cause(i, v, client.sasl), failed);
            EXPECT_EQ(cause(event, v, client.sasl), failed);
            const SaslError error = client.sasl.error();
            const bool too_early = event == 3 && (reached == 1 || reached == 2);
            const bool is_no_proof = event == 1 && reached == 3;
            EXPECT_EQ(error, too_early     ? SaslError::early_success
                             : is_no_proof ? SaslError::missing_attribute
                                           : SaslError::unexpected_message);
            for (int i = 0; i < event_count; ++i) EXPECT_EQ(cause(i, v, client.sasl), failed);
            EXPECT_EQ(client.sasl.error(), error);
        }
    }
}

TEST(SaslClient, TheServersProofMayComeAStepEarlyAndIsAnsweredWithNothing) {
    for (const ScramVector& v : scram_vectors()) {
        SCOPED_TRACE(v.name);
        Client client{v};
        client.send_final();
        ASSERT_EQ(client.sasl.step(v.server_final), respond);
        EXPECT_EQ(client.sasl.response(), "");
        EXPECT_EQ(client.sasl.finish("Authenticated"), done);
    }
}

TEST(SaslClient, AnEarlyProofIsCheckedAndGivenOnce) {
    Client impostor{sha1_vector()};
    impostor.send_final();
    EXPECT_EQ(impostor.sasl.step("v=Z3Vlc3NlZA=="), failed);
    EXPECT_EQ(impostor.sasl.error(), SaslError::bad_signature);

    Client client{sha1_vector()};
    client.send_final();
    ASSERT_EQ(client.sasl.step(sha1_vector().server_final), respond);
    EXPECT_EQ(client.sasl.step(sha1_vector().server_final), failed);
    EXPECT_EQ(client.sasl.error(), SaslError::unexpected_message);
}

TEST(SaslClient, PlainTakesNoChallenge) {
    SaslClient client{plain, "user", "pencil"};
    EXPECT_EQ(client.start(), respond);
    EXPECT_EQ(client.step("r=x"), failed);
    EXPECT_EQ(client.error(), SaslError::unexpected_message);
}

}  // namespace
}  // namespace txcouchbase::protocol
