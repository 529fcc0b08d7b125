// Readers of the answers to range scans (PROTOCOL 2.7).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/frame.hpp"
#include "protocol/range_scan_requests.hpp"
#include "protocol/records.hpp"

namespace txcouchbase::protocol {

Read<ScanId> read_range_scan_create(const Frame& frame) noexcept;

struct ScanKey {
    ByteView key = {};
};
bool parse(ByteCursor& in, ScanKey& out) noexcept;

struct ScanDocument {
    std::uint32_t flags = 0;
    std::uint32_t expiry = 0;
    std::uint64_t seqno = 0;
    std::uint64_t cas = 0;
    Datatype datatype = Datatype::raw;
    ByteView key = {};
    ByteView value = {};
};
bool parse(ByteCursor& in, ScanDocument& out) noexcept;

/// One of the frames that answer a RANGE_SCAN_CONTINUE: keys or documents, perhaps none. The status says whether more
/// frames follow (success), another CONTINUE is due (range_scan_more) or the scan is over (range_scan_complete).
using ScanBatch = std::variant<Records<ScanKey>, Records<ScanDocument>>;
Read<ScanBatch> read_range_scan_continue(const Frame& frame) noexcept;

}  // namespace txcouchbase::protocol
