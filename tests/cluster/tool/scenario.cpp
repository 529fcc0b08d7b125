// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/scenario.hpp"

#include <nlohmann/json.hpp>

#include "tests/cluster/control/control_command.hpp"

namespace txcouchbase::cluster::tool {

namespace {

constexpr std::int64_t longest = 86'400'000;

/// Empty, or what is wrong with the step.
std::string read_step(nlohmann::json step, std::vector<ScenarioStep>& steps) {
    if (!step.is_object()) return "is no object";
    const std::chrono::milliseconds before = steps.empty() ? std::chrono::milliseconds(0) : steps.back().at;
    const nlohmann::json at = step.value("at_ms", nlohmann::json(before.count()));
    if (!at.is_number_integer() || at < 0 || at > longest)
        return "\"at_ms\" must be a whole number from 0 to 86400000";
    if (at < before.count()) return "\"at_ms\" is earlier than that of the step before";
    step.erase("at_ms");
    std::string json = step.dump();
    const auto command = read_control(json);
    if (const auto* words = std::get_if<std::string>(&command)) return *words;
    steps.push_back({std::chrono::milliseconds(at.get<std::int64_t>()), std::move(json)});
    return {};
}

}  // namespace

std::variant<std::vector<ScenarioStep>, std::string> read_scenario(std::string_view json) {
    const nlohmann::json list = nlohmann::json::parse(json, nullptr, false);
    if (!list.is_array()) return "a scenario is a JSON array of commands";
    std::vector<ScenarioStep> steps;
    for (const nlohmann::json& step : list)
        if (const std::string words = read_step(step, steps); !words.empty())
            return "step " + std::to_string(steps.size() + 1) + ": " + words;
    return steps;
}

}  // namespace txcouchbase::cluster::tool
