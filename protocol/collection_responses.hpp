// Readers of the answers to the collection commands (PROTOCOL 2.5); the manifest itself is JSON (read_text).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/defect.hpp"
#include "protocol/frame.hpp"

namespace txcouchbase::protocol {

/// COLLECTIONS_GET_ID and COLLECTIONS_GET_SCOPE_ID: the number of the collection or scope, and the manifest it is in.
struct CollectionIdResponse {
    std::uint64_t manifest_uid = 0;
    std::uint32_t id = 0;
};
Read<CollectionIdResponse> read_collection_id(const Frame& frame) noexcept;

}  // namespace txcouchbase::protocol
