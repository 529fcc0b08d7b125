// Builders of the range scan commands (PROTOCOL 2.7).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <variant>

#include "protocol/request.hpp"

namespace txcouchbase::protocol {

/// What a server calls a scan that it has open: 16 bytes.
using ScanId = std::array<char, 16>;

struct ScanBound {
    ByteView key = {};
    bool is_exclusive = false;
};
struct ScanRange {
    ScanBound start = {};
    ScanBound end = {};
};
struct ScanSampling {
    std::uint64_t samples = 0;
    std::uint32_t seed = 0;
};

/// Scan only once the vBucket has seen this mutation.
struct ScanSnapshot {
    std::uint64_t vbucket_uuid = 0;
    std::uint64_t seqno = 0;
    bool seqno_must_exist = false;
    std::chrono::milliseconds timeout = {};
};

struct RangeScan {
    std::uint32_t collection_id = 0;
    std::variant<ScanRange, ScanSampling> what = {};
    bool key_only = false;
    bool include_xattrs = false;
    std::optional<ScanSnapshot> snapshot = std::nullopt;
};

/// Limits of one RANGE_SCAN_CONTINUE; 0 is no limit.
struct ScanLimits {
    std::uint32_t items = 0;
    std::chrono::duration<std::uint32_t, std::milli> time = {};
    std::uint32_t bytes = 0;
};

}  // namespace txcouchbase::protocol

namespace txcouchbase::protocol::request {

ComposedRequest range_scan_create(const RangeScan& scan);
Request range_scan_continue(const ScanId& scan, const ScanLimits& limits) noexcept;
Request range_scan_cancel(const ScanId& scan) noexcept;

}  // namespace txcouchbase::protocol::request
