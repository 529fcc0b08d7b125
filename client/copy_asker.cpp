// SPDX-License-Identifier: Apache-2.0
#include "client/copy_asker.hpp"

#include <array>
#include <txcouchbase/exceptions.hpp>

#include "client/transcoder.hpp"
#include "protocol/document_requests.hpp"

namespace txcouchbase {

using protocol::KeyState;

namespace {

Error malformed(const std::string& key, protocol::Defect defect) {
    return Error{errc::protocol_error,
                 {.key = key, .cause = "the reply is malformed: " + std::string{protocol::name(defect)}}};
}

CopyReport read_key_state(const NodeReply& reply, const std::string& key) {
    const auto read = protocol::read_observe(*reply.frame);
    if (!read) return {.error = malformed(key, read.defect())};
    for (const protocol::ObserveEntry& entry : *read)
        if (entry.key == key) return {.state = entry.state, .cas = entry.cas};
    return {.error = Error{errc::protocol_error, {.key = key, .cause = "the answer is about another key"}}};
}

CopyReport read_progress(const NodeReply& reply, const std::string& key, const MutationToken& token) {
    const auto read = protocol::read_observe_seqno(*reply.frame);
    if (!read) return {.error = malformed(key, read.defect())};
    if (read->superseded && read->superseded->last_seqno < token.seqno) return {.is_lost = true};
    const bool is_persisted = read->persisted_seqno >= token.seqno || read->superseded;
    const bool is_there = read->current_seqno >= token.seqno || read->superseded;
    return {.state = is_persisted && is_there ? KeyState::persisted
                     : is_there               ? KeyState::found
                                              : KeyState::not_found};
}

// The original's ObserveInfo, one for each node.
std::string as_json(const std::vector<CopyReport>& reports) {
    std::string list = "[";
    for (const CopyReport& report : reports) {
        if (list.size() > 1) list += ',';
        list += "{\"flags\":" + std::to_string(static_cast<int>(report.state)) +
                ",\"from_master\":" + (report.is_active ? "true" : "false") +
                ",\"cas\":" + std::to_string(report.cas) + '}';
    }
    return list + ']';
}

}  // namespace

void CopyAsker::ask_copies(bool active_only, const std::optional<MutationToken>& token) {
    const Router& router = core().router();
    const auto active = router.active(key_);
    std::vector<std::uint8_t> replicas;
    for (unsigned index = 0; !active_only && index < router.map()->table.replicas(); ++index)
        if (const auto node = router.replica(key_, index)) replicas.push_back(*node);
    reports_.clear();
    awaited_ = replicas.size() + 1;
    if (active)
        ask_copy(*active, true, token);
    else
        add({.is_active = true,
             .error =
                 Error{errc::no_matching_server, {.key = key_, .cause = "its vBucket has no node now"}}});
    for (const std::uint8_t node : replicas) ask_copy(node, false, token);
}

void CopyAsker::ask_copy(std::uint8_t node, bool is_active, const std::optional<MutationToken>& token) {
    const std::uint16_t vbucket = core().router().route(key_).vbucket;
    const std::array keys{protocol::ObserveKey{vbucket, key_}};
    const protocol::ComposedRequest request =
        token ? protocol::request::observe_seqno(token->vbucket_uuid) : protocol::request::observe(keys);
    const auto take = [this, is_active](CopyReport report) {
        report.is_active = is_active;
        add(std::move(report));
    };
    try {
        ask<NodeReply>(
            {.node = node, .vbucket = vbucket}, request.view(), core().node_kind(), options_,
            [this, take, token](const NodeReply& reply) {
                take(token ? read_progress(reply, key_, *token) : read_key_state(reply, key_));
            },
            [take](const Error& error) { take({.error = error}); });
    } catch (const CouchbaseError& refused) {
        take({.error = refused.error()});
    }
}

void CopyAsker::add(CopyReport report) {
    reports_.push_back(std::move(report));
    if (--awaited_ == 0) on_reports(std::move(reports_));
}

Error CopyAsker::no_copies() const {
    return Error{errc::not_supported,
                 {.operation = "OBSERVE", .key = key_, .cause = "a memcached bucket has no copies"}};
}

void Observation::start() {
    if (core().router().map()->table.empty()) return fail(no_copies());
    ask_copies(master_only_, std::nullopt);
}

void Observation::on_reports(std::vector<CopyReport> reports) {
    for (const CopyReport& report : reports)
        if (report.error) return fail(report.error);
    if (as_value_) return end(value_result(key(), as_json(reports), flags::json));
    ObserveResult result;
    static_cast<Result&>(result) = failed_result(key(), errc::success);
    for (const CopyReport& report : reports)
        result.nodes.push_back({.flags = static_cast<ObserveInfo::State>(report.state),
                                .from_master = report.is_active,
                                .cas = report.cas});
    end(std::move(result));
}

}  // namespace txcouchbase
