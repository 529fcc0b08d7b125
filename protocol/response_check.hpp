// Judges a frame that a client received: whether the reader of its command can make sense of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/defect.hpp"
#include "protocol/frame.hpp"

namespace txcouchbase::protocol {

/**
 * Reads the frame with the reader of its opcode and says what is wrong with it; Defect::none when nothing is.
 *
 * Shape:  a frame that FrameReader gave out. A response whose status is an error carries words, and any words will do.
 *         Commands and server requests without a reader are taken as they come.
 * Errors: never throws. Every Defect but wrong_direction (a request, or a client's reply) concerns this frame alone.
 * Spec:   PROTOCOL 2 and 11.
 */
Defect check_response(const Frame& frame) noexcept;

}  // namespace txcouchbase::protocol
