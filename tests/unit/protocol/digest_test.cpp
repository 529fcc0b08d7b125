// SPDX-License-Identifier: Apache-2.0
#include "protocol/digest.hpp"

#include <gtest/gtest.h>

#include <new>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(Digest, HashesTheKnownAnswers) {
    EXPECT_EQ(hash(HashFunction::md5, "abc").view(), unhex("900150983cd24fb0d6963f7d28e17f72"));
    EXPECT_EQ(hash(HashFunction::sha1, "abc").view(), unhex("a9993e364706816aba3e25717850c26c9cd0d89d"));
    EXPECT_EQ(hash(HashFunction::sha256, "abc").view(),
              unhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    EXPECT_EQ(hash(HashFunction::sha512, "abc").view(),
              unhex("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"));
    EXPECT_EQ(hash(HashFunction::md5, "").view(), unhex("d41d8cd98f00b204e9800998ecf8427e"));
}

TEST(Digest, KeyedHashesTheKnownAnswers) {
    EXPECT_EQ(hmac(HashFunction::md5, "Jefe", "what do ya want for nothing?").view(),
              unhex("750c783e6ab0b503eaa86e310a5db738"));
    EXPECT_EQ(hmac(HashFunction::sha256, "Jefe", "what do ya want for nothing?").view(),
              unhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    EXPECT_EQ(hmac(HashFunction::md5, "", "").view(), unhex("74e6f7298a9c2d168935f58c001bad88"));
}

TEST(Digest, DerivesTheKnownKeys) {
    EXPECT_EQ(pbkdf2(HashFunction::sha1, "password", "salt", 1).view(),
              unhex("0c60c80f961f0e71f3a9b524af6012062fe037a6"));
    EXPECT_EQ(pbkdf2(HashFunction::sha1, "password", "salt", 4096).view(),
              unhex("4b007901b765489abead49d926f721d065a429c1"));
}

TEST(Digest, ACountThatOpensslCannotTakeGivesNothing) {
    EXPECT_TRUE(pbkdf2(HashFunction::sha1, "password", "salt", 0).empty());
    EXPECT_TRUE(pbkdf2(HashFunction::sha1, "password", "salt", 0x8000'0000).empty());
    EXPECT_TRUE(pbkdf2(HashFunction::sha1, "password", "salt", 0xffff'ffff).empty());
}

TEST(Digest, NothingIsComputedFromAnEmptyDigest) {
    EXPECT_TRUE(hash(HashFunction::sha1, Digest{}).empty());
    EXPECT_TRUE(hmac(HashFunction::sha1, Digest{}, "message").empty());
    EXPECT_TRUE(exclusive_or(Digest{}, "x").empty());
}

TEST(Digest, HoldsAtMostSixtyFourBytes) {
    EXPECT_EQ(Digest{std::string(64, 'a')}.view(), std::string(64, 'a'));
    EXPECT_EQ(Digest{std::string(65, 'a')}.view(), std::string(64, 'a'));
}

TEST(Digest, ExclusiveOrIsBitByBitAndNeedsEqualSizes) {
    EXPECT_EQ(exclusive_or(Digest{unhex("0ff0aa")}, unhex("ff00aa")).view(), unhex("f0f000"));
    EXPECT_TRUE(exclusive_or(Digest{"abc"}, "ab").empty());
    EXPECT_TRUE(exclusive_or(Digest{"ab"}, "abc").empty());
}

TEST(Digest, IsWipedWhenItDies) {
    alignas(Digest) char memory[sizeof(Digest)];
    auto* digest = new (memory) Digest{"a derived key"};
    ASSERT_NE((ByteView{memory, sizeof memory}.find("a derived key")), ByteView::npos);
    digest->~Digest();
    EXPECT_EQ((ByteView{memory, sizeof memory}.find("derived")), ByteView::npos);
}

TEST(Digest, SizesAreThoseOfTheirFunctions) {
    for (const HashFunction function :
         {HashFunction::md5, HashFunction::sha1, HashFunction::sha256, HashFunction::sha512})
        EXPECT_EQ(hash(function, "x").view().size(), digest_size(function));
}

}  // namespace
}  // namespace txcouchbase::protocol
