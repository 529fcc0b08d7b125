// Runs txcb in this process, with strings for its streams.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/txcb.hpp"

namespace txcouchbase::cli {

struct Ran {
    int code;
    std::string out;
    std::string err;

    /// The output line by line. Throws when a line is no JSON.
    std::vector<nlohmann::json> lines() const {
        std::vector<nlohmann::json> parsed;
        std::istringstream in{out};
        for (std::string line; std::getline(in, line);) parsed.push_back(nlohmann::json::parse(line));
        return parsed;
    }
};

/// A test that owns the variables which stand in for options: they are unset before and after it.
struct WithoutVariables : testing::Test {
    WithoutVariables() { unset(); }
    ~WithoutVariables() override { unset(); }
    static void unset() {
        for (const char* variable : {"TXCB_CONNECT", "TXCB_USER", "TXCB_PASSWORD"}) unsetenv(variable);
    }
};

/// Runs it without a terminal at its input.
inline Ran run(const std::vector<std::string_view>& arguments, const std::string& input = "") {
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    const int code = run_txcb(arguments, console);
    return {code, out.str(), err.str()};
}

/// What is to be expected of a command line that is wrong: one sentence, and nothing was done.
inline void expect_refusal(const std::vector<std::string_view>& arguments, const std::string& complaint,
                           const std::string& input = "") {
    SCOPED_TRACE(complaint);
    const Ran ran = run(arguments, input);
    const std::string verb{arguments.front()};
    EXPECT_EQ(ran.code, 64);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "txcb " + verb + ": " + complaint + "; txcb " + verb + " --help explains\n");
}

/// The help of a verb: it fits a terminal of 24 lines and 80 columns.
inline std::string help_of(std::string_view verb) {
    const Ran ran = run({verb, "--help"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_LE(std::count(ran.out.begin(), ran.out.end(), '\n'), 24);
    std::istringstream in{ran.out};
    for (std::string line; std::getline(in, line);) EXPECT_LE(line.size(), 80U) << line;
    EXPECT_TRUE(ran.out.starts_with("txcb " + std::string{verb} + ' ')) << ran.out;
    return ran.out;
}

}  // namespace txcouchbase::cli
