// SPDX-License-Identifier: Apache-2.0
#include "protocol/datatype.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

TEST(Datatype, TheBitsAreThoseOfTheProtocol) {
    EXPECT_EQ(bits(Datatype::json), 1);
    EXPECT_EQ(bits(Datatype::snappy), 2);
    EXPECT_EQ(bits(Datatype::xattr), 4);
}

TEST(Datatype, AnyCombinationIsLegalAndNoOtherBitIs) {
    for (unsigned byte = 0; byte < 256; ++byte)
        EXPECT_EQ(is_legal(static_cast<Datatype>(byte)), byte < 8) << byte;
}

TEST(Datatype, ACombinationHasItsBitsOnly) {
    EXPECT_TRUE(has(Datatype::json | Datatype::xattr, Datatype::xattr));
    EXPECT_FALSE(has(Datatype::json | Datatype::xattr, Datatype::snappy));
    EXPECT_FALSE(has(Datatype::raw, Datatype::json));
}

TEST(Datatype, EachBitHasItsName) {
    EXPECT_EQ(name(Datatype::raw), "raw");
    EXPECT_EQ(name(Datatype::json), "json");
    EXPECT_EQ(name(Datatype::snappy), "snappy");
    EXPECT_EQ(name(Datatype::xattr), "xattr");
    EXPECT_EQ(name(Datatype::json | Datatype::snappy), "unknown");
}

}  // namespace
}  // namespace txcouchbase::protocol
