// SPDX-License-Identifier: Apache-2.0
#include "protocol/error_map.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::protocol {
namespace {

using namespace std::chrono_literals;

constexpr const char* sample = R"({"version":2,"revision":9,"errors":{
  "86":{"name":"ETMPFAIL","desc":"for now","attrs":["temp","retry-now"]},
  "d":{"name":"ECONFIG_ONLY","desc":"no data here","attrs":["fetch-config","retry-now","of the future"]},
  "25":{"name":"EINIT","desc":"","attrs":["conn-state-invalidated"]},
  "35":{"name":"FULL","desc":"","attrs":["no-retry","temp"]},
  "7ff0":{"name":"X","desc":"Y","attrs":["auto-retry"],
          "retry":{"strategy":"linear","interval":10,"after":50,"ceil":25,"max-duration":1000}}}})";

TEST(ErrorMap, SaysWhatEachStatusAsksOfAClient) {
    const auto map = read_error_map(sample);
    ASSERT_NE(map, nullptr);
    EXPECT_EQ(map->revision, 9);
    const ErrorMapEntry* const temporary = map->find(Status::etmpfail);
    ASSERT_NE(temporary, nullptr);
    EXPECT_EQ(temporary->name, "ETMPFAIL");
    EXPECT_TRUE(temporary->may_be_retried());
    EXPECT_TRUE(has(map->find(Status::econfig_only)->traits, ErrorTrait::fetch_config));
    EXPECT_TRUE(has(map->find(Status::not_initialized)->traits, ErrorTrait::conn_state_invalidated));
    EXPECT_FALSE(map->find(Status::not_initialized)->may_be_retried());
    EXPECT_FALSE(map->find(static_cast<Status>(0x35))->may_be_retried()) << "no-retry wins";
    EXPECT_EQ(map->find(Status::locked), nullptr);
}

TEST(ErrorMap, ARetryRuleGivesTheDelays) {
    const auto map = read_error_map(sample);
    const ErrorRetry retry = *map->find(static_cast<Status>(0x7ff0))->retry;
    EXPECT_EQ(retry.delay(1), 60ms) << "after, and the first interval";
    EXPECT_EQ(retry.delay(2), 20ms);
    EXPECT_EQ(retry.delay(3), 25ms) << "the ceiling";
    EXPECT_EQ(retry.max_duration, 1s);
    ErrorRetry exponential{.strategy = ErrorRetry::Strategy::exponential, .interval = 10ms};
    EXPECT_EQ(exponential.delay(3), 1s);
    EXPECT_EQ(exponential.delay(400), 1min) << "no power overflows";
    EXPECT_EQ((ErrorRetry{.interval = 7ms}.delay(9)), 7ms);
}

TEST(ErrorMap, WhatIsNoneIsNothing) {
    for (const char* const text :
         {"", "[]", "{}", "null", R"({"version":3,"revision":1,"errors":{}})",
          R"({"version":1,"revision":"1","errors":{}})", R"({"version":1,"revision":1,"errors":[]})",
          R"({"version":1,"revision":1,"errors":{"xyz":{"attrs":[]}}})",
          R"({"version":1,"revision":1,"errors":{"10000":{"attrs":[]}}})",
          R"({"version":1,"revision":1,"errors":{"1":{"attrs":{}}}})",
          R"({"version":1,"revision":1,"errors":{"1":{"attrs":[],"name":1}}})",
          R"({"version":1,"revision":1,"errors":{"1":{"attrs":[],"retry":[]}}})",
          R"({"version":1,"revision":1,"errors":{"1":{"attrs":[],"retry":{"interval":-1}}}})"})
        EXPECT_EQ(read_error_map(text), nullptr) << text;
    EXPECT_EQ(read_error_map(std::string(100'000, '[')), nullptr);
    EXPECT_EQ(read_error_map(std::string(max_error_map_size + 1, ' ')), nullptr);
    EXPECT_NE(read_error_map(R"({"version":1,"revision":1,"errors":{}})"), nullptr);
}

}  // namespace
}  // namespace txcouchbase::protocol
