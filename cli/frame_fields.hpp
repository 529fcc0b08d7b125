// What the extras and the value of a frame mean, as JSON: the `fields` of tests/vectors/vectors.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/frame.hpp"

namespace txcouchbase::cli {

/**
 * The interpreted fields of any frame, or null where there is nothing to interpret.
 *
 * Shape:  64-bit numbers are decimal strings; flags, CAS, vBucket uuids, statuses and opcodes are hexadecimal ones.
 *         Text that is not UTF-8 is given as hex (field_format.hpp). What only the session knows is left out:
 *         collection ids in keys. Compressed values are not inflated.
 * Errors: a frame that its reader refuses (check_request, check_response) gives the fields in front of the defect, or
 *         null. Never throws but for lack of memory.
 */
nlohmann::json frame_fields(const protocol::Frame& frame);

}  // namespace txcouchbase::cli
