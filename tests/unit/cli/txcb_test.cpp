// SPDX-License-Identifier: Apache-2.0
#include "cli/txcb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(Txcb, HelpNamesTheVerbs) {
    for (const char* option : {"--help", "-h"}) {
        const Ran ran = run({option});
        EXPECT_EQ(ran.code, 0);
        for (const char* verb : {"get", "set", "rm", "incr", "stats", "version", "decode"})
            EXPECT_THAT(ran.out, HasSubstr("\n  " + std::string{verb} + ' '));
        EXPECT_EQ(ran.err, "");
    }
}

TEST(Txcb, VersionIsOneLine) {
    const Ran ran = run({"--version"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.out, MatchesRegex("txcb [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Txcb, AnUnknownVerbIsNamedInASentence) {
    const Ran ran = run({"fetch", "k"});
    EXPECT_EQ(ran.code, 64);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "txcb: there is no verb 'fetch'; txcb --help lists them\n");
}

TEST(Txcb, WithoutAVerbTheHelpIsAComplaint) {
    const Ran ran = run({});
    EXPECT_EQ(ran.code, 64);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, run({"--help"}).out);
}

}  // namespace
}  // namespace txcouchbase::cli
