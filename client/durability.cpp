// SPDX-License-Identifier: Apache-2.0
#include "client/durability.hpp"

#include <algorithm>
#include <txcouchbase/exceptions.hpp>

#include "client/multi_state.hpp"

namespace txcouchbase {

namespace {

IssueOptions asking_for(std::chrono::milliseconds timeout) {
    IssueOptions options;
    options.timeout = timeout;
    return options;
}

}  // namespace

Durability::Durability(Core& core, std::string_view key, const DurabilityOptions& options, std::uint64_t cas,
                       bool is_removal)
    : CopyAsker(core, key, asking_for(options.timeout)), options_(options) {
    wish_.cas = cas;
    wish_.is_removal = is_removal;
}

void Durability::start() {
    if (const Error refused = resolve_wish()) return on_unfulfilled(refused);
    wait_for_copies(std::nullopt);
}

Error Durability::resolve_wish() {
    const protocol::ClusterMap& map = *core().router().map();
    if (map.table.empty()) return no_copies();
    const int replicas = std::min<int>(map.table.replicas(), static_cast<int>(map.data_nodes) - 1);
    if (options_.replicate_to > replicas || options_.persist_to > replicas + 1)
        return Error{errc::durability_too_many,
                     {.key = key(),
                      .cause = "the bucket has " + std::to_string(replicas) +
                               (replicas == 1 ? " replica" : " replicas") + " of a document"}};
    wish_.replicate_to = static_cast<unsigned>(options_.replicate_to < 0 ? replicas : options_.replicate_to);
    wish_.persist_to = static_cast<unsigned>(options_.persist_to < 0 ? replicas + 1 : options_.persist_to);
    return {};
}

void Durability::wait_for_copies(const std::optional<MutationToken>& token) {
    token_ = token;
    wish_.by_token = token.has_value();
    deadline_ = core().now() + options_.timeout;
    ask_again();
}

void Durability::ask_again() {
    if (core().now() >= deadline_) return time_out();
    ask_copies(false, token_);
    if (!is_over()) call_at(std::min(core().now() + options_.interval, deadline_), [this] { ask_again(); });
}

void Durability::on_report() {
    switch (judge_durability(present_reports(), wish_)) {
        case DurabilityVerdict::wait: return;
        case DurabilityVerdict::fulfilled: on_fulfilled(); break;
        case DurabilityVerdict::not_found:
            give_up(errc::not_found, "the active node does not have it");
            break;
        case DurabilityVerdict::replaced: give_up(errc::key_exists, "it has been changed meanwhile"); break;
        case DurabilityVerdict::lost: give_up(errc::map_changed, "a failover has lost the change"); break;
    }
    cancel();  // whoever has not answered need not
}

void Durability::time_out() {
    const std::vector<CopyReport> all = reports();
    const auto failed = std::find_if(
        all.begin(), all.end(), [](const CopyReport& report) { return static_cast<bool>(report.error); });
    std::string cause = "not on enough nodes in time";
    if (failed != all.end())
        cause += "; one of them: " + failed->error.code().message();
    else if (!all_have_answered())
        cause += "; one of them did not answer";
    give_up(errc::timed_out, std::move(cause));
    cancel();
}

void Durability::give_up(errc code, std::string cause) {
    on_unfulfilled(Error{code, {.operation = "OBSERVE", .key = key(), .cause = std::move(cause)}});
}

void Durability::on_fulfilled() {
    // NOLINTNEXTLINE(cppcoreguidelines-slicing): of the result, its key and no more
    end(OperationResult{failed_result(key(), errc::success)});
}

DurableChange::DurableChange(Core& core, const Call& call, const DurabilityOptions& options)
    : Durability(core, call.request.key, options, 0, call.request.opcode == protocol::Opcode::remove),
      key_and_value_(std::string{call.request.key} + std::string{call.request.value}),
      request_(call.request),
      kind_(call.kind),
      issue_options_(call.options) {
    const std::string_view own{key_and_value_};
    request_.key = own.substr(0, call.request.key.size());
    request_.value = own.substr(call.request.key.size());
}

// Whether there are enough nodes at all is known with the map. Before that the change waits with all others, unwritten.
Error DurableChange::issue() {
    is_resolved_ = core().router().map() != nullptr;
    if (is_resolved_)
        if (Error refused = resolve_wish()) return refused;
    listen<OperationResult>(
        core().issue(request_, kind_, issue_options_),
        [this](OperationResult& result) { on_changed(std::move(result)); },
        [this](const Error& error) { fail(error); });
    return {};
}

void DurableChange::start() {
    if (std::exchange(is_resolved_, true)) return;
    const Error refused = resolve_wish();
    if (!refused) return;
    fail(refused);
    cancel();
}

void DurableChange::on_changed(OperationResult result) {
    if (!result.success()) return end(std::move(result));  // quiet: there was nothing to remove
    changed_ = std::move(result);
    set_cas(changed_->cas());
    wait_for_copies(changed_->mutation_token());
}

void DurableChange::on_unfulfilled(const Error& error) {
    if (!changed_) return fail(error);
    ErrorDetail detail = error.detail();
    detail.key = key();
    detail.was_written = true;
    const auto state = std::make_shared<detail::MultiState>();
    ValueResult result{OperationResult{*changed_}};
    state->keys.insert(key());
    state->results.push_back(result);
    state->errors.push_back(error);
    state->all_ok = false;
    detail.attachment = std::make_shared<detail::ResultsAttachment>(MultiResult{state}, result);
    fail(Error{error.code(), std::move(detail)});
}

}  // namespace txcouchbase
