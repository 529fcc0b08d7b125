// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/ping_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(PingVerb, HelpSaysWhatIsMeasured) {
    EXPECT_THAT(help_of("ping"), HasSubstr("Connecting does not count"));
}

TEST(PingVerb, TakesNoOperands) {
    expect_refusal({"ping", "1"}, "it takes no operands");
}

}  // namespace
}  // namespace txcouchbase::cli
