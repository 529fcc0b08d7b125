// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/touch_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(TouchVerb, HelpNamesTheOption) {
    EXPECT_THAT(help_of("touch"), HasSubstr("--ttl TIME"));
}

TEST(TouchVerb, NeedsAKey) {
    expect_refusal({"touch", "--ttl", "1h"}, "it takes one KEY or more");
}

TEST(TouchVerb, TheTimeToLiveIsADuration) {
    expect_refusal({"touch", "--ttl", "-1", "k"}, "--ttl is seconds, as in 90, 90s, 5m, 2h or 1d");
}

}  // namespace
}  // namespace txcouchbase::cli
