// SPDX-License-Identifier: Apache-2.0
// Handshakes that must not succeed, and what is said of each.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/unit/net/tls_pair.hpp"

namespace txcouchbase::net {
namespace {

using Progress = TlsMachine::Progress;

/// Of a handshake that fails with connect_error.
std::string words_of(TlsPair& pair) {
    EXPECT_EQ(pair.shake_hands(), Progress::failed);
    EXPECT_FALSE(pair.client.is_up());
    EXPECT_EQ(pair.client.error().rc(), errc::connect_error);
    EXPECT_EQ(pair.client.handshake(), Progress::failed) << "a failure stays";
    return pair.words();
}

std::string words_of(const std::string& host, const CertificateWishes& wishes) {
    TlsPair pair{host, {.identity = test_authority().sign(wishes)}};
    const std::string words = words_of(pair);
    EXPECT_NE(pair.server.words(), "") << "an alert tells the peer";
    return words;
}

TEST(TlsFailures, AnExpiredCertificate) {
    EXPECT_EQ(words_of("localhost", {.begins = -7200, .ends = -3600}),
              "TLS: the peer's certificate has expired");
}

TEST(TlsFailures, ACertificateOfTheFuture) {
    EXPECT_EQ(words_of("localhost", {.begins = 3600, .ends = 7200}),
              "TLS: the peer's certificate is not valid yet");
}

TEST(TlsFailures, ACertificateOfAnotherHost) {
    EXPECT_EQ(words_of("localhost", {.names = "DNS:other.example"}),
              "TLS: the peer's certificate is not for 'localhost' (hostname mismatch)");
}

TEST(TlsFailures, ACertificateOfAnotherAddress) {
    EXPECT_EQ(words_of("127.0.0.1", {.names = "IP:127.0.0.2,DNS:127.0.0.1"}),
              "TLS: the peer's certificate is not for '127.0.0.1' (IP address mismatch)");
}

TEST(TlsFailures, ACertificateForClients) {
    EXPECT_EQ(words_of("localhost", {.usage = "clientAuth"}),
              "TLS: the peer's certificate is not accepted: unsuitable certificate purpose");
}

TEST(TlsFailures, ACertificateOfAnUnknownAuthority) {
    const Authority stranger;
    TlsPair pair{"localhost", {.identity = stranger.sign()}};
    EXPECT_EQ(
        words_of(pair),
        "TLS: the peer's certificate is of no trusted authority (unable to get local issuer certificate)");
    EXPECT_EQ(pair.server.words(), "tlsv1 alert unknown ca");
}

TEST(TlsFailures, ACertificateOfAnAuthorityThatOnlyHasTheNameOfATrustedOne) {
    const Authority impostor{"test authority"};
    TlsPair pair{"localhost", {.identity = impostor.sign()}};
    EXPECT_EQ(words_of(pair),
              "TLS: the peer's certificate is of no trusted authority (certificate signature failure)");
}

TEST(TlsFailures, ACertificateThatIsItsOwnAuthority) {
    TlsPair pair{"localhost", {.identity = Authority::sign_itself()}};
    EXPECT_EQ(words_of(pair),
              "TLS: the peer's certificate is of no trusted authority (self-signed certificate)");
}

TEST(TlsFailures, AnAuthorityOfTheTestsThatTheSystemDoesNotTrust) {
    TlsPair pair{"localhost", {}, client_context({})};
    EXPECT_EQ(
        words_of(pair),
        "TLS: the peer's certificate is of no trusted authority (unable to get local issuer certificate)");
}

TEST(TlsFailures, AHostThatIsNone) {
    for (const std::string& host :
         {std::string{}, std::string{"."}, std::string{"a\0b", 3}, std::string(300, 'a')}) {
        TlsPair pair{host};
        EXPECT_EQ(words_of(pair), "TLS: '" + host + "' is no host that a certificate could be for");
    }
}

TEST(TlsFailures, NoneOfTheseWhenThePeerIsNotVerified) {
    for (const std::string host : {"localhost", "127.0.0.1", "other.example", ""}) {
        TlsPair pair{host, {.identity = Authority::sign_itself()}, client_context({.verifies_peer = false})};
        EXPECT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    }
}

TEST(TlsFailures, APeerThatSpeaksNothingNewerThanTls11) {
    TlsPair pair{"localhost", {.newest = TLS1_1_VERSION}};
    EXPECT_EQ(words_of(pair), "TLS: the peer refuses: protocol version");
}

TEST(TlsFailures, APeerThatWantsACertificateByTls12) {
    TlsPair pair{"localhost", {.wants_certificate = true, .newest = TLS1_2_VERSION}};
    EXPECT_EQ(words_of(pair), "TLS: the peer refuses: handshake failure");
}

// By TLS 1.3 the client's handshake is over before the server has seen that there is no certificate.
TEST(TlsFailures, APeerThatWantsACertificate) {
    TlsPair pair{"localhost", {.wants_certificate = true}};
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.put(pair.server.unsent());
    EXPECT_EQ(pair.read(TlsMachine::ReadEnd::failed), "");
    EXPECT_EQ(pair.words(), "TLS: the peer refuses: tlsv13 alert certificate required");
}

class TlsStranger : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(TlsStranger, IsNoPeer) {
    for (std::size_t piece = 1; piece <= GetParam().first.size(); ++piece) {
        TlsPair pair;
        ASSERT_EQ(pair.client.handshake(), Progress::wants_bytes);
        Progress progress = Progress::wants_bytes;
        for (std::size_t i = 0; i < GetParam().first.size() && progress == Progress::wants_bytes;
             i += piece) {
            pair.put(ByteView{GetParam().first}.substr(i, piece));
            progress = pair.client.handshake();
        }
        ASSERT_EQ(progress, Progress::failed) << piece;
        EXPECT_EQ(pair.words().find("TLS: the peer does not speak TLS"), 0u) << piece << ' ' << pair.words();
        if (piece >= 4) {
            EXPECT_EQ(pair.words(), GetParam().second);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    TlsMachine, TlsStranger,
    testing::Values(std::pair{"HTTP/1.1 400 Bad Request\r\n\r\n",
                              "TLS: the peer does not speak TLS: it answers in HTTP"},
                    std::pair{std::string{"\x81\x00\x00\x00\x00\x00\x00\x04", 8},
                              "TLS: the peer does not speak TLS: this is a port of the protocol in clear"},
                    std::pair{"ERROR\r\n", "TLS: the peer does not speak TLS"},
                    std::pair{std::string(100, '\0'), "TLS: the peer does not speak TLS"},
                    std::pair{std::string(100, '\x16'), "TLS: the peer does not speak TLS"}));

TEST(TlsFailures, AnEndDuringTheHandshakeAtEveryByte) {
    for (std::size_t at = 0;; at += 7) {
        TlsPair pair;
        pair.client.handshake();
        pair.pass_to_server();
        const std::string bytes = pair.server.unsent();
        if (at >= bytes.size()) break;
        pair.put(ByteView{bytes}.substr(0, at));
        ASSERT_EQ(pair.client.handshake(), Progress::wants_bytes) << pair.words();
        pair.client.wire_ended();
        EXPECT_EQ(words_of(pair),
                  "TLS: the peer closed the connection during the handshake: does it speak TLS here?");
    }
}

TEST(TlsFailures, EveryBrokenByteOfTheServersHandshake) {
    int ups = 0;
    for (std::size_t at = 0;; ++at) {
        TlsPair pair;
        pair.client.handshake();
        pair.pass_to_server();
        std::string bytes = pair.server.unsent();
        if (at >= bytes.size()) break;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
        pair.put(bytes);
        const Progress progress = pair.client.handshake();
        if (progress == Progress::up) ++ups;
        if (progress == Progress::failed) {
            EXPECT_NE(pair.words(), "TLS: no reason given") << at;
        }
    }
    EXPECT_LE(ups, 2)
        << "the only bytes that say nothing are the one of a message that is there for old firewalls, "
           "and the lower byte of its version";
}

}  // namespace
}  // namespace txcouchbase::net
