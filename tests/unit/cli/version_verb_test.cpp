// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/version_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(VersionVerb, HelpFitsAScreen) {
    EXPECT_THAT(help_of("version"), HasSubstr("txcb --version"));
}

TEST(VersionVerb, TakesNoOperands) {
    expect_refusal({"version", "1"}, "it takes no operands");
}

}  // namespace
}  // namespace txcouchbase::cli
