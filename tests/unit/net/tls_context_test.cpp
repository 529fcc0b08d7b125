// SPDX-License-Identifier: Apache-2.0
#include "net/tls_context.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tests/unit/net/tls_pair.hpp"

namespace txcouchbase::net {
namespace {

using Progress = TlsMachine::Progress;

Error refusal_of(const TlsSettings& settings) {
    const TlsContext::Outcome outcome = TlsContext::make(settings);
    return std::holds_alternative<Error>(outcome) ? std::get<Error>(outcome) : Error{};
}

std::string words_of(const TlsSettings& settings) {
    return refusal_of(settings).detail().cause;
}

bool has(const std::string& text, ByteView words) {
    return text.find(words) != std::string::npos;
}

std::shared_ptr<SSL_CTX> own_context() {
    return {SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
}

TEST(TlsContext, TrustsTheSystemAndVerifiesByDefault) {
    const auto context = client_context({});
    EXPECT_NE(context->native(), nullptr);
    EXPECT_TRUE(context->verifies_peer());
}

TEST(TlsContext, TrustsWhatAFileSays) {
    const TextFile file{test_authority().certificate()};
    TlsPair pair{"localhost", {}, client_context({.ca_file = file.path()})};
    EXPECT_EQ(pair.shake_hands(), Progress::up) << pair.words();
}

TEST(TlsContext, TrustsEveryAuthorityOfAText) {
    const Authority other;
    const auto context =
        client_context({.ca_pem = other.certificate() + "words between\n" + test_authority().certificate()});
    for (const Identity& identity : {test_identity(), other.sign()}) {
        TlsPair pair{"localhost", {.identity = identity}, context};
        EXPECT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    }
}

TEST(TlsContext, TrustsBothAFileAndAText) {
    const Authority other;
    const TextFile file{other.certificate()};
    const auto context = client_context({.ca_file = file.path(), .ca_pem = test_authority().certificate()});
    for (const Identity& identity : {test_identity(), other.sign()}) {
        TlsPair pair{"localhost", {.identity = identity}, context};
        EXPECT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    }
}

TEST(TlsContext, NamesTheFileThatIsWrong) {
    EXPECT_EQ(refusal_of({.ca_file = "no-such-file.pem"}).rc(), errc::argument);
    EXPECT_EQ(
        words_of({.ca_file = "no-such-file.pem"}),
        "TLS: no certificate of an authority in the file 'no-such-file.pem': No such file or directory");
    const TextFile empty{"no certificate\n"};
    EXPECT_TRUE(has(words_of({.ca_file = empty.path()}), "in the file '" + empty.path() + "'"));
}

TEST(TlsContext, RefusesATextWithoutCertificatesOrWithABrokenOne) {
    EXPECT_EQ(refusal_of({.ca_pem = "no certificate\n"}).rc(), errc::argument);
    EXPECT_TRUE(has(words_of({.ca_pem = "no certificate\n"}), "no certificate of an authority in ca_pem"));
    std::string second = test_authority().certificate();
    second[second.size() / 2] = '!';
    EXPECT_TRUE(has(words_of({.ca_pem = test_authority().certificate() + second}), "ca_pem"));
    EXPECT_EQ(ERR_peek_error(), 0u);
}

TEST(TlsContext, PresentsACertificateOfTheClient) {
    const Identity identity = test_authority().sign({.usage = "clientAuth"});
    const TextFile certificate{identity.certificate};
    const TextFile key{identity.key};
    const auto context = client_context({.ca_pem = test_authority().certificate(),
                                         .certificate_file = certificate.path(),
                                         .key_file = key.path()});
    for (const int newest : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsPair pair{"localhost", {.wants_certificate = true, .newest = newest}, context};
        ASSERT_EQ(pair.shake_hands(), Progress::up) << pair.words();
        EXPECT_EQ(pair.server.words(), "");
        EXPECT_EQ(pair.server.client(), "node");
    }
}

TEST(TlsContext, RefusesAKeyThatIsNoneOrNotThatOfTheCertificate) {
    const Identity identity = test_authority().sign();
    const TextFile certificate{identity.certificate};
    const TextFile other{test_identity().key};
    const std::string words = words_of({.certificate_file = certificate.path(), .key_file = other.path()});
    EXPECT_TRUE(has(words, "no unencrypted key of the certificate in the file '" + other.path() + "'"))
        << words;
    EXPECT_TRUE(has(words, "key values mismatch")) << words;
    EXPECT_TRUE(
        has(words_of({.certificate_file = other.path(), .key_file = other.path()}), "no certificate in"));
    EXPECT_TRUE(has(words_of({.certificate_file = certificate.path(), .key_file = "none"}), "No such file"));
}

TEST(TlsContext, DoesNotAskForThePasswordOfAKey) {
    const TextFile certificate{test_identity().certificate};
    const TextFile key{encrypted(test_identity())};
    const std::string words = words_of({.certificate_file = certificate.path(), .key_file = key.path()});
    EXPECT_TRUE(has(words, "no unencrypted key of the certificate in the file '" + key.path() + "'"))
        << words;
}

TEST(TlsContext, WantsACertificateAndItsKeyTogether) {
    EXPECT_TRUE(has(words_of({.certificate_file = "a"}), "only be given together"));
    EXPECT_TRUE(has(words_of({.key_file = "a"}), "only be given together"));
}

TEST(TlsContext, SharesAContextThatTheUserBrought) {
    auto own = own_context();
    ASSERT_EQ(X509_STORE_add_cert(SSL_CTX_get_cert_store(own.get()), test_authority().own()), 1);
    const auto context = client_context({.context = share_tls_context(own.get())});
    own.reset();
    TlsPair pair{"localhost", {}, context};
    EXPECT_EQ(pair.shake_hands(), Progress::up) << pair.words();
}

TEST(TlsContext, AContextOfTheUsersThatVerifiesNobodyDoesNotSwitchVerificationOff) {
    const auto own = own_context();  // SSL_VERIFY_NONE, as every context begins
    TlsPair pair{"localhost", {}, client_context({.context = share_tls_context(own.get())})};
    EXPECT_EQ(pair.shake_hands(), Progress::failed);
    TlsPair trusting{
        "localhost", {}, client_context({.verifies_peer = false, .context = share_tls_context(own.get())})};
    EXPECT_EQ(trusting.shake_hands(), Progress::up) << trusting.words();
}

TEST(TlsContext, AContextOfTheUsersSpeaksNothingOlderThanTls12) {
    const auto own = own_context();
    SSL_CTX_set_security_level(own.get(), 0);
    SSL_CTX_set_min_proto_version(own.get(), TLS1_VERSION);
    TlsPair pair{"localhost",
                 {.newest = TLS1_1_VERSION},
                 client_context({.verifies_peer = false, .context = share_tls_context(own.get())})};
    EXPECT_EQ(pair.shake_hands(), Progress::failed);
}

TEST(TlsContext, CallbacksOfTheUsersContextAreAsked) {
    static bool was_asked;
    was_asked = false;
    const auto own = own_context();
    SSL_CTX_set_verify(own.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) {
        was_asked = true;
        return 1;
    });
    TlsPair pair{"localhost", {}, client_context({.context = share_tls_context(own.get())})};
    EXPECT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    EXPECT_TRUE(was_asked);
}

TEST(TlsContext, ReadsNothingIntoAContextOfTheUsers) {
    const auto own = own_context();
    for (TlsSettings settings : {TlsSettings{.ca_file = "a"}, TlsSettings{.ca_pem = "a"},
                                 TlsSettings{.certificate_file = "a"}, TlsSettings{.key_file = "a"}}) {
        settings.context = share_tls_context(own.get());
        EXPECT_EQ(refusal_of(settings).rc(), errc::options_conflict);
    }
}

}  // namespace
}  // namespace txcouchbase::net
