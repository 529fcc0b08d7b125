// SPDX-License-Identifier: Apache-2.0
#include "cli/decode_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string noop_request = "800a00000000000000000000000000010000000000000000";
const std::string noop_response = "810a00000000000000000000000000010000000000000000";

json need_more(std::size_t total) {
    return {{"outcome", "need_more"}, {"need_total", total}};
}
json fatal(const char* error) {
    return {{"outcome", "error"}, {"error", error}, {"fatal", true}};
}

TEST(DecodeVerb, AnEmptyArgumentNeedsAHeader) {
    const Ran ran = run({"decode", ""});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "{\"outcome\":\"need_more\",\"need_total\":24}\n");
}

TEST(DecodeVerb, TheParserChoosesTheEnd) {
    EXPECT_EQ(run({"decode", "--parser", "client", noop_request}).lines(),
              std::vector{fatal("wrong_direction")});
    EXPECT_EQ(run({"decode", "--parser", "server", noop_response}).lines(),
              std::vector{fatal("wrong_direction")});
    for (const char* parser : {"client", "any"})
        EXPECT_EQ(run({"decode", "--parser", parser, noop_response}).lines()[0]["outcome"], "ok");
    for (const char* parser : {"server", "any"})
        EXPECT_EQ(run({"decode", std::string{"--parser="} + parser, noop_request}).lines()[0]["outcome"],
                  "ok");
}

TEST(DecodeVerb, TheLimitIsTheWholeFrames) {
    EXPECT_EQ(run({"decode", "--max-frame", "24", noop_request}).lines()[0]["outcome"], "ok");
    EXPECT_EQ(run({"decode", "--max-frame=23", noop_request}).lines(), std::vector{fatal("too_large")});
    // Seen in the header already, with no byte of the body there.
    const std::string large = "80010000000000000" + std::string{"1e00001"} + std::string(24, '0');
    EXPECT_EQ(run({"decode", large.substr(0, 48)}).lines(), std::vector{fatal("too_large")});
}

TEST(DecodeVerb, TheDefaultLimitIsTheServers) {
    // 31,457,280 bytes in all is 31,457,256 of body: 01dfffe8.
    const std::string before = "8001000000000000";
    const std::string behind(24, '0');
    EXPECT_EQ(run({"decode", before + "01dfffe8" + behind}).lines(), std::vector{need_more(31'457'280)});
    EXPECT_EQ(run({"decode", before + "01dfffe9" + behind}).lines(), std::vector{fatal("too_large")});
}

TEST(DecodeVerb, CollectionsAreWhatTheSessionAgreedOn) {
    const std::string get = "8000000600000000000000060000030100000000000000000848656c6c6f";
    EXPECT_FALSE(run({"decode", get}).lines()[0]["frame"].contains("fields"));
    EXPECT_EQ(run({"decode", "--collections", get}).lines()[0]["frame"]["fields"],
              (json{{"collection_id", 8}, {"logical_key", "Hello"}}));
}

TEST(DecodeVerb, EachLineOfStandardInputIsABufferOfItsOwn) {
    const Ran ran = run({"decode"}, noop_request + "\n" + noop_request.substr(0, 40) + "\n" + noop_response);
    EXPECT_EQ(ran.code, 0);
    const auto lines = ran.lines();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0]["frame"]["magic"], "0x80");
    EXPECT_EQ(lines[1], need_more(24));
    EXPECT_EQ(lines[2]["frame"]["magic"], "0x81");
}

TEST(DecodeVerb, BlanksAroundALineAreIgnoredAndAnEmptyLineIsAnEmptyBuffer) {
    const auto plain = run({"decode", noop_request}).lines();
    EXPECT_EQ(run({"decode"}, " \t" + noop_request + "  \r\n").lines(), plain);
    EXPECT_EQ(run({"decode"}, "\n").lines(), std::vector{need_more(24)});
    EXPECT_EQ(run({"decode"}, " \t\r\n").lines(), std::vector{need_more(24)});
    EXPECT_EQ(run({"decode"}, "\r\n\n").lines(), (std::vector{need_more(24), need_more(24)}));
}

TEST(DecodeVerb, EmptyStandardInputPrintsNothing) {
    const Ran ran = run({"decode"}, "");
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "");
}

TEST(DecodeVerb, AForeignCharacterIsNamedWithItsPosition) {
    const Ran argument = run({"decode", "80g0"});
    EXPECT_EQ(argument.code, 64);
    EXPECT_EQ(argument.out, "");
    EXPECT_EQ(argument.err, "txcb decode: column 3: 'g' is no hexadecimal digit\n");
    EXPECT_THAT(run({"decode", "80 0"}).err, HasSubstr("column 3: byte 0x20 is no"));
    EXPECT_THAT(run({"decode", " 80"}).err, HasSubstr("column 1: byte 0x20 is no"));
    EXPECT_THAT(run({"decode", "0x80"}).err, HasSubstr("column 2: 'x' is no"));
}

TEST(DecodeVerb, AnOddDigitIsNamedWithItsPosition) {
    const Ran ran = run({"decode", "800"});
    EXPECT_EQ(ran.code, 64);
    EXPECT_EQ(ran.err, "txcb decode: column 3: the last digit has no partner; a byte takes two\n");
}

TEST(DecodeVerb, OnStandardInputTheLineIsNamedTooAndTheLinesBeforeItWereDecoded) {
    const Ran ran = run({"decode"}, noop_request + "\n\n  80-0\n" + noop_request + "\n");
    EXPECT_EQ(ran.code, 64);
    EXPECT_EQ(ran.lines().size(), 2U);
    EXPECT_EQ(ran.err, "txcb decode: line 3, column 5: '-' is no hexadecimal digit\n");
}

TEST(DecodeVerb, WrongOptionsAreAPlainSentence) {
    const std::vector<std::vector<std::string_view>> wrong{
        {"--parser", "both", "80"},
        {"--parser="},
        {"--parser"},
        {"--max-frame"},
        {"--max-frame", "many"},
        {"--max-frame", "-1"},
        {"--max-frame", ""},
        {"--max-frame", "12k"},
        {"--max-frame", "99999999999999999999"},
        {"--pretty"},
        {"-x"},
        {"80", "81"},
        {"--help=please"},
    };
    for (auto arguments : wrong) {
        arguments.insert(arguments.begin(), "decode");
        const Ran ran = run(arguments, noop_request);
        EXPECT_EQ(ran.code, 64) << arguments[1];
        EXPECT_EQ(ran.out, "") << arguments[1];
        EXPECT_THAT(ran.err, HasSubstr("txcb decode: ")) << arguments[1];
    }
}

TEST(DecodeVerb, TheArgumentMayStandAnywhere) {
    for (const std::vector<std::string_view>& arguments :
         {std::vector<std::string_view>{"decode", noop_request, "--parser", "client"},
          {"decode", "--parser", "client", "--", noop_request}})
        EXPECT_EQ(run(arguments).lines(), std::vector{fatal("wrong_direction")});
}

TEST(DecodeVerb, HelpStatesTheRules) {
    const std::string help = help_of("decode");
    for (const char* words : {"--parser", "--max-frame", "--json", "empty line"})
        EXPECT_THAT(help, HasSubstr(words));
}

TEST(DecodeVerb, HelpReadsNothing) {
    EXPECT_EQ(run({"decode", "--help"}, "zz").code, 0);
}

TEST(DecodeVerb, JsonIsWhatItPrintsAnyway) {
    EXPECT_EQ(run({"decode", "--json", noop_request}).out, run({"decode", noop_request}).out);
}

TEST(DecodeVerb, AnOutputThatCannotBeWrittenIsAnError) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    out.setstate(std::ios::badbit);
    Console console{in, out, err};
    const std::string_view arguments[] = {noop_request};
    EXPECT_EQ(run_decode(arguments, console), 74);
    EXPECT_THAT(err.str(), HasSubstr("standard output"));
}

TEST(DecodeVerb, AnInputThatBreaksIsAnError) {
    struct Broken : std::streambuf {
        int_type underflow() override { throw std::runtime_error{"gone"}; }  // istream makes this its badbit
    } broken;
    std::istream in{&broken};
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    EXPECT_EQ(run_decode({}, console), 74);
    EXPECT_THAT(err.str(), HasSubstr("standard input"));
}

}  // namespace
}  // namespace txcouchbase::cli
