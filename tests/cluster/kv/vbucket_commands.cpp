// The commands on copies of vBuckets: replicas, histories, metadata, what is where.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/append.hpp"
#include "tests/cluster/kv/commands.hpp"

namespace txcouchbase::cluster {

using protocol::append_number;
using protocol::Datatype;

namespace {

constexpr std::size_t most_keys = 10'000;
constexpr std::size_t default_keys = 1'000;

/// The selected bucket if it has vBuckets; refuses and returns null when it has none.
Bucket* couchbase_bucket(Exchange& exchange) {
    Bucket* const bucket = exchange.bucket();
    if (bucket == nullptr || !exchange.is_memcached()) return bucket;
    exchange.refuse(Status::not_supported);
    return nullptr;
}

/// The copy that may answer questions about a vBucket: the active one or a replica.
Vbucket* followed(Bucket& bucket, std::uint16_t id) {
    Vbucket* const copy = bucket.find(id);
    const bool may_answer =
        copy != nullptr && (copy->state() == VbucketState::active || copy->state() == VbucketState::replica);
    return may_answer ? copy : nullptr;
}

}  // namespace

// The zero in front of the key is the real server's: the collection, to clients that know none (OBSERVED, 6.6.5).
void run_get_replica(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    Vbucket* const copy = bucket->find(exchange.frame.vbucket(), VbucketState::replica);
    if (copy == nullptr) return exchange.refuse_vbucket();
    const std::string key = std::string(1, '\0') + std::string{exchange.frame.key()};
    exchange.answer_document(copy->get(exchange.frame.key(), exchange.now), key);
}

void run_get_meta(Exchange& exchange) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    copy->get(exchange.frame.key(), exchange.now);  // what has expired is a tombstone from now on
    const DocumentPtr document = copy->newest(exchange.frame.key());
    if (document == nullptr) return exchange.refuse(Status::key_enoent);
    protocol::Response response{.cas = document->cas()};
    response.extras = protocol::Extras::of(std::uint32_t{document->is_deleted()}, document->flags(),
                                           document->expiry(), document->revision());
    const bool wants_datatype = exchange.frame.extras_size() == 1 && exchange.frame.extras()[0] == 2;
    if (wants_datatype) response.extras.add(bits(document->datatype()));
    exchange.answer(response);
}

void run_get_random_key(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    const std::uint64_t random = exchange.node.random();
    for (std::uint32_t i = 0; i < bucket->vbuckets(); ++i) {
        const auto id = static_cast<std::uint16_t>((random + i) % bucket->vbuckets());
        const Vbucket* const copy = bucket->find(id, VbucketState::active);
        const DocumentPtr document =
            copy == nullptr ? nullptr : copy->random_document(random >> 16, exchange.now);
        if (document != nullptr)
            return exchange.answer_document({Status::success, document, document->cas()}, document->key());
    }
    exchange.refuse(Status::key_enoent);
}

void run_get_keys(Exchange& exchange) {
    Vbucket* const copy = exchange.active();
    if (copy == nullptr) return;
    const std::size_t wanted = exchange.frame.extras_size() == 4
                                   ? protocol::load_be<std::uint32_t>(exchange.frame.extras().data())
                                   : default_keys;
    std::string list;
    for (const ByteView key :
         copy->keys_from(exchange.frame.key(), std::min(wanted, most_keys), exchange.now)) {
        append_number(list, static_cast<std::uint16_t>(key.size()));
        list += key;
    }
    exchange.answer(Status::success, list);
}

// A copy that this node does not have at all is somebody else's; of a replica it answers as of its own (OBSERVED).
void run_observe(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    std::string answers;
    protocol::ByteCursor in{exchange.frame.value()};
    while (!in.at_end()) {
        std::uint16_t vbucket = 0, size = 0;
        ByteView key;
        if (!in.number(vbucket) || !in.number(size) || !in.bytes(size, key))
            return exchange.refuse(Status::einval, "Truncated list of keys");
        const Vbucket* const copy = followed(*bucket, vbucket);
        if (copy == nullptr) return exchange.refuse_vbucket();
        const auto [state, cas] = copy->observe(key, exchange.now);
        append_number(answers, vbucket);
        append_number(answers, size);
        answers += key;
        append_number(answers, static_cast<std::uint8_t>(state));
        append_number(answers, cas);
    }
    exchange.answer(Status::success, answers);
}

void run_observe_seqno(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    if (exchange.frame.value().size() != 8) return exchange.refuse(Status::einval, "A uuid has eight bytes");
    const std::uint16_t id = exchange.frame.vbucket();
    const Vbucket* const copy = followed(*bucket, id);
    if (copy == nullptr) return exchange.refuse_vbucket();
    const auto answer =
        copy->observe_seqno(id, protocol::load_be<std::uint64_t>(exchange.frame.value().data()));
    if (!answer) return exchange.refuse(Status::key_enoent);
    std::string value;
    append_number(value, std::uint8_t{answer->superseded.has_value()});
    append_number(value, id);
    append_number(value, answer->vbucket_uuid);
    append_number(value, answer->persisted_seqno);
    append_number(value, answer->current_seqno);
    if (answer->superseded) {
        append_number(value, answer->superseded->vbucket_uuid);
        append_number(value, answer->superseded->last_seqno);
    }
    exchange.answer(Status::success, value);
}

void run_get_failover_log(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    const Vbucket* const copy = followed(*bucket, exchange.frame.vbucket());
    if (copy == nullptr) return exchange.refuse_vbucket();
    std::string value;
    for (const MutationToken& entry : copy->failover_log()) {
        append_number(value, entry.vbucket_uuid);
        append_number(value, entry.seqno);
    }
    exchange.answer(Status::success, value);
}

void run_get_all_vb_seqnos(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    const ByteView extras = exchange.frame.extras();
    const auto wanted = extras.size() < 4
                            ? VbucketState::alive
                            : static_cast<VbucketState>(protocol::load_be<std::uint32_t>(extras.data()));
    std::string value;
    for (std::uint16_t id = 0; id < bucket->vbuckets(); ++id) {
        const Vbucket* const copy = bucket->find(id);
        if (copy == nullptr || copy->state() == VbucketState::dead) continue;
        if (wanted != VbucketState::alive && copy->state() != wanted) continue;
        append_number(value, id);
        append_number(value, copy->high_seqno());
    }
    exchange.answer(Status::success, value);
}

void run_get_vbucket(Exchange& exchange) {
    Bucket* const bucket = couchbase_bucket(exchange);
    if (bucket == nullptr) return;
    const Vbucket* const copy = bucket->find(exchange.frame.vbucket());
    if (copy == nullptr) return exchange.refuse_vbucket();
    std::string value;
    append_number(value, static_cast<std::uint32_t>(copy->state()));
    exchange.answer(Status::success, value);
}

// Couchbase buckets are flushed over HTTP; the command is for memcached buckets, and at once.
// Couchbase buckets are flushed over HTTP; the command is for memcached buckets, and at once.
void run_flush(Exchange& exchange) {
    Bucket* const bucket = exchange.bucket();
    if (bucket == nullptr) return;
    const UserInfo* const user = exchange.node.users.find(exchange.session.user);
    const bool may_manage = user != nullptr && user->is_admin;
    if (exchange.is_memcached() ? !exchange.may_write() : !may_manage)
        return exchange.refuse_privilege("BucketManagement");
    const ByteView extras = exchange.frame.extras();
    const bool is_delayed = extras.size() == 4 && protocol::load_be<std::uint32_t>(extras.data()) != 0;
    if (!exchange.is_memcached() || is_delayed) return exchange.refuse(Status::not_supported);
    bucket->find(0)->flush(exchange.node.random());
    exchange.answer();
}

}  // namespace txcouchbase::cluster
