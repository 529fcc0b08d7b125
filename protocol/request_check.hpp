// Judges a request as kv_engine does before it runs it: which rule it breaks, and what the server answers then.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "protocol/defect.hpp"
#include "protocol/feature.hpp"
#include "protocol/frame.hpp"

namespace txcouchbase::protocol {

/// What a server knows of the connection that a request came in on.
struct SessionContext {
    bool is_authenticated = true;
    bool is_config_only_bucket = false;  ///< the selected bucket has a map here but no data
    FeatureSet features = {};            ///< what the last HELLO granted
};

/// Accepted, or the answer that refuses: the name of the defect, the status, and the words of `error.context`.
struct Verdict {
    Defect defect = Defect::none;
    Status status = Status::success;
    std::string_view sentence = {};
    std::optional<std::uint32_t> number = std::nullopt;  ///< stands behind the sentence

    bool is_accepted() const noexcept { return status == Status::success; }
    /// As kv_engine words it; empty where its words are not known.
    std::string context() const;
};

/**
 * Checks one frame that a server received.
 *
 * Shape:  a frame that FrameReader gave out. Frames that only clients receive are refused as wrong_direction; for a
 *         server_request that is not the end of the stream, the server answers and reads on.
 * Order:  that of kv_engine (PROTOCOL 1.3, steps 6 to 10): direction, authentication, opcode, bucket; then datatype
 *         bits, extras, key, value, CAS, datatype, framing extras, document key, and what the command itself asks
 *         for. The first rule that is broken decides.
 * Errors: never throws. A bucket that has only its map (status econfig_only) is no Defect of the frame.
 * Spec:   PROTOCOL 1.3, the tables of 2, 2.9, 4.2 and 11. 0x23 and 0x24 (memcached.org's GATK and GATKQ, kv_engine's
 *         IOCTL) are known and accepted as they come. What needs data is left to the server: whether a collection
 *         exists, privileges, compressed values.
 */
Verdict check_request(const Frame& frame, const SessionContext& session) noexcept;

/// The part about document keys, with or without collections; OBSERVE applies it to the keys in its value.
Verdict check_document_key(ByteView key, const SessionContext& session) noexcept;

}  // namespace txcouchbase::protocol
