// SPDX-License-Identifier: Apache-2.0
#include "protocol/collection_responses.hpp"

#include "protocol/byte_cursor.hpp"

namespace txcouchbase::protocol {

Read<CollectionIdResponse> read_collection_id(const Frame& frame) noexcept {
    CollectionIdResponse out;
    ByteCursor in{frame.extras()};
    if (!in.number(out.manifest_uid) || !in.number(out.id) || !in.at_end()) return Defect::bad_extras;
    return out;
}

}  // namespace txcouchbase::protocol
