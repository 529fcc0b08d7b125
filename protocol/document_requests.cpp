// SPDX-License-Identifier: Apache-2.0
#include "protocol/document_requests.hpp"

#include "protocol/append.hpp"

namespace txcouchbase::protocol {

bool parse(ByteCursor& in, ObserveKey& out) noexcept {
    std::uint16_t key_size = 0;
    return in.number(out.vbucket) && in.number(key_size) && in.bytes(key_size, out.key);
}

}  // namespace txcouchbase::protocol

namespace txcouchbase::protocol::request {

Request get_locked(ByteView key, std::optional<std::uint32_t> lock_seconds) noexcept {
    Request request{.opcode = Opcode::get_locked, .key = key};
    if (lock_seconds) request.extras = Extras::of(*lock_seconds);
    return request;
}

Request unlock_key(ByteView key, std::uint64_t lock_cas) noexcept {
    return {.opcode = Opcode::unlock_key, .cas = lock_cas, .key = key};
}

Request get_replica(ByteView key) noexcept {
    return {.opcode = Opcode::get_replica, .key = key};
}

Request getex(ByteView key, Opcode opcode) noexcept {
    return {.opcode = opcode, .key = key};
}

Request evict_key(ByteView key) noexcept {
    return {.opcode = Opcode::evict_key, .key = key};
}

Request get_meta(ByteView key, std::optional<std::uint8_t> version, Opcode opcode) noexcept {
    Request request{.opcode = opcode, .key = key};
    if (version) request.extras = Extras::of(*version);
    return request;
}

Request with_meta(Opcode opcode, ByteView key, ByteView value, const WithMeta& meta,
                  std::uint64_t expected_cas, Datatype datatype) noexcept {
    Request request{.opcode = opcode,
                    .datatype = datatype,
                    .cas = expected_cas,
                    .extras = Extras::of(meta.flags, meta.expiry, meta.rev_seqno, meta.cas),
                    .key = key,
                    .value = value};
    if (meta.options) request.extras.add(bits(*meta.options));
    if (meta.extended_meta_size) request.extras.add(*meta.extended_meta_size);
    return request;
}

Request mutate_with_meta(ByteView key, ByteView value) noexcept {
    return {.opcode = Opcode::mutate_with_meta, .key = key, .value = value};
}

Request get_random_key() noexcept {
    return {.opcode = Opcode::get_random_key};
}

Request get_random_key(std::uint32_t collection_id) noexcept {
    return {.opcode = Opcode::get_random_key, .extras = Extras::of(collection_id)};
}

Request get_random_key_with_xattrs(std::uint32_t collection_id) noexcept {
    return {.opcode = Opcode::get_random_key, .extras = Extras::of(collection_id, std::uint8_t{1})};
}

Request get_keys(ByteView first_key, std::optional<std::uint32_t> count) noexcept {
    Request request{.opcode = Opcode::get_keys, .key = first_key};
    if (count) request.extras = Extras::of(*count);
    return request;
}

ComposedRequest observe(std::span<const ObserveKey> keys) {
    ComposedRequest request{.head = {.opcode = Opcode::observe}};
    for (const ObserveKey& asked : keys) {
        append_number(request.body, asked.vbucket);
        append_number(request.body, static_cast<std::uint16_t>(asked.key.size()));
        request.body += asked.key;
    }
    return request;
}

ComposedRequest observe_seqno(std::uint64_t vbucket_uuid) {
    ComposedRequest request{.head = {.opcode = Opcode::observe_seqno}};
    append_number(request.body, vbucket_uuid);
    return request;
}

Request get_failover_log() noexcept {
    return {.opcode = Opcode::get_failover_log};
}

Request get_all_vb_seqnos() noexcept {
    return {.opcode = Opcode::get_all_vb_seqnos};
}

Request get_all_vb_seqnos(VbucketState state) noexcept {
    return {.opcode = Opcode::get_all_vb_seqnos, .extras = Extras::of(static_cast<std::uint32_t>(state))};
}

Request get_all_vb_seqnos(VbucketState state, std::uint32_t collection_id) noexcept {
    return {.opcode = Opcode::get_all_vb_seqnos,
            .extras = Extras::of(static_cast<std::uint32_t>(state), collection_id)};
}

Request seqno_persistence(std::uint64_t seqno) noexcept {
    return {.opcode = Opcode::seqno_persistence, .extras = Extras::of(seqno)};
}

Request get_vbucket() noexcept {
    return {.opcode = Opcode::get_vbucket};
}

}  // namespace txcouchbase::protocol::request
