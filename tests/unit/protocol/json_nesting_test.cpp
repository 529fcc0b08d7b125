// The depth of a JSON text.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/json_nesting.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

TEST(JsonNesting, CountsWhatIsOpenAtOnce) {
    EXPECT_TRUE(is_nested_within("7", 0));
    EXPECT_TRUE(is_nested_within("[[],[],{}]", 2));
    EXPECT_FALSE(is_nested_within("[[],[],{}]", 1));
    EXPECT_FALSE(is_nested_within("[[[", 2));
}

TEST(JsonNesting, BracketsInStringsDoNotCount) {
    EXPECT_TRUE(is_nested_within(R"(["[[[[", "\"[[", "\\"])", 1));
    EXPECT_FALSE(is_nested_within(R"(["\\", [[]]])", 2));
}

TEST(JsonNesting, ATextThatEndsInAnEscapeIsReadToItsEnd) {
    EXPECT_TRUE(is_nested_within("\"\\", 0));
}

}  // namespace
}  // namespace txcouchbase::protocol
