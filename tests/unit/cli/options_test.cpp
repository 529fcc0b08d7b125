// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <gmock/gmock.h>

namespace txcouchbase::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Read {
    bool loud = false;
    std::string host = "none";
    std::uint32_t count = 0;
    std::string word = "none";
    std::vector<std::string_view> operands = {};
    std::string complaint = {};
};

Read read(const std::vector<std::string_view>& arguments) {
    Read read;
    const std::vector<Option> options{
        flag("--loud", "-l", read.loud),
        {"--host", "-H", true,
         [&](std::string_view value) {
             read.host = value;
             return value == "bad" ? std::string{"the host is bad"} : std::string{};
         }},
        text_option("--word", "-w", read.word),
        number_option("--count", "a number from 2 to 9", read.count, 2, 9),
    };
    read.complaint = read_options(arguments, options, read.operands);
    return read;
}

TEST(Options, AValueIsSpelledInFourWays) {
    for (const std::vector<std::string_view>& arguments :
         {std::vector<std::string_view>{"--host", "a"}, {"--host=a"}, {"-H", "a"}, {"-Ha"}}) {
        const Read given = read(arguments);
        EXPECT_EQ(given.host, "a");
        EXPECT_EQ(given.complaint, "");
        EXPECT_THAT(given.operands, IsEmpty());
    }
}

TEST(Options, AnEmptyValueIsAValue) {
    EXPECT_EQ(read({"--host="}).host, "");
    EXPECT_EQ(read({"-H", ""}).host, "");
}

TEST(Options, AFlagTakesNoValue) {
    EXPECT_TRUE(read({"-l"}).loud);
    EXPECT_TRUE(read({"--loud"}).loud);
    EXPECT_EQ(read({"--loud=yes"}).complaint, "--loud takes no value");
    EXPECT_EQ(read({"-lx"}).complaint, "-l takes no value");
}

TEST(Options, OperandsAndOptionsMix) {
    const Read given = read({"a", "--loud", "b", "--host", "c", "d"});
    EXPECT_TRUE(given.loud);
    EXPECT_EQ(given.host, "c");
    EXPECT_THAT(given.operands, ElementsAre("a", "b", "d"));
}

TEST(Options, TwoDashesEndTheOptions) {
    const Read given = read({"a", "--", "--loud", "--", "-x"});
    EXPECT_FALSE(given.loud);
    EXPECT_THAT(given.operands, ElementsAre("a", "--loud", "--", "-x"));
}

TEST(Options, ADashAndNegativeNumbersAndNothingAreOperands) {
    EXPECT_THAT(read({"-", "-5", ""}).operands, ElementsAre("-", "-5", ""));
}

TEST(Options, TheFirstWrongOptionIsNamed) {
    EXPECT_EQ(read({"--fast", "--host"}).complaint, "there is no option '--fast'");
    EXPECT_EQ(read({"--fast=1"}).complaint, "there is no option '--fast'");
    EXPECT_EQ(read({"-x"}).complaint, "there is no option '-x'");
    EXPECT_EQ(read({"a", "--host"}).complaint, "--host needs a value");
    EXPECT_EQ(read({"-H"}).complaint, "-H needs a value");
    EXPECT_EQ(read({"-Hbad"}).complaint, "the host is bad");
}

TEST(Options, AnOptionWithoutALetterIsNotFoundByNothing) {
    EXPECT_EQ(read({"--=5"}).complaint, "there is no option '--'");
}

TEST(Options, ANumberHasItsLimits) {
    EXPECT_EQ(read({"--count", "2"}).count, 2U);
    EXPECT_EQ(read({"--count", "9"}).count, 9U);
    for (const std::string_view wrong :
         {"1", "10", "", "x", "5x", " 5", "+5", "-5", "0x5", "18446744073709551616"}) {
        const Read given = read({"--count", wrong});
        EXPECT_EQ(given.complaint, "--count is a number from 2 to 9") << wrong;
        EXPECT_EQ(given.count, 0U) << wrong;
    }
}

TEST(Options, AWordIsTakenAsItIs) {
    EXPECT_EQ(read({"-w", "a b"}).word, "a b");
    EXPECT_EQ(read({"--word="}).word, "");
    EXPECT_EQ(read({"--word"}).complaint, "--word needs a value");
}

TEST(Options, NumbersMayHaveAnotherBase) {
    EXPECT_EQ(parse_number("0d", 16), 13U);
    EXPECT_EQ(parse_number("D", 16), 13U);
    EXPECT_EQ(parse_number("0x0d", 16), std::nullopt);
    EXPECT_EQ(parse_number("", 16), std::nullopt);
}

TEST(Options, NumbersHave64Bits) {
    EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(parse_number("0"), 0U);
    EXPECT_EQ(parse_number("18446744073709551616"), std::nullopt);
}

}  // namespace
}  // namespace txcouchbase::cli
