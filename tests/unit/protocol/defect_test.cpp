// Defects have the names of the specification.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/defect.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

TEST(Defect, HasTheNameOfTheSpecification) {
    EXPECT_EQ(name(Defect::bad_leb128), "bad_leb128");
    EXPECT_EQ(name(Defect::unknown_frame_info), "unknown_frame_info");
    EXPECT_EQ(name(Defect{0xff}), "unknown");
}

}  // namespace
}  // namespace txcouchbase::protocol
