// SPDX-License-Identifier: Apache-2.0
#include "protocol/sasl.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using enum SaslMechanism;

constexpr auto clear = ChannelSecurity::clear;
constexpr auto tls = ChannelSecurity::tls;
constexpr auto refused = PlainInClear::refused;
constexpr auto allowed = PlainInClear::allowed;

TEST(SaslMechanism, NamesGoBothWaysInAnyCase) {
    for (const SaslMechanism mechanism : {plain, cram_md5, scram_sha1, scram_sha256, scram_sha512})
        EXPECT_EQ(find_sasl_mechanism(name(mechanism)), mechanism);
    EXPECT_EQ(find_sasl_mechanism("scram-sha512"), scram_sha512);
    EXPECT_EQ(find_sasl_mechanism("SCRAM-SHA-512"), scram_sha512);
    EXPECT_EQ(find_sasl_mechanism("Plain"), plain);
    for (const char* unknown :
         {"", "SCRAM", "SCRAM-SHA--512", "SCRAM-SHA_512", "SCRAM-SHA5120", "OAUTHBEARER", "PLAI"})
        EXPECT_FALSE(find_sasl_mechanism(unknown)) << unknown;
}

std::optional<SaslMechanism> chosen(std::string_view offered, ChannelSecurity security, PlainInClear plain) {
    const auto offer = choose_sasl_mechanism(offered, security, plain);
    return offer ? std::optional{offer->mechanism} : std::nullopt;
}

TEST(ChooseSaslMechanism, TakesTheStrongestScramInClear) {
    EXPECT_EQ(chosen("SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN", clear, refused), scram_sha512);
    EXPECT_EQ(chosen("PLAIN SCRAM-SHA1 SCRAM-SHA256", clear, refused), scram_sha256);
    EXPECT_EQ(chosen("CRAM-MD5 PLAIN scram-sha1", clear, allowed), scram_sha1);
}

TEST(ChooseSaslMechanism, TakesPlainOverTlsAndScramWhereItIsNotOffered) {
    EXPECT_EQ(chosen("SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN", tls, refused), plain);
    EXPECT_EQ(chosen("SCRAM-SHA1 SCRAM-SHA256", tls, refused), scram_sha256);
    EXPECT_EQ(chosen("CRAM-MD5", tls, refused), cram_md5);
}

TEST(ChooseSaslMechanism, DoesNotFallBackToPlainInClearUnlessAllowed) {
    EXPECT_EQ(chosen("PLAIN", clear, refused), std::nullopt);
    EXPECT_EQ(chosen("CRAM-MD5 PLAIN", clear, refused), std::nullopt);
    EXPECT_EQ(chosen("PLAIN", clear, allowed), plain);
    EXPECT_EQ(chosen("PLAIN CRAM-MD5", clear, allowed), cram_md5);
}

TEST(ChooseSaslMechanism, SkipsWhatItDoesNotKnowAndStrayBlanks) {
    EXPECT_EQ(chosen("  OAUTHBEARER   SCRAM-SHA256-PLUS SCRAM-SHA256  ", clear, refused), scram_sha256);
    for (const char* nothing :
         {"", " ", "OAUTHBEARER", "PLAINS", "XPLAIN", "SCRAM-SHA", "SCRAM-SHA--1", "SCRAM-SHA-1-"})
        EXPECT_EQ(chosen(nothing, clear, allowed), std::nullopt) << nothing;
}

TEST(ChooseSaslMechanism, KnowsBothSpellingsOfScramAndGivesBackTheServers) {
    for (const char* const name :
         {"SCRAM-SHA512", "SCRAM-SHA-512", "scram-sha-512", "SCRAM-SHA-256", "SCRAM-SHA-1"}) {
        const std::string offered = "PLAIN " + std::string{name} + " CRAM-MD5";
        const auto offer = choose_sasl_mechanism(offered, clear, refused);
        ASSERT_TRUE(offer) << name;
        EXPECT_EQ(offer->name, name);
    }
    EXPECT_EQ(chosen("SCRAM-SHA-1 SCRAM-SHA-512 SCRAM-SHA-256", clear, refused), scram_sha512);
    EXPECT_EQ(chosen("SCRAM-SHA-256-PLUS SCRAM-SHA-1", clear, refused), scram_sha1);
}

TEST(PlainMessage, MatchesEveryVectorAndReadsBack) {
    for (const auto& vector : aux_vectors().at("plain")) {
        const std::string user = vector.at("username"), password = vector.at("password");
        const std::string payload = unhex(vector.at("payload_hex"));
        EXPECT_EQ(plain_message(user, password).view(), payload);
        const auto read = read_plain_message(payload);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->user, user);
        EXPECT_EQ(read->password, password);
    }
}

ByteView operator""_bytes(const char* text, std::size_t size) {
    return {text, size};
}

TEST(PlainMessage, AnAuthorisationIdAndANulAtTheEndAreTolerated) {
    for (const ByteView message :
         {"\0user\0pencil"_bytes, "other\0user\0pencil"_bytes, "\0user\0pencil\0"_bytes}) {
        const auto read = read_plain_message(message);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->user, "user");
        EXPECT_EQ(read->password, "pencil");
    }
    EXPECT_EQ(read_plain_message("\0user\0\0"_bytes)->password, "");
}

TEST(PlainMessage, WhatIsNotPlainIsRefused) {
    for (const ByteView message : {""_bytes, "user"_bytes, "\0"_bytes, "\0user"_bytes, "user\0pencil"_bytes,
                                   "\0user\0pen\0cil"_bytes, "\0user\0pencil\0\0"_bytes})
        EXPECT_FALSE(read_plain_message(message)) << message.size();
}

TEST(CramMd5Response, MatchesEveryVector) {
    ASSERT_EQ(aux_vectors().at("cram_md5").size(), 2u);
    for (const auto& vector : aux_vectors().at("cram_md5"))
        EXPECT_EQ(cram_md5_response(vector.at("username").get<std::string>(),
                                    vector.at("password").get<std::string>(),
                                    vector.at("challenge").get<std::string>()),
                  vector.at("response").get<std::string>());
}

TEST(SaslError, EveryErrorHasANameOfItsOwn) {
    std::set<std::string_view> names;
    const int last = static_cast<int>(SaslError::unexpected_message);
    for (int i = 0; i <= last; ++i) names.insert(name(static_cast<SaslError>(i)));
    EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_FALSE(names.contains("unknown"));
    EXPECT_EQ(name(SaslError::nonce_mismatch), "nonce_mismatch");
}

}  // namespace
}  // namespace txcouchbase::protocol
