// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/get_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(GetVerb, HelpFitsAScreenAndNamesTheOptions) {
    const std::string help = help_of("get");
    EXPECT_THAT(help, HasSubstr("--json"));
    EXPECT_THAT(help, HasSubstr("-n, --no-newline"));
}

TEST(GetVerb, NeedsAKey) {
    expect_refusal({"get"}, "it takes one KEY or more");
}

TEST(GetVerb, ALineForEachObjectCannotLackItsEnd) {
    expect_refusal({"get", "--json", "-n", "k"}, "--json is an object a line, so -n is not for it");
}

TEST(GetVerb, AStringThatNamesNoMemcachedIsUsage) {
    for (const std::string_view text :
         {"memcached://:x", "couchbase://127.0.0.1:8091", "ftp://a", "memcached://a b"}) {
        const Ran ran = run({"get", "-U", text, "k"});
        EXPECT_EQ(ran.code, 64) << text;
        EXPECT_THAT(ran.err, HasSubstr("txcb get: the host or connection string is malformed; cause: "))
            << text;
        EXPECT_EQ(ran.out, "");
    }
}

}  // namespace
}  // namespace txcouchbase::cli
