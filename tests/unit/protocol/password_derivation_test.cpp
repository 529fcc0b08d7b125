// SPDX-License-Identifier: Apache-2.0
#include "protocol/password_derivation.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

TEST(PasswordDerivation, GivesWhatPbkdf2GivesHoweverItIsSliced) {
    for (const SaslMechanism mechanism :
         {SaslMechanism::scram_sha1, SaslMechanism::scram_sha256, SaslMechanism::scram_sha512})
        for (const std::uint32_t slice : {1u, 7u, 100u, 10'000u}) {
            PasswordDerivation derivation{mechanism, "pencil", "salt of some length", 123};
            while (!derivation.advance(slice)) {
            }
            EXPECT_EQ(derivation.result().view(),
                      salted_password(mechanism, "pencil", "salt of some length", 123).view())
                << name(mechanism) << " by " << slice;
        }
}

TEST(PasswordDerivation, OfOneRoundIsDoneAtTheFirstStep) {
    PasswordDerivation derivation{SaslMechanism::scram_sha256, "p", "s", 1};
    EXPECT_TRUE(derivation.advance(1));
    EXPECT_EQ(derivation.result().view(), salted_password(SaslMechanism::scram_sha256, "p", "s", 1).view());
}

TEST(PasswordDerivation, TakesAnEmptyPassword) {
    PasswordDerivation derivation{SaslMechanism::scram_sha512, "", "s", 20};
    while (!derivation.advance(3)) {
    }
    EXPECT_EQ(derivation.result().view(), pbkdf2(HashFunction::sha512, "", "s", 20).view());
}

TEST(PasswordDerivation, OfNoRoundsIsDoneAndEmpty) {
    PasswordDerivation derivation{SaslMechanism::scram_sha256, "p", "s", 0};
    EXPECT_TRUE(derivation.advance(1));
    EXPECT_TRUE(derivation.result().empty());
}

TEST(PasswordDerivation, TakesNoMoreRoundsThanItIsTold) {
    PasswordDerivation derivation{SaslMechanism::scram_sha256, "p", "s", 100};
    EXPECT_FALSE(derivation.advance(98));
    EXPECT_TRUE(derivation.advance(1));
}

}  // namespace
}  // namespace txcouchbase::protocol
