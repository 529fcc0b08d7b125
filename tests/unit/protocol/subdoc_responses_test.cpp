// The readers of sub-document answers.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc_responses.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/built_frame.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

const std::string token(16, '\1');

TEST(SubdocResponses, ASinglePathAnswerTellsTombstonesApart) {
    const BuiltFrame frame = answer(Opcode::subdoc_counter, token, "-5", Status::subdoc_success_deleted);
    const auto response = read_subdoc_response(frame.frame());
    ASSERT_TRUE(response);
    EXPECT_EQ(response->value, "-5");
    EXPECT_TRUE(response->mutation.token);
    EXPECT_TRUE(response->is_deleted);
    EXPECT_FALSE(read_subdoc_response(answer(Opcode::subdoc_get, "", "1").frame())->is_deleted);
}

TEST(SubdocResponses, AMultiLookupHasOneEntryASpecWhateverItsStatus) {
    const std::string body = unhex(
        "00000000000131"
        "00c000000000");
    for (const Status status : {Status::success, Status::subdoc_multi_path_failure,
                                Status::subdoc_success_deleted, Status::subdoc_multi_path_failure_deleted}) {
        const BuiltFrame frame = answer(Opcode::subdoc_multi_lookup, "", body, status);
        const auto results = read_multi_lookup(frame.frame());
        ASSERT_TRUE(results);
        ASSERT_EQ(results->count(), 2U);
        EXPECT_EQ(results->begin()->value, "1");
        EXPECT_EQ((++results->begin())->status, Status::subdoc_path_enoent);
    }
}

TEST(SubdocResponses, AMultiMutationReturnsOnlyWhatCountersSay) {
    const BuiltFrame frame = answer(Opcode::subdoc_multi_mutation, token, unhex("010000000000023132"));
    const auto response = read_multi_mutation(frame.frame());
    ASSERT_TRUE(response);
    EXPECT_TRUE(response->mutation.token);
    EXPECT_FALSE(response->failure);
    ASSERT_EQ(response->results.count(), 1U);
    EXPECT_EQ(response->results.begin()->index, 1);
    EXPECT_EQ(response->results.begin()->value, "12");
    EXPECT_TRUE(read_multi_mutation(answer(Opcode::subdoc_multi_mutation, "", "").frame())->results.empty());
}

TEST(SubdocResponses, AFailedMultiMutationNamesItsFirstFailingSpec) {
    for (const Status status :
         {Status::subdoc_multi_path_failure, Status::subdoc_multi_path_failure_deleted}) {
        const auto response = read_multi_mutation(
            answer(Opcode::subdoc_multi_mutation, "", ByteView("\2\0\xc0", 3), status).frame());
        ASSERT_TRUE(response && response->failure);
        EXPECT_EQ(response->failure->index, 2);
        EXPECT_EQ(response->failure->status, Status::subdoc_path_enoent);
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
