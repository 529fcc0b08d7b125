// A scenario: commands of the control surface and when to run them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace txcouchbase::cluster::tool {

struct ScenarioStep {
    std::chrono::milliseconds at;
    std::string json;
};

/**
 * Shape:  [{"at_ms": 500, "do": "kill", "node": 1}, ...]; times do not fall. A step without "at_ms" follows the one
 *         before it at once.
 * Errors: a sentence that names the step.
 */
std::variant<std::vector<ScenarioStep>, std::string> read_scenario(std::string_view json);

}  // namespace txcouchbase::cluster::tool
