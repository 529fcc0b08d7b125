// SPDX-License-Identifier: Apache-2.0
#include "cli/frame_fields.hpp"

#include "cli/request_fields.hpp"
#include "cli/response_fields.hpp"

namespace txcouchbase::cli {

nlohmann::json frame_fields(const protocol::Frame& frame) {
    switch (frame.magic()) {
        case protocol::Magic::client_request:
        case protocol::Magic::flex_request: return request_fields(frame);
        case protocol::Magic::client_response:
        case protocol::Magic::flex_response: return response_fields(frame);
        case protocol::Magic::server_request: return push_fields(frame);
        case protocol::Magic::server_response: break;
    }
    return nullptr;
}

}  // namespace txcouchbase::cli
