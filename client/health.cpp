// SPDX-License-Identifier: Apache-2.0
#include "client/health.hpp"

#include <nlohmann/json.hpp>
#include <random>
#include <txcouchbase/txcouchbase.hpp>

namespace txcouchbase {
namespace {

using Json = nlohmann::ordered_json;  // in the order in which a reader asks

Json frame_of(const ReportFrame& frame) {
    Json report;
    report["version"] = 2;
    report["id"] = frame.id;
    report["sdk"] = "txcouchbase/" + std::string{version_text};
    if (frame.map_revision) {
        report["config_rev"] = *frame.map_revision;
        report["config_from_cache"] = frame.began_with_cache;
    }
    return report;
}

void add_place(Json& entry, const Endpoint& endpoint, const std::string& bucket) {
    entry["remote"] = endpoint.remote;
    if (!endpoint.local.empty()) entry["local"] = endpoint.local;
    if (!bucket.empty()) entry["namespace"] = bucket;
}

std::string text_of(Json report, Json entries) {
    report["services"]["kv"] = std::move(entries);
    return report.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string report_id(std::string_view wanted) {
    if (!wanted.empty()) return std::string{wanted};
    std::string uuid = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    std::random_device entropy;
    for (char& c : uuid) {
        const unsigned random = entropy();
        if (c == 'x') c = "0123456789abcdef"[random % 16];
        if (c == 'y') c = "89ab"[random % 4];
    }
    return uuid;
}

std::string diagnostics_json(const ReportFrame& frame, const std::vector<Endpoint>& endpoints) {
    Json entries = Json::array();
    for (const Endpoint& endpoint : endpoints) {
        Json entry;
        entry["id"] = endpoint.id;
        if (endpoint.idle) entry["last_activity_us"] = endpoint.idle->count();
        entry["state"] = endpoint.state;
        add_place(entry, endpoint, frame.bucket);
        entries.push_back(std::move(entry));
    }
    return text_of(frame_of(frame), std::move(entries));
}

std::string PingDraft::to_json() const {
    Json entries = Json::array();
    for (const Answer& answer : answers) {
        Json entry;
        entry["id"] = answer.endpoint.id;
        entry["latency_us"] = answer.latency.count();
        entry["state"] = !answer.error ? "ok" : answer.error.code() == errc::timed_out ? "timeout" : "error";
        add_place(entry, answer.endpoint, frame.bucket);
        if (answer.error) {
            const std::string& cause = answer.error.detail().cause;
            entry["error"] = answer.error.code().message() + (cause.empty() ? "" : ": " + cause);
        }
        entries.push_back(std::move(entry));
    }
    return text_of(frame_of(frame), std::move(entries));
}

}  // namespace txcouchbase
