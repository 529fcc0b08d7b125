// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/scenario.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::cluster::tool {
namespace {

using namespace std::chrono_literals;

std::string complaint(std::string_view json) {
    const auto out = read_scenario(json);
    const auto* words = std::get_if<std::string>(&out);
    return words == nullptr ? "accepted" : *words;
}

TEST(Scenario, StepsHaveTheirTimesAndCommands) {
    const auto out =
        read_scenario(R"([{"do": "state"}, {"at_ms": 50, "do": "kill", "node": 1}, {"do": "state"}])");
    const auto& steps = std::get<std::vector<ScenarioStep>>(out);
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].at, 0ms);
    EXPECT_EQ(steps[1].at, 50ms);
    EXPECT_EQ(steps[1].json, R"({"do":"kill","node":1})");
    EXPECT_EQ(steps[2].at, 50ms);
}

TEST(Scenario, TheWrongStepIsNamed) {
    EXPECT_EQ(complaint("{}"), "a scenario is a JSON array of commands");
    EXPECT_EQ(complaint("["), "a scenario is a JSON array of commands");
    EXPECT_EQ(complaint("[1]"), "step 1: is no object");
    EXPECT_EQ(complaint(R"([{"do": "state"}, {"do": "dance"}])"), R"(step 2: there is no command "dance")");
    EXPECT_EQ(complaint(R"([{"at_ms": -1, "do": "state"}])"),
              R"(step 1: "at_ms" must be a whole number from 0 to 86400000)");
    EXPECT_EQ(complaint(R"([{"at_ms": 5, "do": "state"}, {"at_ms": 4, "do": "state"}])"),
              R"(step 2: "at_ms" is earlier than that of the step before)");
}

}  // namespace
}  // namespace txcouchbase::cluster::tool
