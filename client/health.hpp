// What diagnostics() and ping_report() say: JSON in the form that Couchbase's SDKs have agreed on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <txcouchbase/error.hpp>
#include <vector>

namespace txcouchbase {

/// A connection to one node, or the want of one.
struct Endpoint {
    std::string id = {};
    std::string remote = {};
    std::string local = {};                              ///< empty: there is no socket
    std::string_view state = {};                         ///< "connected", "connecting", "disconnected"
    std::optional<std::chrono::microseconds> idle = {};  ///< since bytes came or went
};

/// What is the same for all endpoints.
struct ReportFrame {
    std::string id;      ///< of the report
    std::string bucket;  ///< empty: there are none
    std::optional<std::uint64_t> map_revision = {};
    bool began_with_cache = false;  ///< the first map came from a node that the config cache knew
};

/// What the caller calls the report, or else a random UUID.
std::string report_id(std::string_view wanted);

std::string diagnostics_json(const ReportFrame& frame, const std::vector<Endpoint>& endpoints);

/// A ping whose answers are still coming.
struct PingDraft {
    struct Answer {
        Endpoint endpoint;
        std::chrono::microseconds latency{};
        Error error = {};
    };

    ReportFrame frame;
    std::vector<Answer> answers;  ///< in the order in which they came

    std::string to_json() const;
};

}  // namespace txcouchbase
