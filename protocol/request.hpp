// A request before it has an address: what the builders make, and the one function that writes it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/datatype.hpp"
#include "protocol/extras.hpp"
#include "protocol/frame_writer.hpp"

namespace txcouchbase::protocol {

/**
 * What a request says, whoever it is sent to. Made by the functions of namespace `request`, one for each command
 * (classic_requests.hpp, session_requests.hpp, document_requests.hpp, collection_requests.hpp, subdoc_requests.hpp,
 * range_scan_requests.hpp), or by server_push.hpp for the other direction.
 *
 * Lifetime: key and value are views; they must outlive the writing.
 * Shape:    on a connection with collections the caller has put the LEB128 collection id in front of document keys.
 */
struct Request {
    Magic magic = Magic::client_request;
    Opcode opcode = Opcode::noop;
    Datatype datatype = Datatype::raw;
    std::uint64_t cas = 0;
    Extras extras = {};
    ByteView key = {};
    ByteView value = {};
};

/// A request whose value the builder had to put together and which therefore owns it.
struct ComposedRequest {
    Request head = {};
    std::string body = {};

    /// The whole request; valid as long as this object is, hence not of a temporary.
    Request view() const& noexcept {
        Request whole = head;
        whole.value = body;
        return whole;
    }
    Request view() const&& = delete;
};

/// What the sender adds: who asks, for which vBucket, under which conditions.
struct RequestEnvelope {
    std::uint32_t opaque = 0;
    std::uint16_t vbucket = 0;
    /// When there are any, the frame is a flexible one (0x08), which a server must have agreed to (alt_request).
    ByteView framing_extras = {};
};

inline FrameHeader header_of(const Request& request, const RequestEnvelope& envelope) noexcept {
    return {.magic = envelope.framing_extras.empty() ? request.magic : Magic::flex_request,
            .opcode = request.opcode,
            .datatype = bits(request.datatype),
            .vbucket_or_status = envelope.vbucket,
            .opaque = envelope.opaque,
            .cas = request.cas};
}

inline FrameBody body_of(const Request& request, const RequestEnvelope& envelope) noexcept {
    return {.framing_extras = envelope.framing_extras,
            .extras = request.extras.view(),
            .key = request.key,
            .value = request.value};
}

inline std::size_t frame_size(const Request& request, const RequestEnvelope& envelope) noexcept {
    return header_size + body_of(request, envelope).size();
}

/// Writes the frame at `out`, where frame_size() bytes have room, and returns the byte behind it.
[[gnu::always_inline]] inline char* write_request(char* out, const Request& request,
                                                  const RequestEnvelope& envelope) noexcept {
    return write_frame(out, header_of(request, envelope), body_of(request, envelope));
}

inline void append_request(std::string& out, const Request& request, const RequestEnvelope& envelope) {
    append_frame(out, header_of(request, envelope), body_of(request, envelope));
}
inline void append_request(std::string& out, const ComposedRequest& request,
                           const RequestEnvelope& envelope) {
    append_request(out, request.view(), envelope);
}

}  // namespace txcouchbase::protocol
