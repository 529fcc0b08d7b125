// SPDX-License-Identifier: Apache-2.0
#include "protocol/range_scan_requests.hpp"

#include <charconv>

#include "protocol/base64.hpp"

namespace txcouchbase::protocol::request {
namespace {

// Base64, numbers and our own names need no escaping, so the JSON is put together as text.

std::string hex(std::uint32_t number) {
    std::array<char, 8> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), number, 16).ptr;
    return {digits.begin(), end};
}

std::string bound(std::string_view name, const ScanBound& bound) {
    return std::string{bound.is_exclusive ? "\"excl_" : "\""}.append(name) + "\":\"" +
           base64_encode(bound.key) + "\"";
}

std::string what(const ScanRange& range) {
    return ",\"range\":{" + bound("start", range.start) + "," + bound("end", range.end) + "}";
}

std::string what(const ScanSampling& sampling) {
    return ",\"sampling\":{\"samples\":" + std::to_string(sampling.samples) +
           ",\"seed\":" + std::to_string(sampling.seed) + "}";
}

/// The server wants the uuid as decimal text, because JSON numbers lose its low bits.
std::string requirements(const ScanSnapshot& snapshot) {
    std::string text = ",\"snapshot_requirements\":{\"vb_uuid\":\"" + std::to_string(snapshot.vbucket_uuid) +
                       "\",\"seqno\":" + std::to_string(snapshot.seqno);
    if (snapshot.seqno_must_exist) text += ",\"seqno_exists\":true";
    if (snapshot.timeout.count() > 0) text += ",\"timeout_ms\":" + std::to_string(snapshot.timeout.count());
    return text + "}";
}

}  // namespace

ComposedRequest range_scan_create(const RangeScan& scan) {
    std::string json = "{\"collection\":\"" + hex(scan.collection_id) + "\"";
    if (scan.key_only) json += ",\"key_only\":true";
    if (scan.include_xattrs) json += ",\"include_xattrs\":true";
    json += std::visit([](const auto& chosen) { return what(chosen); }, scan.what);
    if (scan.snapshot) json += requirements(*scan.snapshot);
    json += "}";
    return {.head = {.opcode = Opcode::range_scan_create, .datatype = Datatype::json},
            .body = std::move(json)};
}

Request range_scan_continue(const ScanId& scan, const ScanLimits& limits) noexcept {
    Request request{.opcode = Opcode::range_scan_continue};
    request.extras.add(ByteView{scan.data(), scan.size()});
    request.extras.add(limits.items);
    request.extras.add(limits.time.count());
    request.extras.add(limits.bytes);
    return request;
}

Request range_scan_cancel(const ScanId& scan) noexcept {
    Request request{.opcode = Opcode::range_scan_cancel};
    request.extras.add(ByteView{scan.data(), scan.size()});
    return request;
}

}  // namespace txcouchbase::protocol::request
