// SPDX-License-Identifier: Apache-2.0
#include "protocol/scram.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/scram_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(Scram, EveryVectorsKeysAreDerivedFromThePassword) {
    for (const ScramVector& v : scram_vectors()) {
        SCOPED_TRACE(v.name);
        const ScramAttributes first = ScramAttributes::read(v.server_first).value();
        const std::uint32_t iterations = read_iteration_count(*first['i']).value();
        const Digest salted = salted_password(v.mechanism, v.password, v.salt, iterations);
        EXPECT_EQ(salted.view(), v.salted_password);
        const ScramKeys keys = scram_keys(v.mechanism, salted);
        EXPECT_EQ(keys.client_key.view(), v.client_key);
        EXPECT_EQ(keys.stored_key.view(), v.stored_key);
        EXPECT_EQ(keys.server_key.view(), v.server_key);
    }
}

TEST(Scram, EveryVectorsAuthMessageIsMadeOfItsMessages) {
    for (const ScramVector& v : scram_vectors()) {
        const std::string without_proof = v.client_final.substr(0, v.client_final.find(",p="));
        EXPECT_EQ(scram_auth_message(v.client_first.substr(3), v.server_first, without_proof),
                  v.auth_message);
    }
}

TEST(Scram, KeysOfAnEmptySaltedPasswordAreEmpty) {
    const ScramKeys keys = scram_keys(SaslMechanism::scram_sha256, Digest{});
    EXPECT_TRUE(keys.client_key.empty() && keys.stored_key.empty() && keys.server_key.empty());
}

TEST(ScramAttributes, AValueRunsFromItsFirstEqualsSignToTheNextComma) {
    const auto read = ScramAttributes::read("r=a=b==,s=,X=skipped,i=4096");
    ASSERT_TRUE(read);
    EXPECT_EQ((*read)['r'], "a=b==");
    EXPECT_EQ((*read)['s'], "");
    EXPECT_EQ((*read)['i'], "4096");
    EXPECT_EQ((*read)['x'], std::nullopt);
    EXPECT_EQ((*read)['v'], std::nullopt);
}

TEST(ScramAttributes, WhatIsNotAttributesThroughoutIsRefused) {
    for (const ByteView text : {"", ",", "r", "r=a,", ",r=a", "r=a,,s=b", "=a", "rr=a", "1=a", "r:a", "r=a,s",
                                "r=a,r=b", "r=a\n", "r=a\x7f", "r=a\x01"})
        EXPECT_FALSE(ScramAttributes::read(text)) << text;
    EXPECT_FALSE(ScramAttributes::read(ByteView{"r=a\0b", 5}));
}

TEST(ScramEscape, EqualsSignAndCommaGoBothWays) {
    EXPECT_EQ(scram_escape("a=b,c"), "a=3Db=2Cc");
    for (const char* user : {"", "user", "a=b,c", "==,,", "=3D", "\xc3\xa9t\xc3\xa9"})
        EXPECT_EQ(scram_unescape(scram_escape(user)), user);
}

TEST(ScramEscape, AnEqualsSignThatStandsForNothingIsRefused) {
    for (const char* text : {"=", "a=", "=3", "=3d", "=2c", "=2D", "a==3D", "=3D="})
        EXPECT_FALSE(scram_unescape(text)) << text;
}

TEST(ScramNonce, IsPrintableWithoutComma) {
    for (const char* good : {"fyko+d2lbbFgONRv9qkxdawL", "0x25 0x20 0x62", "%hvYDp=$k0", "~"})
        EXPECT_TRUE(is_scram_nonce(good)) << good;
    for (const char* bad : {"", "a,b", "a\n", "\x7f", "\xc3\xa9"}) EXPECT_FALSE(is_scram_nonce(bad)) << bad;
}

TEST(IterationCount, IsAPlainNumberOfThirtyTwoBits) {
    EXPECT_EQ(read_iteration_count("1"), 1u);
    EXPECT_EQ(read_iteration_count("15000"), 15000u);
    EXPECT_EQ(read_iteration_count("4294967295"), 4294967295u);
    for (const char* bad :
         {"", "0", "01", "-1", "+1", " 1", "1 ", "1e3", "0x10", "4294967296", "99999999999999999999"})
        EXPECT_FALSE(read_iteration_count(bad)) << bad;
}

}  // namespace
}  // namespace txcouchbase::protocol
