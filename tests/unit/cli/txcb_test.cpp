// SPDX-License-Identifier: Apache-2.0
#include "cli/txcb.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr const char* verbs[] = {"get",     "set",  "add",      "replace", "rm",    "touch",
                                 "incr",    "decr", "lock",     "unlock",  "stats", "ping",
                                 "version", "hash", "strerror", "decode"};

TEST(Txcb, HelpNamesTheVerbsAndFitsAScreen) {
    for (const char* option : {"--help", "-h"}) {
        const Ran ran = run({option});
        EXPECT_EQ(ran.code, 0);
        for (const char* verb : verbs) EXPECT_THAT(ran.out, HasSubstr("\n  " + std::string{verb} + ' '));
        EXPECT_EQ(ran.err, "");
        EXPECT_LE(std::ranges::count(ran.out, '\n'), 24);
    }
}

TEST(Txcb, TheHelpOfEveryVerbFitsAScreen) {
    for (const char* verb : verbs) help_of(verb);
}

TEST(Txcb, EveryVerbTakesJson) {
    for (const char* verb : verbs) EXPECT_EQ(run({verb, "--json", "--help"}).code, 0) << verb;
}

TEST(Txcb, EveryVerbIsDocumentedWithTheObjectsItPrints) {
    std::ifstream file{TXCB_SOURCE_DIR "/docs/txcb.md"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    for (const char* verb : verbs) {
        const std::size_t start = text.find("\n### `" + std::string{verb} + "`\n");
        ASSERT_NE(start, std::string::npos) << verb;
        const std::string chapter = text.substr(start, text.find("\n### ", start + 1) - start);
        EXPECT_THAT(chapter, HasSubstr("\n| member | type | meaning |\n")) << verb;
        const std::size_t example = chapter.find("\n    {");
        ASSERT_NE(example, std::string::npos) << verb;
        const auto object =
            nlohmann::json::parse(chapter.substr(example, chapter.find('\n', example + 1) - example));
        for (const auto& [member, value] : object.items())
            EXPECT_THAT(chapter, HasSubstr("\n| `" + member + "` |")) << verb;
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
