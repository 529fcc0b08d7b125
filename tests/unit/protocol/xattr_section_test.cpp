// The section of extended attributes in front of a value.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/xattr_section.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

/// {"_sync": {"r":1}, "meta": "x"} in front of {"a":1}.
const std::string sample =
    unhex("0000001f0000000e5f73796e63007b2272223a317d00000000096d65746100227822007b2261223a317d");

TEST(XattrSection, PairsAndBodyAreTakenApart) {
    const auto value = read_xattr_value(sample);
    ASSERT_TRUE(value);
    ASSERT_EQ(value->xattrs.count(), 2U);
    EXPECT_EQ(value->xattrs.begin()->key, "_sync");
    EXPECT_EQ(value->xattrs.begin()->value, R"({"r":1})");
    EXPECT_EQ((++value->xattrs.begin())->key, "meta");
    EXPECT_EQ(value->body, R"({"a":1})");
}

TEST(XattrSection, AnEmptySectionAndAnEmptyBodyAreLegal) {
    const auto value = read_xattr_value(ByteView("\0\0\0\0", 4));
    ASSERT_TRUE(value);
    EXPECT_TRUE(value->xattrs.empty());
    EXPECT_TRUE(value->body.empty());
}

TEST(XattrSection, ABinaryValueMayContainZeros) {
    const auto value = read_xattr_value(ByteView("\0\0\0\x09\0\0\0\5k\0a\0b\0", 14));
    EXPECT_FALSE(value);
    const auto fitting = read_xattr_value(ByteView("\0\0\0\x0a\0\0\0\6k\0a\0b\0", 14));
    ASSERT_TRUE(fitting);
    EXPECT_EQ(fitting->xattrs.begin()->value, ByteView("a\0b", 3));
}

TEST(XattrSection, EveryCutWithinTheSectionIsRefused) {
    for (std::size_t size = 0; size < 4 + 0x1f; ++size) {
        const ExactBytes cut{ByteView{sample}.substr(0, size)};
        EXPECT_EQ(read_xattr_value(cut.view()).defect(), Defect::bad_body) << size;
    }
}

TEST(XattrSection, SizesThatLieAreRefused) {
    for (const std::size_t at : {3U, 7U, 25U})
        for (const int change : {-1, +1, 0x60}) {
            std::string lie = sample;
            lie[at] = static_cast<char>(lie[at] + change);
            EXPECT_FALSE(read_xattr_value(lie)) << at << ' ' << change;
        }
}

TEST(XattrSection, APairNeedsANameAndBothItsZeros) {
    for (const ByteView pair :
         {ByteView("\0\0\0\2\0\0", 6), ByteView("\0\0\0\2k\0", 6), ByteView("\0\0\0\3k\0v", 7)}) {
        const std::string value =
            std::string("\0\0\0", 3) + static_cast<char>(pair.size()) + std::string{pair};
        EXPECT_FALSE(read_xattr_value(value));
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
