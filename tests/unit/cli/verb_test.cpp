// SPDX-License-Identifier: Apache-2.0
#include "cli/verb.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace txcouchbase::cli {
namespace {

using testing::ElementsAre;

constexpr Verb verb{.name = "verb",
                    .help = "txcb verb [--own] KEY [KEY] [WORD]\n",
                    .operands = "up to three operands",
                    .least = 1,
                    .most = 3,
                    .keys = 2};

struct VerbTest : testing::Test {
    std::optional<int> read(const std::vector<std::string_view>& arguments) {
        operands.clear();
        return read_arguments(verb, "shared\n", arguments, {flag("--own", "", own)}, operands, console);
    }
    void expect_refusal(const std::vector<std::string_view>& arguments, const std::string& complaint) {
        err.str("");
        EXPECT_EQ(read(arguments), 64) << complaint;
        EXPECT_EQ(err.str(), "txcb verb: " + complaint + "; txcb verb --help explains\n");
        EXPECT_EQ(out.str(), "");
    }

    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    std::vector<std::string_view> operands;
    bool own = false;
};

TEST_F(VerbTest, OptionsAndOperandsAreRead) {
    EXPECT_EQ(read({"k", "--own", "l"}), std::nullopt);
    EXPECT_THAT(operands, ElementsAre("k", "l"));
    EXPECT_TRUE(own);
    EXPECT_EQ(out.str() + err.str(), "");
}

TEST_F(VerbTest, TheNumberOfOperandsIsChecked) {
    expect_refusal({}, "it takes up to three operands");
    expect_refusal({"a", "b", "c", "d"}, "it takes up to three operands");
}

TEST_F(VerbTest, KeysHave1To250BytesAndOtherOperandsWhatTheyLike) {
    const std::string longest(250, 'k');
    const std::string longer(251, 'k');
    EXPECT_EQ(read({longest, longest, longer}), std::nullopt);
    for (const std::vector<std::string_view>& arguments :
         {std::vector<std::string_view>{""}, {"k", ""}, {longer}, {"k", longer, "w"}})
        expect_refusal(arguments, "a key has 1 to 250 bytes");
}

TEST_F(VerbTest, AWrongOptionIsRefused) {
    expect_refusal({"--fast", "k"}, "there is no option '--fast'");
}

TEST_F(VerbTest, HelpIsTheVerbsAndWhatItShares) {
    for (const char* option : {"--help", "-h"}) {
        out.str("");
        EXPECT_EQ(read({option}), 0);
        EXPECT_EQ(out.str(), "txcb verb [--own] KEY [KEY] [WORD]\nshared\n");
        EXPECT_EQ(err.str(), "");
    }
}

TEST_F(VerbTest, AHelpThatCannotBePrintedIsAnError) {
    out.setstate(std::ios::badbit);
    EXPECT_EQ(read({"--help"}), 74);
}

}  // namespace
}  // namespace txcouchbase::cli
