// Opcodes have the names of the specification.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/opcode.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(Opcode, EveryNameIsTheOneInTheVectors) {
    for (const FrameVector& vector : frame_vectors()) {
        const Frame frame{vector.bytes};
        const bool is_server_initiated =
            frame.magic() == Magic::server_request || frame.magic() == Magic::server_response;
        if (!is_server_initiated && has_two_meanings(frame.opcode())) {
            EXPECT_EQ(vector.decoded.at("opcode_name"), "UNKNOWN") << vector.name;
            continue;
        }
        EXPECT_EQ(
            is_server_initiated ? name(static_cast<ServerOpcode>(frame.opcode())) : name(frame.opcode()),
            vector.decoded.at("opcode_name"))
            << vector.name;
    }
}

TEST(Opcode, WhatOnlyMemcachedMeansByANumberHasItsName) {
    EXPECT_EQ(name(Opcode::memcached_gatk), "GATK");
    EXPECT_EQ(name(Opcode::memcached_gatkq), "GATKQ");
    EXPECT_TRUE(has_two_meanings(Opcode::memcached_gatk));
    EXPECT_TRUE(has_two_meanings(Opcode::memcached_gatkq));
    EXPECT_FALSE(has_two_meanings(Opcode::gat));
}

TEST(Opcode, ANumberWithoutANameIsUnknown) {
    EXPECT_EQ(name(Opcode{0xee}), "UNKNOWN");
    EXPECT_EQ(name(ServerOpcode{0x7f}), "UNKNOWN");
}

}  // namespace
}  // namespace txcouchbase::protocol
