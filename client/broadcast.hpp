// One request to every node, and one result of all their replies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <txcouchbase/exceptions.hpp>
#include <vector>

#include "client/core.hpp"
#include "client/replies.hpp"

namespace txcouchbase {

/// What a broadcast knows while nodes have still to answer. Every operation it issued holds it.
template <class R>
struct Broadcast final : net::Gathering, std::enable_shared_from_this<Broadcast<R>> {
    Broadcast(Core& owner, const detail::OperationId& whole, protocol::Opcode opcode)
        : core(owner), gathered(whole), asked(opcode) {}

    Core& core;
    detail::OperationId gathered;
    protocol::Opcode asked;
    std::size_t remaining = 1;  // questions, and whoever is asking them still: nothing completes inside that
    std::vector<detail::OperationId> questions = {};
    std::map<std::string, std::size_t> bytes = {};  ///< that the replies of each node took so far
    std::size_t all_bytes = 0;
    R result = {};
    Error error = {};
    bool is_over = false;

    /// A server may send statistics without end. From some size on they are not kept and the whole fails, at once; a
    /// node that has sent as much by itself is stopped in the only way there is.
    bool has_room_for(std::uint8_t node, const std::string& name, const NodeReply& reply) {
        constexpr std::size_t most = 16 * 1024 * 1024;
        constexpr std::size_t of_an_entry = 200;  // two nodes of maps and their strings, whatever is in them
        const std::size_t size = of_an_entry + reply.name.size() + reply.value.size();
        const std::size_t of_node = bytes[name] += size;
        all_bytes += size;
        if (all_bytes <= most) return true;
        const char* const cause = "the replies take more than 16 MiB";
        if (!is_over)
            fail(Error{errc::protocol_error,
                       {.operation = std::string{protocol::name(asked)}, .node = name, .cause = cause}});
        if (of_node > most && !reply.is_last) core.reject_stream(node, cause);
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

/// A node has failed: `add` may take that as an answer, and the whole fails if it does not.
template <class R, class Add>
void end_question(Broadcast<R>& state, const std::string& node, const Error& failure, Add& add) {
    if constexpr (requires { add.on_failure(state.result, node, failure); }) {
        add.on_failure(state.result, node, failure);
        state.one_less();
    } else {
        state.one_less(failure);
    }
}

template <class R, class Add>
void ask_every_node(const std::shared_ptr<Broadcast<R>>& state,
                    const std::vector<protocol::Request>& requests, IssueOptions options, Add add) {
    Core& core = state->core;
    const std::vector<std::uint8_t> nodes = core.nodes_to_ask();
    for (const protocol::Request& request : requests) {
        for (const std::uint8_t node : nodes) {
            try {
                const std::string name = core.node_name(node);
                const detail::OperationHandle one =
                    core.issue_to({.node = node, .vbucket = 0}, request, core.node_kind(), options);
                ++state->remaining;
                state->questions.push_back(one.id());
                one.callbacks().callback.template emplace<NodeReply>(
                    [state, node, name, add](const NodeReply& reply) {
                        if (state->has_room_for(node, name, reply)) add(state->result, name, reply);
                        if (reply.is_last) state->one_less();
                    });
                one.callbacks().errback.template emplace<const Error&>(
                    [state, name, add](const Error& failure) mutable {
                        end_question(*state, name, failure, add);
                    });
            } catch (const CouchbaseError& refused) {
                state->error = refused.error();
            }
        }
    }
}

/// The requests as the caller made them, with keys of their own.
template <class R, class Add>
void ask_when_connected(const std::shared_ptr<Broadcast<R>>& state,
                        const std::vector<protocol::Request>& requests, IssueOptions options, Add add) {
    auto keys = std::make_shared<std::vector<std::string>>();
    for (const protocol::Request& request : requests) keys->emplace_back(request.key);
    auto [resolver, connected] = make_deferred<void>();
    state->core.wait_for_connect(std::move(resolver));
    connected.add_callbacks(
        [state, keys, asked = requests, options, add]() mutable {
            if (!state->gathered.is_live()) return;  // cancelled
            for (std::size_t i = 0; i < asked.size(); ++i) asked[i].key = (*keys)[i];
            ask_every_node(state, asked, options, add);
            state->one_less();
        },
        [state](const Failure& failure) {
            const auto* const error = failure.get_if<CouchbaseError>();
            state->fail(error != nullptr ? error->error() : Error{errc::connection_closed});
        });
}

/// Sends the requests to every node; `add(result, node, reply)` collects. Fails with the first failure of any node, but
/// not before all have answered, unless their replies take too much. Before a cluster's nodes are known, it waits.
/// `begin` is what they are added to; `Gives` is what succeed() makes of it.
template <class R, class Gives = R, class Add>
AsyncResult<Gives> broadcast(Core& core, const std::vector<protocol::Request>& requests, IssueOptions options,
                             Add add, R begin = {}) {
    detail::OperationHandle gathered = core.issue_gathered();
    const auto state = std::make_shared<Broadcast<R>>(core, gathered.id(), requests.front().opcode);
    gathered.id().operation->gathering = state.get();
    state->result = std::move(begin);
    if (core.router().members().empty() && !core.is_over()) {
        ask_when_connected(state, requests, options, add);
        return AsyncResult<Gives>{std::move(gathered)};
    }
    ask_every_node(state, requests, options, add);
    if (--state->remaining != 0) return AsyncResult<Gives>{std::move(gathered)};
    // No node took it.
    core.settle_gathered(gathered.id(), [](net::Operation&) {});
    throw_exception(state->error);
}

}  // namespace txcouchbase
