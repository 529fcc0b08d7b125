// Readers of the answers to Couchbase's own document and vBucket commands (PROTOCOL 2.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/classic_responses.hpp"
#include "protocol/records.hpp"
#include "protocol/vbucket_state.hpp"

namespace txcouchbase::protocol {

/// GET_META.
struct MetaResponse {
    std::uint64_t cas = 0;
    std::uint32_t deleted = 0;  ///< 1 for a tombstone
    std::uint32_t flags = 0;
    std::uint32_t expiry = 0;
    std::uint64_t seqno = 0;
    std::optional<Datatype> datatype = std::nullopt;  ///< of version 2
};
Read<MetaResponse> read_meta(const Frame& frame) noexcept;

enum class KeyState : std::uint8_t {
    found = 0x00,  ///< in memory only
    persisted = 0x01,
    not_found = 0x80,
    deleted = 0x81,  ///< a tombstone that is not yet persisted
};
/// "found", "persisted", "not_found" or "deleted"; "unknown" for a number that has none.
std::string_view name(KeyState state) noexcept;

/// One answer of an OBSERVE.
struct ObserveEntry {
    std::uint16_t vbucket = 0;
    ByteView key = {};
    KeyState state = KeyState::not_found;
    std::uint64_t cas = 0;
};
bool parse(ByteCursor& in, ObserveEntry& out) noexcept;
Read<Records<ObserveEntry>> read_observe(const Frame& frame) noexcept;

/// The history that an OBSERVE_SEQNO asked about, and how far into it the failover reached that replaced it.
struct SupersededHistory {
    std::uint64_t vbucket_uuid = 0;
    std::uint64_t last_seqno = 0;
};

/// OBSERVE_SEQNO.
struct ObserveSeqnoResponse {
    std::uint16_t vbucket = 0;
    std::uint64_t vbucket_uuid = 0;
    std::uint64_t persisted_seqno = 0;
    std::uint64_t current_seqno = 0;
    std::optional<SupersededHistory> superseded = std::nullopt;  ///< format 1
};
Read<ObserveSeqnoResponse> read_observe_seqno(const Frame& frame) noexcept;

/// A vBucket's history: one entry for each uuid it had and the seqno that one began at, newest first.
bool parse(ByteCursor& in, MutationToken& out) noexcept;
Read<Records<MutationToken>> read_failover_log(const Frame& frame) noexcept;

struct VbucketSeqno {
    std::uint16_t vbucket = 0;
    std::uint64_t seqno = 0;
};
bool parse(ByteCursor& in, VbucketSeqno& out) noexcept;
Read<Records<VbucketSeqno>> read_all_vb_seqnos(const Frame& frame) noexcept;

Read<VbucketState> read_vbucket(const Frame& frame) noexcept;

/// A key of GET_KEYS.
struct SizedKey {
    ByteView key = {};
};
bool parse(ByteCursor& in, SizedKey& out) noexcept;
Read<Records<SizedKey>> read_keys(const Frame& frame) noexcept;

}  // namespace txcouchbase::protocol
