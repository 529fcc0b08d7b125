// SPDX-License-Identifier: Apache-2.0
#include "cli/environment.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

struct Environment : WithoutVariables {};

TEST_F(Environment, AVariableThatIsNotSetIsEmpty) {
    EXPECT_EQ(from_environment(user_variable), "");
    setenv("TXCB_USER", "", 1);
    EXPECT_EQ(from_environment(user_variable), "");
    setenv("TXCB_USER", "me", 1);
    EXPECT_EQ(from_environment(user_variable), "me");
}

}  // namespace
}  // namespace txcouchbase::cli
