// What the extras and the value of a frame mean, as JSON: the `fields` of tests/vectors/vectors.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/frame.hpp"

namespace txcouchbase::cli {

/// What stands in front of documents' keys. The session has agreed on it; no frame says so.
enum class KeyPrefix : std::uint8_t { none, collection_id };

/**
 * The interpreted fields of any frame, or null where there is nothing to interpret.
 *
 * Shape:  64-bit numbers are decimal strings; flags, CAS, vBucket uuids, statuses and opcodes are hexadecimal ones.
 *         Text that is not UTF-8 is given as hex (field_format.hpp).
 * Errors: a frame that its reader refuses (check_request, check_response) gives the fields in front of the defect, or
 *         null. Never throws but for lack of memory.
 */
nlohmann::json frame_fields(const protocol::Frame& frame, KeyPrefix prefix = KeyPrefix::none);

}  // namespace txcouchbase::cli
