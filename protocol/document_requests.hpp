// Builders of Couchbase's own document and vBucket commands (PROTOCOL 2.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "protocol/byte_cursor.hpp"
#include "protocol/request.hpp"
#include "protocol/vbucket_state.hpp"

namespace txcouchbase::protocol {

/// What a *_WITH_META command may ask of the conflict resolution.
enum class MetaOptions : std::uint32_t {
    none = 0,
    force = 0x01,
    force_accept = 0x02,    ///< for buckets that resolve by time
    regenerate_cas = 0x04,  ///< needs skip_conflict_resolution
    skip_conflict_resolution = 0x08,
    delete_is_expiration = 0x10,
};
template <>
inline constexpr bool is_flag_set<MetaOptions> = true;

/// The metadata that a *_WITH_META command stores as they are given.
struct WithMeta {
    std::uint32_t flags = 0;
    std::uint32_t expiry = 0;
    std::uint64_t rev_seqno = 0;
    std::uint64_t cas = 0;
    std::optional<MetaOptions> options = std::nullopt;
    /// Size of the extended metadata, which stand at the end of the value.
    std::optional<std::uint16_t> extended_meta_size = std::nullopt;
};

/// One document an OBSERVE asks about.
struct ObserveKey {
    std::uint16_t vbucket = 0;
    ByteView key = {};
};
bool parse(ByteCursor& in, ObserveKey& out) noexcept;

}  // namespace txcouchbase::protocol

namespace txcouchbase::protocol::request {

/// GET_LOCKED; without a time, or with one above its maximum, the server takes its default.
Request get_locked(ByteView key, std::optional<std::uint32_t> lock_seconds = std::nullopt) noexcept;
/// `lock_cas` is the CAS that get_locked returned.
Request unlock_key(ByteView key, std::uint64_t lock_cas) noexcept;
Request get_replica(ByteView key) noexcept;
/// GETEX or GETEX_REPLICA.
Request getex(ByteView key, Opcode opcode = Opcode::getex) noexcept;
Request evict_key(ByteView key) noexcept;

/// GET_META or GETQ_META; version 2 adds the datatype to the answer.
Request get_meta(ByteView key, std::optional<std::uint8_t> version = std::nullopt,
                 Opcode opcode = Opcode::get_meta) noexcept;
/// SET_, ADD_ and DEL_WITH_META and their quiet forms. `expected_cas` is the CAS that must be there now.
Request with_meta(Opcode opcode, ByteView key, ByteView value, const WithMeta& meta,
                  std::uint64_t expected_cas = 0, Datatype datatype = Datatype::raw) noexcept;
/// The specification says no more of MUTATE_WITH_META than that its metadata are JSON: the caller composes the value.
Request mutate_with_meta(ByteView key, ByteView value) noexcept;

/// A connection with collections must name one.
Request get_random_key() noexcept;
Request get_random_key(std::uint32_t collection_id) noexcept;
Request get_random_key_with_xattrs(std::uint32_t collection_id) noexcept;
Request get_keys(ByteView first_key, std::optional<std::uint32_t> count = std::nullopt) noexcept;

ComposedRequest observe(std::span<const ObserveKey> keys);
ComposedRequest observe_seqno(std::uint64_t vbucket_uuid);
Request get_failover_log() noexcept;
Request get_all_vb_seqnos() noexcept;
Request get_all_vb_seqnos(VbucketState state) noexcept;
Request get_all_vb_seqnos(VbucketState state, std::uint32_t collection_id) noexcept;
Request seqno_persistence(std::uint64_t seqno) noexcept;
Request get_vbucket() noexcept;

}  // namespace txcouchbase::protocol::request
