// The commands on one document: read, store, change, count, touch, lock.
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/commands.hpp"

namespace txcouchbase::cluster {

using protocol::Datatype;

namespace {

/// Number `index` of the extras' 32-bit words.
std::uint32_t word(const Exchange& exchange, std::size_t index) {
    return protocol::load_be<std::uint32_t>(exchange.frame.extras().data() + index * 4);
}

void store(Exchange& exchange, StoreMode mode) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    const ByteView plain = exchange.plain_value();
    if (plain.size() > exchange.node.state->settings.max_value) return exchange.refuse(Status::e2big);
    // The client's word on compression is believed (it inflated), on JSON it is not.
    const Datatype sent = static_cast<Datatype>(exchange.frame.datatype());
    const Datatype form = has(sent, Datatype::snappy) ? Datatype::snappy : Datatype::raw;
    exchange.answer_change(copy->store(mode,
                                       {.key = exchange.frame.key(),
                                        .value = exchange.frame.value(),
                                        .flags = word(exchange, 0),
                                        .expiry = word(exchange, 1),
                                        .cas = exchange.frame.cas(),
                                        .datatype = form | (is_json(plain) ? Datatype::json : Datatype::raw),
                                        .preserve_ttl = exchange.framing.preserve_ttl},
                                       exchange.now));
}

void join(Exchange& exchange, JoinMode mode) {
    if (Vbucket* const copy = exchange.active())
        exchange.answer_change(copy->join(mode, exchange.frame.key(), exchange.plain_value(),
                                          exchange.frame.cas(), exchange.node.state->settings.max_value,
                                          exchange.now));
}

void count(Exchange& exchange, bool is_decrement) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    const char* const extras = exchange.frame.extras().data();
    const Change change = copy->count({.key = exchange.frame.key(),
                                       .delta = protocol::load_be<std::uint64_t>(extras),
                                       .is_decrement = is_decrement,
                                       .initial = protocol::load_be<std::uint64_t>(extras + 8),
                                       .expiry = protocol::load_be<std::uint32_t>(extras + 16)},
                                      exchange.now);
    if (change.status != Status::success) return exchange.refuse(change.status);
    char number[8];
    protocol::store_be(number, change.counter);
    protocol::Response response{.cas = change.cas, .value = {number, sizeof number}};
    if (exchange.session.has(protocol::Feature::mutation_seqno))
        response.extras = protocol::Extras::of(change.token.vbucket_uuid, change.token.seqno);
    exchange.answer(response);
}

}  // namespace

void run_get(Exchange& exchange) {
    if (Vbucket* const copy = exchange.active())
        exchange.answer_document(copy->get(exchange.frame.key(), exchange.now));
}

void run_getk(Exchange& exchange) {
    if (Vbucket* const copy = exchange.active())
        exchange.answer_document(copy->get(exchange.frame.key(), exchange.now), exchange.frame.key());
}

void run_set(Exchange& exchange) {
    store(exchange, StoreMode::set);
}
void run_add(Exchange& exchange) {
    store(exchange, StoreMode::add);
}
void run_replace(Exchange& exchange) {
    store(exchange, StoreMode::replace);
}
void run_append(Exchange& exchange) {
    join(exchange, JoinMode::append);
}
void run_prepend(Exchange& exchange) {
    join(exchange, JoinMode::prepend);
}

void run_remove(Exchange& exchange) {
    if (Vbucket* const copy = exchange.active())
        exchange.answer_change(copy->remove(exchange.frame.key(), exchange.frame.cas(), exchange.now));
}

void run_increment(Exchange& exchange) {
    count(exchange, false);
}
void run_decrement(Exchange& exchange) {
    count(exchange, true);
}

// No token and no value: the CAS is all (OBSERVED).
void run_touch(Exchange& exchange) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    const Lookup touched = copy->touch(exchange.frame.key(), word(exchange, 0), exchange.now);
    if (touched.status != Status::success) return exchange.refuse(touched.status);
    exchange.answer({.cas = touched.cas});
}

void run_get_and_touch(Exchange& exchange) {
    if (Vbucket* const copy = exchange.active())
        exchange.answer_document(copy->touch(exchange.frame.key(), word(exchange, 0), exchange.now));
}

void run_get_locked(Exchange& exchange) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    const std::uint32_t seconds = exchange.frame.extras_size() == 0 ? 0 : word(exchange, 0);
    exchange.answer_document(copy->get_and_lock(exchange.frame.key(), seconds, exchange.now));
}

void run_unlock(Exchange& exchange) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    const Status status = copy->unlock(exchange.frame.key(), exchange.frame.cas(), exchange.now);
    if (status != Status::success) return exchange.refuse(status);
    exchange.answer();
}

}  // namespace txcouchbase::cluster
