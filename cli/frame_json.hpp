// A frame as a JSON object, in the vocabulary of tests/vectors/vectors.json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/frame_fields.hpp"

namespace txcouchbase::cli {

/// Every field of the header, the sections of the body in hexadecimal (and as text where they are text), the framing
/// objects one by one as far as they can be read, and under `fields` what the opcode makes of extras and body.
nlohmann::ordered_json frame_json(const protocol::Frame& frame, KeyPrefix prefix = KeyPrefix::none);

}  // namespace txcouchbase::cli
