// Readers of the answers to the classic memcached commands, whose shapes most others share (PROTOCOL 2.1).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "protocol/datatype.hpp"
#include "protocol/defect.hpp"
#include "protocol/frame.hpp"

namespace txcouchbase::protocol {

/**
 * How all readers of responses behave.
 *
 * When:     the status says that there are data: has_data_body(frame.status()). Otherwise the value is the server's
 *           words (error_body.hpp) or a cluster map, and no reader but check_response applies.
 * Lifetime: what they return views into the frame's bytes.
 * Errors:   never throw; the named Defect when the layout is wrong. Key bytes that nobody asked for are ignored,
 *           because several servers send some.
 */

/// The vBucket's history and the place of one mutation in it.
struct MutationToken {
    std::uint64_t vbucket_uuid = 0;
    std::uint64_t seqno = 0;
};

/// GET and its relatives: GETQ, GETK, GETKQ, GAT, GATQ, GET_LOCKED, GET_REPLICA, GETEX, GET_RANDOM_KEY.
struct ValueResponse {
    std::uint32_t flags = 0;
    Datatype datatype = Datatype::raw;
    /// All ones while the document is locked, and then no CAS to send back.
    std::uint64_t cas = 0;
    ByteView key = {};  ///< of the commands that echo it, with its collection id
    ByteView value = {};
};
inline Read<ValueResponse> read_value(const Frame& frame) noexcept {
    const ByteView extras = frame.extras();
    if (extras.size() != 4) return Defect::bad_extras;
    return ValueResponse{.flags = load_be<std::uint32_t>(extras.data()),
                         .datatype = static_cast<Datatype>(frame.datatype()),
                         .cas = frame.cas(),
                         .key = frame.key(),
                         .value = frame.value()};
}

/// Every command that changes a document; there is a token when the session has mutation_seqno.
struct MutationResponse {
    std::uint64_t cas = 0;
    std::optional<MutationToken> token = std::nullopt;
};
inline Read<MutationResponse> read_mutation(const Frame& frame) noexcept {
    const ByteView extras = frame.extras();
    if (extras.empty()) return MutationResponse{.cas = frame.cas()};
    if (extras.size() != 16) return Defect::bad_extras;
    return MutationResponse{.cas = frame.cas(),
                            .token = MutationToken{load_be<std::uint64_t>(extras.data()),
                                                   load_be<std::uint64_t>(extras.data() + 8)}};
}

/// INCREMENT and DECREMENT.
struct CounterResponse {
    MutationResponse mutation = {};
    std::uint64_t value = 0;
};
Read<CounterResponse> read_counter(const Frame& frame) noexcept;

/// TOUCH: memcached.org sends the flags, kv_engine nothing, one mock a mutation token.
struct TouchResponse {
    std::uint64_t cas = 0;
    std::optional<std::uint32_t> flags = std::nullopt;
};
Read<TouchResponse> read_touch(const Frame& frame) noexcept;

/// One of the frames that answer a STAT.
struct StatResponse {
    ByteView name = {};
    ByteView value = {};

    /// The last frame has neither; a statistic may have an empty value.
    bool is_end() const noexcept { return name.empty() && value.empty(); }
};
inline StatResponse read_stat(const Frame& frame) noexcept {
    return {frame.key(), frame.value()};
}

}  // namespace txcouchbase::protocol
