// SPDX-License-Identifier: Apache-2.0
#include "protocol/range_scan_responses.hpp"

#include <algorithm>

#include "protocol/leb128.hpp"

namespace txcouchbase::protocol {
namespace {

bool sized_bytes(ByteCursor& in, ByteView& out) noexcept {
    const std::optional<DecodedLeb128> size = decode_leb128(in.rest());
    ByteView prefix;
    return size && in.bytes(size->size, prefix) && in.bytes(size->value, out);
}

template <class T>
Read<ScanBatch> read_batch(const Frame& frame) noexcept {
    const auto records = read_records<T>(frame.value(), Defect::bad_body);
    if (!records) return records.defect();
    return ScanBatch{*records};
}

}  // namespace

Read<ScanId> read_range_scan_create(const Frame& frame) noexcept {
    ScanId scan;
    if (frame.value().size() != scan.size()) return Defect::bad_body;
    std::ranges::copy(frame.value(), scan.begin());
    return scan;
}

bool parse(ByteCursor& in, ScanKey& out) noexcept {
    return sized_bytes(in, out.key);
}

bool parse(ByteCursor& in, ScanDocument& out) noexcept {
    return in.number(out.flags) && in.number(out.expiry) && in.number(out.seqno) && in.number(out.cas) &&
           in.number(out.datatype) && sized_bytes(in, out.key) && sized_bytes(in, out.value);
}

Read<ScanBatch> read_range_scan_continue(const Frame& frame) noexcept {
    std::uint32_t mode = 0;
    ByteCursor in{frame.extras()};
    // The last frame of a scan may be bare.
    if (in.at_end() && frame.value().empty()) return ScanBatch{};
    if (!in.number(mode) || !in.at_end() || mode > 1) return Defect::bad_extras;
    return mode == 0 ? read_batch<ScanKey>(frame) : read_batch<ScanDocument>(frame);
}

}  // namespace txcouchbase::protocol
