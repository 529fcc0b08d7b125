// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace txcouchbase::cli {
namespace {

struct ConsoleTest : testing::Test {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
};

TEST_F(ConsoleTest, ARefusalIsASentenceThatPointsToTheHelp) {
    EXPECT_EQ(refuse("get", "it takes one KEY", console), 64);
    EXPECT_EQ(err.str(), "txcb get: it takes one KEY; txcb get --help explains\n");
    EXPECT_EQ(out.str(), "");
}

TEST_F(ConsoleTest, AnEndKeepsTheCodeWhenTheOutputWentOut) {
    EXPECT_EQ(finish("get", 1, console), 1);
    EXPECT_EQ(err.str(), "");
}

TEST_F(ConsoleTest, AnOutputThatBrokeIsWorseThanAnyCode) {
    out.setstate(std::ios::badbit);
    EXPECT_EQ(finish("get", 1, console), 74);
    EXPECT_EQ(err.str(), "txcb get: standard output cannot be written\n");
}

}  // namespace
}  // namespace txcouchbase::cli
