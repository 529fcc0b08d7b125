// Appends big-endian numbers to a body that is put together piece by piece.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// The type of `number` is its width on the wire.
template <class Number>
void append_number(std::string& out, Number number) {
    const std::size_t at = out.size();
    out.resize(at + sizeof number);
    store_be(out.data() + at, number);
}

}  // namespace txcouchbase::protocol
