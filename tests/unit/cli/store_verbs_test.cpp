// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/store_verbs.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

constexpr std::string_view all[] = {"set", "add", "replace"};

TEST(StoreVerbs, HelpNamesTheOptions) {
    for (const auto verb : all)
        for (const char* option : {"-f, --file FILE", "--format F", "--ttl TIME"})
            EXPECT_THAT(help_of(verb), HasSubstr(option));
    for (const auto verb : {"set", "replace"}) EXPECT_THAT(help_of(verb), HasSubstr("--cas N"));
}

TEST(StoreVerbs, NeedAKeyAndAValue) {
    const std::string complaint = "it takes a KEY and a VALUE, or --file and a KEY";
    for (const auto verb : all) {
        expect_refusal({verb}, complaint);
        expect_refusal({verb, "k"}, complaint);
        expect_refusal({verb, "k", "v", "w"}, complaint);
        expect_refusal({verb, "-f", "/dev/null", "k", "v"}, complaint);
        expect_refusal({verb, "-f", "/dev/null"}, complaint);
    }
}

TEST(StoreVerbs, FormatsAreThree) {
    for (const std::string_view format : {"", "JSON", "text"})
        expect_refusal({"set", "--format", format, "k", "v"}, "--format is json, utf8 or bytes");
}

TEST(StoreVerbs, TheTimeToLiveIsADuration) {
    expect_refusal({"add", "--ttl", "soon", "k", "v"}, "--ttl is seconds, as in 90, 90s, 5m, 2h or 1d");
}

TEST(StoreVerbs, ACasIsNeverZero) {
    for (const std::string_view cas : {"0", "", "-1", "x", "18446744073709551616"})
        expect_refusal({"set", "--cas", cas, "k", "v"}, "--cas is a number from 1 to 18446744073709551615");
}

TEST(StoreVerbs, WhatIsNotThereYetHasNoCas) {
    expect_refusal({"add", "--cas", "1", "k", "v"}, "there is no option '--cas'");
}

TEST(StoreVerbs, AValueThatIsNotWhatItIsSaidToBeIsUsage) {
    expect_refusal({"set", "--format", "utf8", "k", "-"}, "the value is no UTF-8; --format bytes takes it",
                   "a\xc3");
    expect_refusal({"replace", "--format=json", "k", "hello"},
                   "the value is no JSON document; text in JSON has quotes");
}

TEST(StoreVerbs, AFileThatCannotBeReadIsAnError) {
    for (const std::string_view path : {"/nowhere/at all", "/tmp"}) {
        const Ran ran = run({"set", "-f", path, "k"});
        EXPECT_EQ(ran.code, 74);
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(ran.err, "txcb set: file \"" + std::string{path} + "\" cannot be read\n");
    }
}

TEST(StoreVerbs, AnInputWithoutEndIsUsage) {
    std::filebuf endless;
    ASSERT_NE(endless.open("/dev/zero", std::ios::in), nullptr);
    std::istream in{&endless};
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    const std::string_view arguments[] = {"k", "-"};
    EXPECT_EQ(run_set(arguments, console), 64);
    EXPECT_EQ(err.str(), "txcb set: standard input has more than 128 MiB; txcb set --help explains\n");
}

}  // namespace
}  // namespace txcouchbase::cli
