// SPDX-License-Identifier: Apache-2.0
#include "protocol/base64.hpp"

#include <gtest/gtest.h>

#include <random>

namespace txcouchbase::protocol {
namespace {

TEST(Base64, TheRfcsVectorsGoBothWays) {
    const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : rows) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
    }
}

TEST(Base64, EveryByteAtEveryPlaceSurvives) {
    std::mt19937 random{4};
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes(size, '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        ASSERT_EQ(base64_decode(base64_encode(bytes)), bytes) << size;
    }
}

TEST(Base64, AnythingButTheCanonicalTextIsRefused) {
    for (const ByteView text : {"Z", "Zg", "Zg=", "Zm9", "Z===", "====", "Zg==Zg==", "Z=g=", "=Zg=", "Zm9v\n",
                                "Zm 9v", "Zm9-", "Zm9_", "Zm9*", "Zm9v====", " Zg=="})
        EXPECT_FALSE(base64_decode(text)) << text;
    EXPECT_FALSE(base64_decode(ByteView{"Zm9\0", 4}));
}

TEST(Base64, UnusedBitsThatAreNotZeroAreRefused) {
    EXPECT_TRUE(base64_decode("Zg=="));
    EXPECT_FALSE(base64_decode("Zh=="));
    EXPECT_TRUE(base64_decode("Zm8="));
    EXPECT_FALSE(base64_decode("Zm9="));
}

TEST(Base64, NoTwoTextsOfFourCharactersMeanTheSameBytes) {
    for (int first = 0; first < 256; ++first) {
        for (int last = 0; last < 256; ++last) {
            const std::string text{static_cast<char>(first), 'A', 'A', static_cast<char>(last)};
            if (const auto bytes = base64_decode(text)) {
                ASSERT_EQ(base64_encode(*bytes), text);
            }
        }
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
