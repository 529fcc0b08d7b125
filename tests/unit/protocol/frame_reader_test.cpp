// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_reader.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

TEST(FrameReader, AnEmptyBufferNeedsAHeader) {
    FrameReader reader{Receiver::client};
    Frame frame;
    EXPECT_EQ(reader.next("", frame), ReadOutcome::need_more);
    EXPECT_EQ(reader.need_total(), 24u);
}

}  // namespace
}  // namespace txcouchbase::protocol
