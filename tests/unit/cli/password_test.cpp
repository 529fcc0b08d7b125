// SPDX-License-Identifier: Apache-2.0
// What happens on a terminal is shown by tests/integration/cli_test.py, which has one.
#include "cli/password.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace txcouchbase::cli {
namespace {

struct PasswordTest : testing::Test {
    std::string read(const std::string& input) {
        in.str(input);
        return read_password(console, password);
    }

    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    std::string password;
};

TEST_F(PasswordTest, WithoutATerminalItIsOneLineAndNobodyIsAsked) {
    EXPECT_EQ(read(" sesame \nrest"), "");
    EXPECT_EQ(password, " sesame ");
    EXPECT_EQ(err.str() + out.str(), "");
    std::string rest;
    EXPECT_TRUE(std::getline(in, rest));
    EXPECT_EQ(rest, "rest");
}

TEST_F(PasswordTest, TheLastLineNeedsNoEnd) {
    EXPECT_EQ(read("sesame"), "");
    EXPECT_EQ(password, "sesame");
}

TEST_F(PasswordTest, NoLineIsNoPassword) {
    EXPECT_EQ(read(""), "standard input ended before there was a password");
}

}  // namespace
}  // namespace txcouchbase::cli
