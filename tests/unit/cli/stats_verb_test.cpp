// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/stats_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(StatsVerb, HelpFitsAScreen) {
    EXPECT_THAT(help_of("stats"), HasSubstr("[GROUP...]"));
}

}  // namespace
}  // namespace txcouchbase::cli
