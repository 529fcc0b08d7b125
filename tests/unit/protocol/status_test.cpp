// Statuses have the names of the specification, and tell data from words.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/status.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(Status, EveryNameIsTheOneInTheVectors) {
    for (const FrameVector& vector : frame_vectors())
        if (vector.decoded.contains("status_name")) {
            EXPECT_EQ(name(Frame{vector.bytes}.status()), vector.decoded.at("status_name")) << vector.name;
        }
}

TEST(Status, OnlyTheSuccessClassCarriesData) {
    for (const int data : {0x00, 0x21, 0x23, 0xa6, 0xa7, 0xcc, 0xcd, 0xd3})
        EXPECT_TRUE(has_data_body(Status{static_cast<std::uint16_t>(data)})) << data;
    for (const int words : {0x01, 0x07, 0x20, 0x24, 0xa5, 0xc0, 0xffff})
        EXPECT_FALSE(has_data_body(Status{static_cast<std::uint16_t>(words)})) << words;
}

}  // namespace
}  // namespace txcouchbase::protocol
