// SPDX-License-Identifier: Apache-2.0
#include "views/byte_classes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace txcouchbase::views {
namespace {

using Block = std::array<char, ByteClasses::block>;

ByteClasses byte_by_byte(const Block& bytes) {
    ByteClasses found;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        const char c = bytes[i];
        if (c == '"') found.quotes |= bit;
        if (c == '\\') found.has_backslash = true;
        if (c == '{' || c == '[' || c == '}' || c == ']') found.brackets |= bit;
    }
    return found;
}

void expect_the_same(const Block& bytes) {
    EXPECT_EQ(classify(bytes.data()), byte_by_byte(bytes));
    EXPECT_EQ(classify_portably(bytes.data()), byte_by_byte(bytes));
    std::uint64_t backslashes = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) backslashes |= std::uint64_t{bytes[i] == '\\'} << i;
    EXPECT_EQ(backslash_bits(bytes.data()), backslashes);
    EXPECT_EQ(backslash_bits_portably(bytes.data()), backslashes);
}

TEST(ByteClasses, EveryByteIsClassifiedAtEveryPlace) {
    for (int byte = 0; byte < 256; ++byte)
        for (std::size_t place = 0; place < ByteClasses::block; ++place) {
            Block bytes{};
            bytes[place] = static_cast<char>(byte);
            expect_the_same(bytes);
        }
}

TEST(ByteClasses, NeighboursDoNotChangeIt) {
    std::mt19937 random{7};
    for (int round = 0; round < 2000; ++round) {
        Block bytes;
        constexpr std::string_view some = "\"\\{}[]a\x7f\x80\xff\x21\x23\x5a\x5c\x7c";
        for (char& c : bytes) c = some[random() % some.size()];
        expect_the_same(bytes);
    }
}

}  // namespace
}  // namespace txcouchbase::views
