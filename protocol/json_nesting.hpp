// How deep a JSON text is nested, found out before a parser that has no such limit sees it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// Whether at most `depth` arrays and objects are open at once. Of a text that is no JSON it says something, and no
/// harm is done: the parser refuses the text.
bool is_nested_within(ByteView json, int depth) noexcept;

}  // namespace txcouchbase::protocol
