// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/counter_verbs.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

constexpr std::string_view both[] = {"incr", "decr"};

TEST(CounterVerbs, HelpNamesTheOptions) {
    for (const auto verb : both)
        for (const char* option : {"--initial N", "--ttl TIME"})
            EXPECT_THAT(help_of(verb), HasSubstr(option));
}

TEST(CounterVerbs, NeedAKeyAndOneDeltaAtMost) {
    for (const auto verb : both) {
        expect_refusal({verb}, "it takes one KEY, and perhaps a DELTA");
        expect_refusal({verb, "k", "1", "2"}, "it takes one KEY, and perhaps a DELTA");
    }
}

TEST(CounterVerbs, TheDeltaIsAWholeNumber) {
    for (const auto verb : both) {
        for (const std::string_view delta :
             {"", "-", "+1", "1.5", "x", "18446744073709551616", "-18446744073709551616"})
            expect_refusal({verb, "k", delta}, "DELTA is a whole number of up to 64 bits");
        expect_refusal({verb, "--", "k", "--1"}, "DELTA is a whole number of up to 64 bits");
    }
}

TEST(CounterVerbs, TheInitialValueIsNotNegative) {
    for (const std::string_view initial : {"", "-1", "x"})
        expect_refusal({"incr", "--initial", initial, "k"},
                       "--initial is a number from 0 to 18446744073709551615");
}

TEST(CounterVerbs, ATimeToLiveIsThatOfANewCounter) {
    for (const auto verb : both)
        expect_refusal({verb, "--ttl", "1h", "k"}, "--ttl is for a new counter, which needs --initial");
}

}  // namespace
}  // namespace txcouchbase::cli
