// The words that a server adds to a status: JSON from kv_engine, plain text from memcached.org (PROTOCOL 3.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// For people and logs only; nothing may be decided on these words, except that a manifest uid tells which of two
/// sides is behind when a collection is unknown.
struct ErrorBody {
    std::string context = {};       ///< a sentence
    std::string ref = {};           ///< what the server's own log calls this failure
    std::string manifest_uid = {};  ///< hexadecimal
    ByteView plain_text = {};       ///< the body itself when it is not JSON that can be trusted; a view
};

/**
 * Reads the value of a response whose status is an error and which is no cluster map.
 *
 * Shape:  any bytes. A body over 64 KiB, or nested deeper than 16, is not parsed: it is plain text.
 * Errors: never throws; without memory the body counts as plain text too.
 */
ErrorBody read_error_body(ByteView value) noexcept;

}  // namespace txcouchbase::protocol
