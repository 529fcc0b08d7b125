// Builders of the collection commands (PROTOCOL 2.5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/request.hpp"

namespace txcouchbase::protocol::request {

inline Request get_collections_manifest() noexcept {
    return {.opcode = Opcode::collections_get_manifest};
}

/// `path` is "scope.collection"; an empty half means `_default`.
inline Request get_collection_id(ByteView path) noexcept {
    return {.opcode = Opcode::collections_get_id, .value = path};
}
inline Request get_scope_id(ByteView scope) noexcept {
    return {.opcode = Opcode::collections_get_scope_id, .value = scope};
}

}  // namespace txcouchbase::protocol::request
