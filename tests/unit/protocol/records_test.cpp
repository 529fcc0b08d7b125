// Bodies that are one record after another.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/records.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace txcouchbase::protocol {
namespace {

struct Sized {
    ByteView bytes;
};
bool parse(ByteCursor& in, Sized& out) noexcept {
    std::uint8_t size = 0;
    return in.number(size) && in.bytes(size, out.bytes);
}

TEST(Records, AWholeBodyIsWalkedAsOftenAsWanted) {
    const auto records = read_records<Sized>("\1a\3bcd", Defect::bad_body);
    ASSERT_TRUE(records);
    for (int round = 0; round < 2; ++round) {
        std::vector<std::string> seen;
        for (const Sized& record : *records) seen.emplace_back(record.bytes);
        EXPECT_THAT(seen, testing::ElementsAre("a", "bcd"));
    }
    EXPECT_EQ(records->count(), 2U);
}

TEST(Records, NoBytesAreNoRecords) {
    const auto records = read_records<Sized>("", Defect::bad_body);
    ASSERT_TRUE(records);
    EXPECT_TRUE(records->empty());
    EXPECT_EQ(records->count(), 0U);
}

TEST(Records, ABodyThatEndsWithinARecordIsRefusedByTheGivenName) {
    EXPECT_EQ(read_records<Sized>("\1a\3bc", Defect::bad_subdoc).defect(), Defect::bad_subdoc);
    EXPECT_EQ(read_records<Sized>("\1a\xff", Defect::bad_body).defect(), Defect::bad_body);
}

}  // namespace
}  // namespace txcouchbase::protocol
