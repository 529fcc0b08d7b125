// SPDX-License-Identifier: Apache-2.0
#include "client/replies.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/results.hpp>

#include "client/batch.hpp"
#include "client/core.hpp"
#include "client/transcoder.hpp"
#include "protocol/classic_responses.hpp"
#include "protocol/error_body.hpp"

namespace txcouchbase {
namespace {

using net::Answer;
using net::Block;
using net::Operation;
using net::ReceiveBuffer;
using protocol::Frame;

constexpr std::size_t longest_server_text = 256;

// Drops one callback of the operation and calls the other. Nothing that it throws gets any further. (Inlined by force,
// as keep() is: together they are 40 of the 330 instructions that a reply costs.)
template <class Chosen, class Other>
[[gnu::always_inline]] inline bool call(Operation& operation, Chosen& chosen, Other& other, void* argument) {
    bool called = false;
    other.finish([](auto&&) {});
    chosen.finish([&](auto&& invoke) {
        called = true;
        try {
            invoke(argument);
        } catch (...) {
            core_of(operation).report_unhandled(std::current_exception());
        }
    });
    return called;
}

void on_failure(Operation& operation, const Error& error);

}  // namespace

// The hot ones deliver inline; succeed() is what everybody else calls.
template <class R>
[[gnu::always_inline]] inline void deliver(Operation& operation, R& result) {
    if constexpr (std::is_constructible_v<ValueResult, R&&>) {
        if (operation.traits.is_batched) {
            const BatchSlot slot = batch_slot_of(operation);
            if constexpr (std::same_as<R, ValueResult>)
                return slot.batch->on_result(slot.child, std::move(result));
            else
                return slot.batch->on_result(slot.child, ValueResult{std::move(result)});
        }
    }
    detail::OperationCallbacks& callbacks = callbacks_of(operation);
    call(operation, callbacks.callback, callbacks.errback, &result);
}

template <class R>
void succeed(Operation& operation, R result) {
    deliver(operation, result);
}
template void succeed(Operation&, OperationResult);
template void succeed(Operation&, ValueResult);
template void succeed(Operation&, MultiResult);
template void succeed(Operation&, VersionResult);
template void succeed(Operation&, StatsResult);
template void succeed(Operation&, PingResult);
template void succeed(Operation&, std::string);
template void succeed(Operation&, ObserveResult);

namespace {

void on_failure(Operation& operation, const Error& error) {
    if (operation.traits.is_batched) {
        const BatchSlot slot = batch_slot_of(operation);
        return slot.batch->on_failure(slot.child, error);
    }
    detail::OperationCallbacks& callbacks = callbacks_of(operation);
    Error shown = error;
    if (!call(operation, callbacks.errback, callbacks.callback, &shown))
        core_of(operation).report_unhandled(make_exception(error));
}

void fail(Operation& operation, boost::system::error_code code, std::string cause,
          std::string server_text = {}) {
    net::KvMachine& machine = core_of(operation).machine_of(operation);
    const Error known = machine.describe(operation, code, std::move(cause));
    ErrorDetail detail = known.detail();
    detail.server_text = std::move(server_text);
    on_failure(operation, Error{code, std::move(detail)});
    machine.note_failure();
}

/// Bytes of a result, and the pin that keeps them.
struct Kept {
    detail::Pin pin;
    std::string_view key;
    std::string_view value;
};

// In a block of its own: for what the receive block has no room for, or does not hold.
Kept keep_apart(std::string_view key, std::string_view value) {
    Block* const block = Block::make(key.size() + value.size());
    char* const at = block->data();
    if (!key.empty()) std::memcpy(at, key.data(), key.size());
    if (!value.empty()) std::memcpy(at + key.size(), value.data(), value.size());
    Kept kept{detail::Pin{block->pin()}, {at, key.size()}, {at + key.size(), value.size()}};
    block->retire();
    return kept;
}

template <class R>
Answer end_with_status(Operation& operation, const Frame& reply) {
    if (reply.status() == protocol::Status::key_enoent && operation.traits.is_quiet) {
        const Kept kept = keep_apart(operation.frame().key(), {});
        if constexpr (std::same_as<R, ValueResult>)
            succeed(operation, ValueResult{kept.pin, kept.key, 0, {}, 0, errc::not_found});
        else
            succeed(operation, OperationResult{kept.pin, kept.key, 0, errc::not_found});
        return Answer::done;
    }
    core_of(operation).machine_of(operation).note_refusal(reply.status());
    const protocol::ErrorBody body = protocol::read_error_body(reply.value());
    std::string_view words = body.context.empty() ? body.plain_text : std::string_view{body.context};
    words = words.substr(0, longest_server_text);
    const Verdict verdict = core_of(operation).retry(operation, reply.status(), reply.value(), words);
    if (verdict == Verdict::again) return Answer::again;
    fail(operation, protocol::make_error_code(reply.status(), operation.opcode),
         std::string{words_for(verdict)}, std::string{words});
    return Answer::done;
}

Answer fail_with_defect(Operation& operation, protocol::Defect defect) {
    fail(operation, errc::protocol_error, "the reply is malformed: " + std::string{protocol::name(defect)});
    return Answer::done;
}

// `value` lies in the receive block already; the key comes from the request and is put beside it.
[[gnu::always_inline]] inline Kept keep(const Operation& operation, std::string_view value,
                                        ReceiveBuffer& receive) {
    const std::string_view key = operation.frame().key();
    const char* const at = receive.place(key);
    if (at == nullptr) return keep_apart(key, value);
    return {detail::Pin{receive.pin()}, {at, key.size()}, value};
}

Answer on_value(Operation& operation, const Frame& reply, ReceiveBuffer& receive) {
    if (reply.status() != protocol::Status::success) return end_with_status<ValueResult>(operation, reply);
    const auto read = protocol::read_value(reply);
    if (!read) return fail_with_defect(operation, read.defect());
    Kept kept = keep(operation, read->value, receive);
    ValueResult result{std::move(kept.pin), kept.key, read->cas, kept.value, read->flags};
    if (operation.traits.is_raw) result.mark_raw();
    deliver(operation, result);
    return Answer::done;
}

// The key, and behind it the mutation token as OperationResult reads it.
OperationResult with_token(std::string_view key, std::uint64_t cas, const MutationToken& token) {
    std::string tail(sizeof(std::uint16_t) + 2 * sizeof(std::uint64_t), '\0');
    protocol::store_be(tail.data(), token.vbucket);
    protocol::store_be(tail.data() + 2, token.vbucket_uuid);
    protocol::store_be(tail.data() + 10, token.seqno);
    Kept kept = keep_apart(key, tail);
    OperationResult result{std::move(kept.pin), kept.key, cas};
    result.mark_token();
    return result;
}

Answer on_mutation(Operation& operation, const Frame& reply, ReceiveBuffer& receive) {
    if (reply.status() != protocol::Status::success)
        return end_with_status<OperationResult>(operation, reply);
    const auto read = protocol::read_mutation(reply);
    if (!read) return fail_with_defect(operation, read.defect());
    if (read->token) [[unlikely]] {
        const MutationToken token{operation.frame().vbucket(), read->token->vbucket_uuid, read->token->seqno};
        succeed(operation, with_token(operation.frame().key(), read->cas, token));
        return Answer::done;
    }
    Kept kept = keep(operation, {}, receive);
    OperationResult result{std::move(kept.pin), kept.key, read->cas};
    deliver(operation, result);
    return Answer::done;
}

Answer on_counter(Operation& operation, const Frame& reply, ReceiveBuffer&) {
    if (reply.status() != protocol::Status::success) return end_with_status<ValueResult>(operation, reply);
    const auto read = protocol::read_counter(reply);
    if (!read) return fail_with_defect(operation, read.defect());
    // Counters are stored as decimal digits, so that is what a GET would have shown.
    std::array<char, 20> digits;
    const auto [end, ec] = std::to_chars(digits.data(), digits.data() + digits.size(), read->value);
    Kept kept =
        keep_apart(operation.frame().key(), {digits.data(), static_cast<std::size_t>(end - digits.data())});
    succeed(operation,
            ValueResult{std::move(kept.pin), kept.key, read->mutation.cas, kept.value, flags::json});
    return Answer::done;
}

Answer on_touch(Operation& operation, const Frame& reply, ReceiveBuffer& receive) {
    if (reply.status() != protocol::Status::success)
        return end_with_status<OperationResult>(operation, reply);
    const auto read = protocol::read_touch(reply);
    if (!read) return fail_with_defect(operation, read.defect());
    Kept kept = keep(operation, {}, receive);
    succeed(operation, OperationResult{std::move(kept.pin), kept.key, read->cas});
    return Answer::done;
}

Answer on_node_reply(Operation& operation, const Frame& reply, ReceiveBuffer&) {
    if (reply.status() != protocol::Status::success)
        return end_with_status<OperationResult>(operation, reply);
    const bool is_stat = operation.opcode == protocol::Opcode::stat;
    NodeReply part{reply.key(), reply.value(), !is_stat || protocol::read_stat(reply).is_end(), &reply};
    detail::OperationCallbacks& callbacks = callbacks_of(operation);
    if (part.is_last)
        call(operation, callbacks.callback, callbacks.errback, &part);
    else
        callbacks.callback.notify(&part);
    return part.is_last ? Answer::done : Answer::more;
}

// Nobody waits for it but the cluster's life.
Answer on_map(Operation& operation, const Frame& reply, ReceiveBuffer&) {
    if (reply.status() == protocol::Status::success)
        core_of(operation).on_map_text(operation.node, reply.value());
    return Answer::done;
}
void on_no_map(Operation&, const Error&) {}  // the next question goes to another node

}  // namespace

ValueResult value_result(std::string_view key, std::string_view value, std::uint32_t flags) {
    Kept kept = keep_apart(key, value);
    return ValueResult{std::move(kept.pin), kept.key, 0, kept.value, flags};
}

ValueResult failed_result(std::string_view key, errc rc) {
    Kept kept = keep_apart(key, {});
    return ValueResult{std::move(kept.pin), kept.key, 0, {}, 0, rc};
}

namespace {

std::string decoded_key(const ValueResult& stored, const Transcoder& transcoder) {
    std::string key = transcoder.decode_key(stored.key());
    if (key.size() > std::numeric_limits<std::uint16_t>::max())
        throw std::length_error("the transcoder made a key of more than 65,535 bytes");
    return key;
}

}  // namespace

ValueResult with_decoded_key(const ValueResult& stored, const Transcoder& transcoder) {
    const std::string key = decoded_key(stored, transcoder);
    if (const auto token = stored.mutation_token()) return ValueResult{with_token(key, stored.cas(), *token)};
    Kept kept = keep_apart(key, stored.bytes());
    const std::string_view value = stored.has_value() ? kept.value : std::string_view{};
    return ValueResult{std::move(kept.pin), kept.key, stored.cas(), value, stored.flags(), stored.rc()};
}

ValueResult decoded_result(const ValueResult& stored, const Transcoder& transcoder) {
    if (!stored.has_value()) return with_decoded_key(stored, transcoder);
    const std::string key = decoded_key(stored, transcoder);
    const Transcoder::Stored value = transcoder.decode_value(stored.bytes(), stored.flags());
    Kept kept = keep_apart(key, value.bytes);
    return ValueResult{std::move(kept.pin), kept.key, stored.cas(), kept.value, value.flags};
}

const net::OperationHandler value_handler{on_value, on_failure};
const net::OperationHandler mutation_handler{on_mutation, on_failure};
const net::OperationHandler counter_handler{on_counter, on_failure};
const net::OperationHandler touch_handler{on_touch, on_failure};
const net::OperationHandler node_handler{on_node_reply, on_failure};
const net::OperationHandler map_handler{on_map, on_no_map};
const net::OperationHandler gathered_handler{nullptr, on_failure};

}  // namespace txcouchbase
