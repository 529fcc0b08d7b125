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
        EXPECT_EQ(
            is_server_initiated ? name(static_cast<ServerOpcode>(frame.opcode())) : name(frame.opcode()),
            vector.decoded.at("opcode_name"))
            << vector.name;
    }
}

TEST(Opcode, ANumberWithoutANameIsUnknown) {
    EXPECT_EQ(name(Opcode{0xee}), "UNKNOWN");
    EXPECT_EQ(name(Opcode::memcached_gatk), "UNKNOWN");
    EXPECT_EQ(name(ServerOpcode{0x7f}), "UNKNOWN");
}

}  // namespace
}  // namespace txcouchbase::protocol
