// Messages as bytes, for nodes in processes of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "tests/cluster/message.hpp"

namespace txcouchbase::cluster {

/**
 * Shape: one byte that says which message, then its members in their order: numbers big-endian, strings and lists with
 *        their length in front (four bytes). States are JSON (state_json.hpp): they are rare.
 *        Documents are made anew by the reader. Nothing says where the message ends: the channel frames it.
 * Cost:  one string.
 */
std::string to_bytes(const Message& message);

/// The message, or what is wrong with the bytes; no more memory is taken than their size suggests.
std::variant<Message, std::string> read_message(ByteView bytes);

}  // namespace txcouchbase::cluster
