// The readers of metadata and of what vBuckets say of themselves.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/document_responses.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/built_frame.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(DocumentResponses, MetadataHaveADatatypeInVersionTwoOnly) {
    const std::string extras = unhex("0000000100000007000000090000000000000063");
    const auto first = read_meta(answer(Opcode::get_meta, extras, "").frame());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->deleted, 1U);
    EXPECT_EQ(first->flags, 7U);
    EXPECT_EQ(first->expiry, 9U);
    EXPECT_EQ(first->seqno, 99U);
    EXPECT_FALSE(first->datatype);
    EXPECT_EQ(read_meta(answer(Opcode::get_meta, extras + "\1", "").frame())->datatype, Datatype::json);
}

TEST(DocumentResponses, MetadataIgnoreAValueThatAMockSends) {
    EXPECT_TRUE(read_meta(answer(Opcode::get_meta, std::string(20, '\0'), "value").frame()));
}

TEST(DocumentResponses, ObserveEntriesAreReadOneByOne) {
    const BuiltFrame frame = answer(
        Opcode::observe, "", unhex("0004000548656c6c6f01000000000000000a000600016b810000000000000000"));
    const auto entries = read_observe(frame.frame());
    ASSERT_TRUE(entries);
    ASSERT_EQ(entries->count(), 2U);
    const ObserveEntry first = *entries->begin();
    EXPECT_EQ(first.vbucket, 4);
    EXPECT_EQ(first.key, "Hello");
    EXPECT_EQ(first.state, KeyState::persisted);
    EXPECT_EQ(first.cas, 10U);
    EXPECT_EQ((++entries->begin())->state, KeyState::deleted);
}

TEST(DocumentResponses, AKeySizeThatOverrunsRefusesAllEntries) {
    const std::string good = unhex("0004000148010000000000000000");
    for (const char* bad : {"00040002480100000000000000", "0004ffff480100000000000000"})
        EXPECT_EQ(read_observe(answer(Opcode::observe, "", good + unhex(bad)).frame()).defect(),
                  Defect::bad_body);
}

TEST(DocumentResponses, ObserveSeqnoTellsOfAFailoverInFormatOne) {
    const std::string fields = unhex("000c0000d1f2e3c4b5a6000000000000005a0000000000000064");
    const auto plain =
        read_observe_seqno(answer(Opcode::observe_seqno, "", std::string(1, '\0') + fields).frame());
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->vbucket, 12);
    EXPECT_EQ(plain->persisted_seqno, 90U);
    EXPECT_EQ(plain->current_seqno, 100U);
    EXPECT_FALSE(plain->superseded);
    const auto moved = read_observe_seqno(
        answer(Opcode::observe_seqno, "", "\1" + fields + unhex("0000000000abcdef0000000000000050")).frame());
    ASSERT_TRUE(moved && moved->superseded);
    EXPECT_EQ(moved->superseded->vbucket_uuid, 0xabcdefU);
    EXPECT_EQ(moved->superseded->last_seqno, 80U);
}

TEST(DocumentResponses, KeyStatesHaveNames) {
    EXPECT_EQ(name(KeyState::found), "found");
    EXPECT_EQ(name(KeyState::deleted), "deleted");
    EXPECT_EQ(name(KeyState{0x42}), "unknown");
}

TEST(DocumentResponses, KeysAreReadWithTheirSizes) {
    const BuiltFrame frame = answer(Opcode::get_keys, "", ByteView("\0\1a\0\0\0\2bc", 9));
    const auto keys = read_keys(frame.frame());
    ASSERT_TRUE(keys);
    std::string all;
    for (const SizedKey& entry : *keys) all.append(entry.key) += ',';
    EXPECT_EQ(all, "a,,bc,");
}

}  // namespace
}  // namespace txcouchbase::protocol
