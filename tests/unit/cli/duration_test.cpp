// SPDX-License-Identifier: Apache-2.0
#include "cli/duration.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::cli {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsSecondsOrHasAUnit) {
    EXPECT_EQ(parse_duration("0"), 0s);
    EXPECT_EQ(parse_duration("90"), 90s);
    EXPECT_EQ(parse_duration("90s"), 90s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("2h"), 2h);
    EXPECT_EQ(parse_duration("1d"), 24h);
}

TEST(Duration, IsNothingElse) {
    for (const char* text : {"", "s", "d", "-1", "-1s", "+1", "1.5h", "1w", "1 h", " 1", "1hm", "1h30m", "1H",
                             "nan", "0x10", "99999999999999999999"})
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Duration, HasNoMoreThan32BitsOfSeconds) {
    EXPECT_EQ(parse_duration("4294967295"), 4294967295s);
    EXPECT_EQ(parse_duration("4294967296"), std::nullopt);
    EXPECT_EQ(parse_duration("71582788m"), 4294967280s);
    EXPECT_EQ(parse_duration("71582789m"), std::nullopt);
    EXPECT_EQ(parse_duration("49710d"), 4294944000s);
    EXPECT_EQ(parse_duration("49711d"), std::nullopt);
    EXPECT_EQ(parse_duration("18446744073709551615d"), std::nullopt);
}

TEST(TtlOption, TakesADuration) {
    Ttl ttl;
    EXPECT_EQ(ttl_option(ttl).take("2h"), "");
    EXPECT_EQ(ttl, Ttl{2h});
}

TEST(TtlOption, SaysWhatItTakes) {
    Ttl ttl;
    EXPECT_EQ(ttl_option(ttl).take("x"), "--ttl is seconds, as in 90, 90s, 5m, 2h or 1d");
    EXPECT_EQ(ttl_option(ttl, 1s).take("0"), "--ttl is at least 1 second, as in 90, 90s, 5m, 2h or 1d");
    EXPECT_EQ(ttl_option(ttl, 1s).take("1"), "");
}

}  // namespace
}  // namespace txcouchbase::cli
