// One request to every node, and one result of all their replies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <txcouchbase/exceptions.hpp>
#include <vector>

#include "client/core.hpp"
#include "client/replies.hpp"

namespace txcouchbase {

/// What a broadcast knows while nodes have still to answer. Every operation it issued holds it.
template <class R>
struct Broadcast final : net::Gathering, std::enable_shared_from_this<Broadcast<R>> {
    Broadcast(Core& owner, const detail::OperationId& whole, protocol::Opcode opcode, std::size_t count)
        : core(owner), gathered(whole), asked(opcode), remaining(count), bytes(owner.node_count()) {}

    Core& core;
    detail::OperationId gathered;
    protocol::Opcode asked;
    std::size_t remaining;
    std::vector<detail::OperationId> questions = {};
    std::vector<std::size_t> bytes;  ///< that the replies of each node took so far
    std::size_t all_bytes = 0;
    R result = {};
    Error error = {};
    bool is_over = false;

    /// A server may send statistics without end. From some size on they are not kept and the whole fails, at once; a
    /// node that has sent as much by itself is stopped in the only way there is.
    bool has_room_for(std::size_t node, const NodeReply& reply) {
        constexpr std::size_t most = 16 * 1024 * 1024;
        constexpr std::size_t of_an_entry = 200;  // two nodes of maps and their strings, whatever is in them
        const std::size_t size = of_an_entry + reply.name.size() + reply.value.size();
        bytes[node] += size;
        all_bytes += size;
        if (all_bytes <= most) return true;
        const char* const cause = "the replies take more than 16 MiB";
        if (!is_over)
            fail(Error{errc::protocol_error,
                       {.operation = std::string{protocol::name(asked)},
                        .node = core.node_name(node),
                        .cause = cause}});
        if (bytes[node] > most && !reply.is_last) core.reject_stream(node, cause);
        return false;
    }

    /// Ends the operation, whichever nodes have still to answer.
    void fail(const Error& failure) {
        is_over = true;
        error = failure;
        result = {};
        core.settle_gathered(
            gathered, [this](net::Operation& operation) { operation.handler->on_failure(operation, error); });
    }

    /// The whole was cancelled: what was not sent is taken back, the other replies are nobody's any more.
    void cancel() override {
        const auto alive = this->shared_from_this();
        for (const detail::OperationId& question : questions)
            if (question.is_live()) question.cancel();
    }

    void one_less(const Error& failure = {}) {
        if (failure && !error) error = failure;
        if (--remaining != 0) return;
        core.settle_gathered(gathered, [this](net::Operation& operation) {
            if (error)
                operation.handler->on_failure(operation, error);
            else
                succeed(operation, std::move(result));
        });
    }
};

/// Sends the requests to every node; `add(result, node, reply)` collects. Fails with the first failure of any node, but
/// not before all have answered, unless their replies take too much.
template <class R, class Add>
AsyncResult<R> broadcast(Core& core, const std::vector<protocol::Request>& requests, IssueOptions options,
                         Add add) {
    detail::OperationHandle gathered = core.issue_gathered();
    // One more than there are questions, until all are asked: nothing completes inside this call.
    const std::size_t questions = core.node_count() * requests.size();
    const auto state =
        std::make_shared<Broadcast<R>>(core, gathered.id(), requests.front().opcode, questions + 1);
    state->questions.reserve(questions);
    gathered.id().operation->gathering = state.get();
    for (std::size_t question = 0; question < questions; ++question) {
        const std::size_t node = question % core.node_count();
        try {
            const detail::OperationHandle one =
                core.issue_to(node, requests[question / core.node_count()], core.node_kind(), options);
            state->questions.push_back(one.id());
            one.callbacks().callback.template emplace<NodeReply>([state, node, add](const NodeReply& reply) {
                if (state->has_room_for(node, reply)) add(state->result, state->core.node_name(node), reply);
                if (reply.is_last) state->one_less();
            });
            one.callbacks().errback.template emplace<const Error&>(
                [state](const Error& failure) { state->one_less(failure); });
        } catch (const CouchbaseError& refused) {
            --state->remaining;
            state->error = refused.error();
        }
    }
    if (--state->remaining != 0) return AsyncResult<R>{std::move(gathered)};
    // No node took it.
    core.settle_gathered(gathered.id(), [](net::Operation&) {});
    throw_exception(state->error);
}

}  // namespace txcouchbase
