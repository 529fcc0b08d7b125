// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/incr_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(IncrVerb, HelpFitsAScreenAndNamesTheOptions) {
    EXPECT_THAT(help_of("incr"), HasSubstr("--initial N"));
}

TEST(IncrVerb, NeedsAKeyAndOneDeltaAtMost) {
    expect_refusal({"incr"}, "it takes one KEY, and perhaps a DELTA");
    expect_refusal({"incr", "k", "1", "2"}, "it takes one KEY, and perhaps a DELTA");
}

TEST(IncrVerb, TheDeltaIsAWholeNumber) {
    for (const std::string_view delta :
         {"", "-", "+1", "1.5", "x", "18446744073709551616", "-18446744073709551616"})
        expect_refusal({"incr", "k", delta}, "DELTA is a whole number of up to 64 bits");
    expect_refusal({"incr", "--", "k", "--1"}, "DELTA is a whole number of up to 64 bits");
}

TEST(IncrVerb, TheInitialValueIsNotNegative) {
    for (const std::string_view initial : {"", "-1", "x"})
        expect_refusal({"incr", "--initial", initial, "k"},
                       "--initial is a number from 0 to 18446744073709551615");
}

}  // namespace
}  // namespace txcouchbase::cli
