// The readers of range scans, and the JSON that a scan is created with.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/range_scan_responses.hpp"

#include <gmock/gmock.h>

#include "tests/unit/protocol/built_frame.hpp"

namespace txcouchbase::protocol {
namespace {

using namespace std::chrono_literals;

TEST(RangeScanResponses, KeysMayBeLongerThanOneByteOfLengthCanSay) {
    const std::string long_key(200, 'k');
    const BuiltFrame frame = answer(Opcode::range_scan_continue, ByteView("\0\0\0\0", 4),
                                    "\xc8\1" + long_key + "\1x", Status::range_scan_more);
    const auto batch = read_range_scan_continue(frame.frame());
    ASSERT_TRUE(batch);
    const auto& keys = std::get<Records<ScanKey>>(*batch);
    ASSERT_EQ(keys.count(), 2U);
    EXPECT_EQ(keys.begin()->key, long_key);
    EXPECT_EQ((++keys.begin())->key, "x");
}

TEST(RangeScanResponses, DocumentsCarryTheirMetadata) {
    const std::string meta("\2\0\0\0\0\0\0\x3c\0\0\0\0\0\0\0\x4d\0\0\0\0\0\0\0\5\1", 25);
    const BuiltFrame frame = answer(Opcode::range_scan_continue, ByteView("\0\0\0\1", 4), meta + "\1k\2{}");
    const auto batch = read_range_scan_continue(frame.frame());
    ASSERT_TRUE(batch);
    const ScanDocument document = *std::get<Records<ScanDocument>>(*batch).begin();
    EXPECT_EQ(document.flags, 0x0200'0000U);
    EXPECT_EQ(document.expiry, 60U);
    EXPECT_EQ(document.seqno, 77U);
    EXPECT_EQ(document.cas, 5U);
    EXPECT_EQ(document.datatype, Datatype::json);
    EXPECT_EQ(document.key, "k");
    EXPECT_EQ(document.value, "{}");
}

TEST(RangeScanResponses, TheLastFrameMayBeBareOrEmpty) {
    for (const ByteView extras : {ByteView{}, ByteView("\0\0\0\1", 4)})
        EXPECT_TRUE(read_range_scan_continue(
            answer(Opcode::range_scan_continue, extras, "", Status::range_scan_complete).frame()));
}

TEST(RangeScanRequests, TheJsonOfAScanHasWhatWasAskedAndNothingElse) {
    RangeScan scan{.collection_id = 0xab,
                   .what = ScanRange{{"a", true}, {"b", false}},
                   .key_only = true,
                   .include_xattrs = true,
                   .snapshot = ScanSnapshot{~std::uint64_t{0}, 7, true, 5ms}};
    EXPECT_EQ(
        request::range_scan_create(scan).body,
        R"({"collection":"ab","key_only":true,"include_xattrs":true,"range":{"excl_start":"YQ==","end":"Yg=="},)"
        R"("snapshot_requirements":{"vb_uuid":"18446744073709551615","seqno":7,"seqno_exists":true,"timeout_ms":5}})");
    scan = {.what = ScanSampling{10, 3}};
    EXPECT_EQ(request::range_scan_create(scan).body,
              R"({"collection":"0","sampling":{"samples":10,"seed":3}})");
}

}  // namespace
}  // namespace txcouchbase::protocol
