// SPDX-License-Identifier: Apache-2.0
#include "protocol/xattr_section.hpp"

namespace txcouchbase::protocol {

bool parse(ByteCursor& in, XattrPair& out) noexcept {
    std::uint32_t size = 0;
    ByteView pair;
    if (!in.number(size) || !in.bytes(size, pair) || !pair.ends_with('\0')) return false;
    pair.remove_suffix(1);
    const std::size_t separator = pair.find('\0');
    if (separator == ByteView::npos || separator == 0) return false;
    out = {pair.substr(0, separator), pair.substr(separator + 1)};
    return true;
}

Read<XattrValue> read_xattr_value(ByteView value) noexcept {
    std::uint32_t size = 0;
    ByteView section;
    ByteCursor in{value};
    if (!in.number(size) || !in.bytes(size, section)) return Defect::bad_body;
    const auto xattrs = read_records<XattrPair>(section, Defect::bad_body);
    if (!xattrs) return xattrs.defect();
    return XattrValue{*xattrs, in.rest()};
}

}  // namespace txcouchbase::protocol
