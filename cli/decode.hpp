// Prints what bytes decode to, one JSON object a line for each frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "cli/frame_fields.hpp"
#include "protocol/frame_reader.hpp"

namespace txcouchbase::cli {

struct DecodeOptions {
    protocol::Receiver receiver = protocol::Receiver::any;
    std::size_t max_frame = protocol::default_max_frame;
    KeyPrefix prefix = KeyPrefix::none;
};

/**
 * Decodes one buffer from front to back.
 *
 * Shape:  ok, with the frame; need_more, with `need_total` counted from the start of the buffer; error, with its
 *         name. An empty buffer is a need_more, an empty remainder is nothing.
 * Errors: a fatal one ends the buffer. A frame that is whole but breaks a rule is printed with the rule's name, and
 *         what a server would answer, and decoding goes on behind it.
 */
void decode(protocol::ByteView buffer, const DecodeOptions& options, std::ostream& out);

}  // namespace txcouchbase::cli
