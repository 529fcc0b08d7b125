// SPDX-License-Identifier: Apache-2.0
#include "client/ping_report.hpp"

#include <algorithm>

#include "client/broadcast.hpp"
#include "protocol/classic_requests.hpp"

namespace txcouchbase {
namespace {

/// Adds the answers of nodes to a draft.
struct PingAnswers {
    void operator()(PingDraft& draft, const std::string& node, const NodeReply&) const {
        on_failure(draft, node, {});
    }
    void on_failure(PingDraft& draft, const std::string& node, const Error& error) const {
        const auto latency =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
        draft.frame.map_revision = core->map_revision();  // there may have been none when it was asked for
        draft.answers.push_back({endpoint_of(node), latency, error});
    }
    Endpoint endpoint_of(const std::string& node) const {
        const std::vector<Endpoint> endpoints = core->endpoints();
        const auto at = std::find_if(endpoints.begin(), endpoints.end(),
                                     [&node](const Endpoint& endpoint) { return endpoint.remote == node; });
        return at != endpoints.end() ? *at : Endpoint{.remote = node};
    }

    const Core* core;
    net::TimePoint start;
};

}  // namespace

void succeed(net::Operation& operation, const PingDraft& draft) {
    succeed<std::string>(operation, draft.to_json());
}

AsyncResult<std::string> report_ping(Core& core, std::string_view report_id, const RequestOptions& options) {
    return broadcast<PingDraft, std::string>(core, {protocol::request::noop()}, options,
                                             PingAnswers{&core, std::chrono::steady_clock::now()},
                                             {.frame = core.report_frame(report_id), .answers = {}});
}

}  // namespace txcouchbase
