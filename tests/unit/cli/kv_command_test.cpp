// SPDX-License-Identifier: Apache-2.0
#include "cli/kv_command.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Verb verb{.name = "verb",
                    .help = "txcb verb [--own] KEY [KEY] [WORD]\n",
                    .operands = "up to three operands",
                    .least = 1,
                    .most = 3,
                    .keys = 2};

struct KvCommandTest : WithoutVariables {
    std::optional<int> read(const std::vector<std::string_view>& arguments, const std::string& input = "") {
        in.str(input);
        return read_command(verb, arguments, {flag("--own", "", own)}, command, console);
    }
    void expect_refusal(const std::vector<std::string_view>& arguments, const std::string& complaint) {
        err.str("");
        command = {};
        EXPECT_EQ(read(arguments, "secret\n"), 64) << complaint;
        EXPECT_EQ(err.str(), "txcb verb: " + complaint + "; txcb verb --help explains\n");
        EXPECT_EQ(out.str(), "");
    }

    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    KvCommand command;
    bool own = false;
};

TEST_F(KvCommandTest, DefaultsAreTheLocalServerAndTheConnectionsOwn) {
    EXPECT_EQ(read({"k"}), std::nullopt);
    EXPECT_EQ(command.connect, "memcached://127.0.0.1:11211");
    EXPECT_EQ(command.options.timeout, ConnectionOptions{}.timeout);
    EXPECT_EQ(command.options.username, "");
    EXPECT_FALSE(command.options.allow_plain);
    EXPECT_THAT(command.operands, ElementsAre("k"));
    EXPECT_FALSE(own);
}

TEST_F(KvCommandTest, TheEnvironmentNamesTheServerAndTheOptionOverridesIt) {
    setenv("TXCB_CONNECT", "memcached://a", 1);
    EXPECT_EQ(read({"k"}), std::nullopt);
    EXPECT_EQ(command.connect, "memcached://a");
    for (const std::vector<std::string_view>& arguments :
         {std::vector<std::string_view>{"-U", "memcached://b", "k"}, {"--connect=memcached://b", "k"}}) {
        EXPECT_EQ(read(arguments), std::nullopt);
        EXPECT_EQ(command.connect, "memcached://b");
        command = {};
    }
}

TEST_F(KvCommandTest, AnEmptyEnvironmentVariableIsNone) {
    setenv("TXCB_CONNECT", "", 1);
    EXPECT_EQ(read({"k"}), std::nullopt);
    EXPECT_EQ(command.connect, "memcached://127.0.0.1:11211");
}

TEST_F(KvCommandTest, TheTimeoutIsForAllThatIsWaitedFor) {
    EXPECT_EQ(read({"--timeout", "9000", "k"}), std::nullopt);
    EXPECT_EQ(command.options.timeout, 9s);
    EXPECT_EQ(command.options.connect_timeout, 9s);
    EXPECT_EQ(command.options.silence_timeout, 9s);
}

TEST_F(KvCommandTest, AShortTimeoutLeavesTheSilenceAsItIs) {
    EXPECT_EQ(read({"--timeout", "1", "k"}), std::nullopt);
    EXPECT_EQ(command.options.timeout, 1ms);
    EXPECT_EQ(command.options.silence_timeout, ConnectionOptions{}.silence_timeout);
}

TEST_F(KvCommandTest, ATimeoutIsBetweenAMillisecondAndADay) {
    EXPECT_EQ(read({"--timeout", "86400000", "k"}), std::nullopt);
    for (const std::string_view wrong : {"0", "86400001", "-1", "1s", "", "2.5"})
        expect_refusal({"--timeout", wrong, "k"}, "--timeout is a number of milliseconds from 1 to 86400000");
}

TEST_F(KvCommandTest, WhatIsPrintedIsChosen) {
    EXPECT_EQ(read({"k"}), std::nullopt);
    EXPECT_FALSE(command.json || command.explain);
    EXPECT_EQ(read({"--json", "--explain", "k"}), std::nullopt);
    EXPECT_TRUE(command.json && command.explain);
}

TEST_F(KvCommandTest, TheLoginComesFromOptions) {
    EXPECT_EQ(read({"-u", "me", "-P", "secret", "--allow-plain", "k"}, "value"), std::nullopt);
    EXPECT_EQ(command.options.username, "me");
    EXPECT_EQ(command.options.password, "secret");
    EXPECT_TRUE(command.options.allow_plain);
}

TEST_F(KvCommandTest, ADashTakesThePasswordFromALineOfInput) {
    EXPECT_EQ(read({"-u", "me", "-P", "-", "k"}, "secret\nvalue"), std::nullopt);
    EXPECT_EQ(command.options.password, "secret");
    std::string rest;
    EXPECT_TRUE(std::getline(in, rest));
    EXPECT_EQ(rest, "value");
}

TEST_F(KvCommandTest, TheEnvironmentLogsInAndOptionsOverrideIt) {
    setenv("TXCB_USER", "me", 1);
    setenv("TXCB_PASSWORD", "secret", 1);
    EXPECT_EQ(read({"k"}), std::nullopt);
    EXPECT_EQ(command.options.username, "me");
    EXPECT_EQ(command.options.password, "secret");
    command = {};
    EXPECT_EQ(read({"-u", "you", "-P", "hidden", "k"}), std::nullopt);
    EXPECT_EQ(command.options.username, "you");
    EXPECT_EQ(command.options.password, "hidden");
    command = {};
    EXPECT_EQ(read({"-u", "you", "k"}), std::nullopt);
    EXPECT_EQ(command.options.username, "you");
    EXPECT_EQ(command.options.password, "secret");
    command = {};
    EXPECT_EQ(read({"-P", "-", "k"}, "typed\n"), std::nullopt);
    EXPECT_EQ(command.options.username, "me");
    EXPECT_EQ(command.options.password, "typed");
}

TEST_F(KvCommandTest, ADashInTheEnvironmentIsAPassword) {
    setenv("TXCB_USER", "me", 1);
    setenv("TXCB_PASSWORD", "-", 1);
    EXPECT_EQ(read({"k"}, "value\n"), std::nullopt);
    EXPECT_EQ(command.options.password, "-");
}

TEST_F(KvCommandTest, NameAndPasswordNeedEachOther) {
    const std::string complaint = "a user name (-u) and a password (-P) need each other";
    for (const std::vector<std::string_view>& arguments : {std::vector<std::string_view>{"-u", "me", "k"},
                                                           {"-P", "-", "k"},
                                                           {"-P", "secret", "k"},
                                                           {"-u", "", "-P", "-", "k"},
                                                           {"-u", "me", "-P", "", "k"}})
        expect_refusal(arguments, complaint);
    setenv("TXCB_PASSWORD", "secret", 1);
    expect_refusal({"k"}, complaint);
}

TEST_F(KvCommandTest, AnInputWithoutALineIsNoPassword) {
    EXPECT_EQ(read({"-u", "me", "-P", "-", "k"}, ""), 64);
    EXPECT_THAT(err.str(), HasSubstr("ended before there was a password"));
}

TEST_F(KvCommandTest, ThePasswordIsNotReadForACommandThatIsWrong) {
    EXPECT_EQ(read({"-u", "me", "-P", "-"}, "secret\n"), 64);
    std::string line;
    EXPECT_TRUE(std::getline(in, line));
}

TEST_F(KvCommandTest, HelpNamesWhatAllShare) {
    EXPECT_EQ(read({"--help"}), 0);
    EXPECT_THAT(out.str(), testing::StartsWith("txcb verb [--own] KEY"));
    for (const char* shared : {"--connect", "TXCB_CONNECT", "-u NAME", "TXCB_USER", "-P PASSWORD", "-P -",
                               "TXCB_PASSWORD", "--allow-plain", "--timeout", "--json", "--explain"})
        EXPECT_THAT(out.str(), HasSubstr(shared));
}

}  // namespace
}  // namespace txcouchbase::cli
