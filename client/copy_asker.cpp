// SPDX-License-Identifier: Apache-2.0
#include "client/copy_asker.hpp"

#include <algorithm>
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

std::vector<CopyAsker::Copy> CopyAsker::copies_of_key(bool active_only) const {
    const Router& router = core().router();
    std::vector<Copy> copies{{.node = router.active(key_).value_or(Router::nobody), .is_active = true}};
    for (unsigned index = 0; !active_only && index < router.map()->table.replicas(); ++index) {
        const auto node = router.replica(key_, index);
        const auto is_there = [&node](const Copy& copy) { return copy.node == node; };
        if (node && std::none_of(copies.begin(), copies.end(), is_there)) copies.push_back({.node = *node});
    }
    return copies;
}

void CopyAsker::find_copies(bool active_only) {
    copies_ = copies_of_key(active_only);
    std::erase_if(answers_, [this](const Answer& answer) {
        return std::find(copies_.begin(), copies_.end(), answer.copy) == copies_.end();
    });
}

void CopyAsker::ask_copies(bool active_only, const std::optional<MutationToken>& token) {
    find_copies(active_only);
    // Whoever cannot be asked answers at once, and what is done about it may find them anew.
    for (const Copy& copy : std::vector(copies_)) {
        if (is_over()) return;
        if (std::find(unanswered_.begin(), unanswered_.end(), copy.node) == unanswered_.end())
            ask_copy(copy, token);
    }
}

void CopyAsker::ask_copy(const Copy& copy, const std::optional<MutationToken>& token) {
    if (copy.node == Router::nobody)
        return add(copy, {.error = Error{errc::no_matching_server,
                                         {.key = key_, .cause = "its vBucket has no node now"}}});
    const std::uint16_t vbucket = core().router().route(key_).vbucket;
    const std::array keys{protocol::ObserveKey{vbucket, key_}};
    const protocol::ComposedRequest request =
        token ? protocol::request::observe_seqno(token->vbucket_uuid) : protocol::request::observe(keys);
    try {
        ask<NodeReply>(
            {.node = copy.node, .vbucket = vbucket}, request.view(), core().node_kind(), options_,
            [this, copy, token](const NodeReply& reply) {
                add(copy, token ? read_progress(reply, key_, *token) : read_key_state(reply, key_));
            },
            [this, copy](const Error& error) { add(copy, {.error = error}); });
        unanswered_.push_back(copy.node);
    } catch (const CouchbaseError& refused) {
        add(copy, {.error = refused.error()});
    }
}

void CopyAsker::add(const Copy& copy, CopyReport report) {
    const std::shared_ptr<Composite> self = shared_from_this();
    std::erase(unanswered_, copy.node);
    std::erase_if(answers_, [&copy](const Answer& answer) { return answer.copy.node == copy.node; });
    report.is_active = copy.is_active;
    answers_.push_back({copy, std::move(report)});
    on_report();
}

std::vector<CopyReport> CopyAsker::reports() const {
    std::vector<CopyReport> reports;
    for (const Answer& answer : answers_) reports.push_back(answer.report);
    return reports;
}

std::vector<CopyReport> CopyAsker::present_reports() {
    find_copies(false);
    return reports();
}

Error CopyAsker::no_copies() const {
    return Error{errc::not_supported,
                 {.operation = "OBSERVE", .key = key_, .cause = "a memcached bucket has no copies"}};
}

void Observation::start() {
    if (core().router().map()->table.empty()) return fail(no_copies());
    deadline_ = core().now() + timeout();
    ask_copies(master_only_, std::nullopt);
}

void Observation::on_report() {
    if (!all_have_answered()) return;
    const std::vector<CopyReport> all = reports();
    for (const CopyReport& report : all) {
        if (!report.error) continue;
        const auto again = [this] {
            forget_answers();
            ask_copies(master_only_, std::nullopt);
        };
        if (asks_again(report.error, deadline_, again)) return;
        return fail(report.error);
    }
    if (as_value_) return end(value_result(key(), as_json(all), flags::json));
    ObserveResult result;
    // NOLINTNEXTLINE(cppcoreguidelines-slicing): of the result, its key and no more
    static_cast<Result&>(result) = failed_result(key(), errc::success);
    for (const CopyReport& report : all)
        result.nodes.push_back({.flags = static_cast<ObserveInfo::State>(report.state),
                                .from_master = report.is_active,
                                .cas = report.cas});
    end(std::move(result));
}

}  // namespace txcouchbase
