// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/rm_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(RmVerb, HelpFitsAScreen) {
    EXPECT_THAT(help_of("rm"), HasSubstr("KEY..."));
}

TEST(RmVerb, NeedsAKey) {
    expect_refusal({"rm"}, "it takes one KEY or more");
}

TEST(RmVerb, OneWrongKeyAmongSeveralRemovesNone) {
    expect_refusal({"rm", "a", ""}, "a key has 1 to 250 bytes");
}

}  // namespace
}  // namespace txcouchbase::cli
