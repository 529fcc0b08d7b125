// SPDX-License-Identifier: Apache-2.0
#include "cli/result_json.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace txcouchbase::cli {
namespace {

std::string line(const nlohmann::json& object) {
    std::ostringstream out;
    print_line(out, object);
    return out.str();
}

TEST(ResultJson, AMutationHasKeyAndCas) {
    EXPECT_EQ(line(describe(OperationResult{{}, "k", UINT64_MAX})),
              "{\"cas\":\"18446744073709551615\",\"key\":\"k\"}\n");
    EXPECT_EQ(line(describe(OperationResult{{}, "\xff", 0})), "{\"cas\":\"0\",\"key_hex\":\"ff\"}\n");
}

TEST(ResultJson, AValueHasItsFlagsToo) {
    EXPECT_EQ(line(describe(ValueResult{{}, "k", 7, "say \"\xc3\xa4\"\n", 0x04000004})),
              "{\"cas\":\"7\",\"flags\":67108868,\"key\":\"k\",\"value\":\"say \\\"\\u00e4\\\"\\n\"}\n");
    EXPECT_EQ(line(describe(ValueResult{{}, "k", 7, std::string_view{"\xff\0", 2}, 0})),
              "{\"cas\":\"7\",\"flags\":0,\"key\":\"k\",\"value_hex\":\"ff00\"}\n");
    EXPECT_EQ(line(describe(ValueResult{{}, "k", 7, "", 0})),
              "{\"cas\":\"7\",\"flags\":0,\"key\":\"k\",\"value\":\"\"}\n");
}

TEST(ResultJson, AFailureHasItsCodeTheSentenceAndPerhapsAKey) {
    EXPECT_EQ(line(describe(Error{errc::timed_out, {.key = "k"}}, "too late")),
              "{\"error\":\"ETIMEDOUT\",\"key\":\"k\",\"message\":\"too late\",\"rc\":23}\n");
    EXPECT_EQ(line(describe(Error{errc::timed_out, {.key = "\xff"}}, "late")),
              "{\"error\":\"ETIMEDOUT\",\"key_hex\":\"ff\",\"message\":\"late\",\"rc\":23}\n");
    EXPECT_EQ(line(describe(Error{errc::connect_error}, "nobody")),
              "{\"error\":\"CONNECT_ERROR\",\"message\":\"nobody\",\"rc\":24}\n");
}

}  // namespace
}  // namespace txcouchbase::cli
