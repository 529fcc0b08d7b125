// Runs txcb in this process, with strings for its streams.
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

inline Ran run(const std::vector<std::string_view>& arguments, const std::string& input = "") {
    std::istringstream in{input};
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    const int code = run_txcb(arguments, console);
    return {code, out.str(), err.str()};
}

}  // namespace txcouchbase::cli
