// The readers of values, mutations, counters and statistics.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/classic_responses.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/built_frame.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(ClassicResponses, AValueCarriesFlagsDatatypeCasAndTheKeyThatWasEchoed) {
    const BuiltFrame frame = built(Response{.opcode = Opcode::getk,
                                            .datatype = Datatype::json,
                                            .cas = 7,
                                            .extras = Extras::of(std::uint32_t{0xdeadbeef}),
                                            .key = "k",
                                            .value = "{}"});
    const auto value = read_value(frame.frame());
    ASSERT_TRUE(value);
    EXPECT_EQ(value->flags, 0xdeadbeef);
    EXPECT_EQ(value->datatype, Datatype::json);
    EXPECT_EQ(value->cas, 7U);
    EXPECT_EQ(value->key, "k");
    EXPECT_EQ(value->value, "{}");
}

TEST(ClassicResponses, AnUnaskedKeyIsIgnored) {
    const BuiltFrame frame = built(Response{.opcode = Opcode::get,
                                            .extras = Extras::of(std::uint32_t{1}),
                                            .key = ByteView("\0", 1),
                                            .value = "v"});
    EXPECT_EQ(read_value(frame.frame())->value, "v");
    EXPECT_TRUE(read_mutation(built(Response{.opcode = Opcode::set, .key = ByteView("\0", 1)}).frame()));
}

TEST(ClassicResponses, AMutationHasATokenOrNone) {
    const auto without = read_mutation(built(Response{.opcode = Opcode::set, .cas = 5}).frame());
    EXPECT_EQ(without->cas, 5U);
    EXPECT_FALSE(without->token);
    const auto with = read_mutation(
        built(Response{.opcode = Opcode::set, .extras = Extras::of(std::uint64_t{1}, std::uint64_t{2})})
            .frame());
    ASSERT_TRUE(with->token);
    EXPECT_EQ(with->token->vbucket_uuid, 1U);
    EXPECT_EQ(with->token->seqno, 2U);
}

TEST(ClassicResponses, ACounterIsEightBytes) {
    const auto counter =
        read_counter(answer(Opcode::increment, "", ByteView("\0\0\1\x1f\x71\xfb\4\xcb", 8)).frame());
    EXPECT_EQ(counter->value, 1'234'567'890'123U);
    EXPECT_EQ(read_counter(answer(Opcode::increment, "", "1234567").frame()).defect(), Defect::bad_body);
}

TEST(ClassicResponses, TouchIsReadFromAllThreeKindsOfServer) {
    EXPECT_FALSE(read_touch(answer(Opcode::touch, "", "").frame())->flags);
    EXPECT_EQ(read_touch(answer(Opcode::touch, ByteView("\0\0\0\7", 4), "").frame())->flags, 7U);
    EXPECT_FALSE(read_touch(answer(Opcode::touch, std::string(16, 'x'), "").frame())->flags);
}

TEST(ClassicResponses, StatisticsEndWithoutKeyAndValue) {
    EXPECT_TRUE(read_stat(built(Response{.opcode = Opcode::stat}).frame()).is_end());
    EXPECT_FALSE(read_stat(built(Response{.opcode = Opcode::stat, .key = "note"}).frame()).is_end());
    const BuiltFrame frame = built(Response{.opcode = Opcode::stat, .key = "pid", .value = "7"});
    const StatResponse pid = read_stat(frame.frame());
    EXPECT_EQ(pid.name, "pid");
    EXPECT_EQ(pid.value, "7");
}

}  // namespace
}  // namespace txcouchbase::protocol
