// The extended attributes in front of a value whose datatype says so (PROTOCOL 1.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/records.hpp"

namespace txcouchbase::protocol {

/// `value` is JSON, or binary since SUBDOC_BINARY_XATTR.
struct XattrPair {
    ByteView key = {};
    ByteView value = {};
};
bool parse(ByteCursor& in, XattrPair& out) noexcept;

/// A value that was taken apart; it must not be compressed any more.
struct XattrValue {
    Records<XattrPair> xattrs = {};
    ByteView body = {};
};
Read<XattrValue> read_xattr_value(ByteView value) noexcept;

}  // namespace txcouchbase::protocol
