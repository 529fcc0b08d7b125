// SPDX-License-Identifier: Apache-2.0
#include "cli/unhex.hpp"

#include <gtest/gtest.h>

#include "cli/field_format.hpp"

namespace txcouchbase::cli {
namespace {

TEST(Unhex, EveryByteInEitherCase) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
    const std::string lower = hex_bytes(bytes);
    std::string upper = lower;
    for (char& c : upper)
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    for (const std::string& text : {lower, upper}) {
        std::string read;
        EXPECT_FALSE(append_unhexed(read, text));
        EXPECT_EQ(read, bytes);
    }
}

TEST(Unhex, EveryOtherCharacterIsForeignWhereverItStands) {
    for (int c = 0; c < 256; ++c) {
        if (c < 128 && std::isxdigit(c) != 0) continue;
        for (std::size_t at = 0; at < 4; ++at) {
            std::string text = "12ab";
            text[at] = static_cast<char>(c);
            std::string bytes;
            const auto fault = append_unhexed(bytes, text);
            ASSERT_TRUE(fault) << c;
            EXPECT_EQ(fault->kind, HexFault::Kind::foreign_character);
            EXPECT_EQ(fault->offset, at);
        }
    }
}

TEST(Unhex, ALonelyLastDigitIsPointedAt) {
    for (const char* text : {"1", "123", "12345"}) {
        std::string bytes;
        const auto fault = append_unhexed(bytes, text);
        ASSERT_TRUE(fault);
        EXPECT_EQ(fault->kind, HexFault::Kind::odd_digit);
        EXPECT_EQ(fault->offset, std::string_view{text}.size() - 1);
    }
}

TEST(Unhex, NothingIsNoBytes) {
    std::string bytes = "kept";
    EXPECT_FALSE(append_unhexed(bytes, ""));
    EXPECT_EQ(bytes, "kept");
}

}  // namespace
}  // namespace txcouchbase::cli
