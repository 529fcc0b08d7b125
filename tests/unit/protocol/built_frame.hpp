// Frames for tests, built by the codec's own builders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/request.hpp"
#include "protocol/response.hpp"

namespace txcouchbase::protocol {

/// A frame that owns its bytes.
class BuiltFrame {
public:
    explicit BuiltFrame(std::string bytes) : bytes_(std::move(bytes)) {}

    Frame frame() const noexcept { return Frame{bytes_}; }
    const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

inline BuiltFrame built(const Request& request, const RequestEnvelope& envelope = {}) {
    std::string bytes;
    append_request(bytes, request, envelope);
    return BuiltFrame{bytes};
}
inline BuiltFrame built(const ComposedRequest& request, const RequestEnvelope& envelope = {}) {
    return built(request.view(), envelope);
}
inline BuiltFrame built(const Response& response, ByteView framing_extras = {}) {
    std::string bytes;
    append_response(bytes, response, 0, framing_extras);
    return BuiltFrame{bytes};
}

/// A success with these sections.
inline BuiltFrame answer(Opcode opcode, ByteView extras, ByteView value, Status status = Status::success) {
    std::string bytes;
    append_frame(bytes,
                 {.magic = Magic::client_response,
                  .opcode = opcode,
                  .vbucket_or_status = static_cast<std::uint16_t>(status)},
                 {.extras = extras, .value = value});
    return BuiltFrame{bytes};
}

}  // namespace txcouchbase::protocol
