// SPDX-License-Identifier: Apache-2.0
#include "client/retry_queue.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;
using net::Operation;
using net::OperationState;
using protocol::Opcode;
using protocol::Status;

TEST(RetryRules, ThreeStatusesAreRefusalsForNowButNotToLocks) {
    for (const Status status : {Status::enomem, Status::ebusy, Status::etmpfail}) {
        EXPECT_TRUE(is_refusal_for_now(Opcode::get, status));
        EXPECT_TRUE(is_refusal_for_now(Opcode::set, status));
        EXPECT_FALSE(is_refusal_for_now(Opcode::get_locked, status));
        EXPECT_FALSE(is_refusal_for_now(Opcode::unlock_key, status));
    }
    for (const Status status : {Status::success, Status::key_enoent, Status::key_eexists, Status::not_stored})
        EXPECT_FALSE(is_refusal_for_now(Opcode::set, status));
}

TEST(RetryDelay, DoublesFromTenMillisecondsToHalfASecond) {
    EXPECT_EQ(retry_delay(1), 10ms);
    EXPECT_EQ(retry_delay(2), 20ms);
    EXPECT_EQ(retry_delay(6), 320ms);
    for (const std::size_t many : {7U, 11U, 1'000U}) EXPECT_EQ(retry_delay(many), 500ms);
    EXPECT_EQ(retry_delay(std::numeric_limits<std::size_t>::max()), 500ms);
}

TEST(RetryDelay, LeavesOutUpToAQuarter) {
    EXPECT_EQ(with_jitter(10ms, 0), 10ms);
    EXPECT_EQ(with_jitter(10ms, 2'500), 7'500us);
    for (std::uint32_t i = 0; i < 100'000; i += 777) {
        EXPECT_GE(with_jitter(40ms, i), 30ms);
        EXPECT_LE(with_jitter(40ms, i), 40ms);
    }
}

TEST(RetryDelay, ARuleOfAServersThatKnowsNoDelayIsKeptWithMeasure) {
    const protocol::ErrorRetry rule{.interval = 0ms};
    EXPECT_EQ(rule_delay(rule, 1), 1ms);
    EXPECT_EQ(rule_delay(rule, 1'000), 50ms);
    EXPECT_EQ(rule_delay({.interval = 70ms}, 1'000), 70ms);
}

class RetryQueueTest : public testing::Test {
protected:
    Operation& refused(std::size_t times = 1) {
        Operation& operation = *table.acquire();
        operation.state = OperationState::held;
        for (; times > 0; --times) queue.note(operation, Status::etmpfail, "later", now, 0);
        return operation;
    }

    net::OperationTable table;
    RetryQueue queue;
    net::TimePoint now{1h};
};

TEST_F(RetryQueueTest, AnOperationIsDueWhenItsDelayIsOverAndNotBefore) {
    EXPECT_EQ(queue.next_due(), std::nullopt);
    Operation& a = refused();
    EXPECT_EQ(queue.next_due(), now + 10ms);
    EXPECT_EQ(queue.take_due(now + 10ms - 1ns), nullptr);
    EXPECT_EQ(queue.take_due(now + 10ms), &a);
    EXPECT_EQ(queue.take_due(now + 1h), nullptr);
    EXPECT_EQ(queue.next_due(), std::nullopt);
}

TEST_F(RetryQueueTest, TheEarliestComesFirst) {
    Operation& a = refused();
    now -= 5ms;
    Operation& b = refused();
    EXPECT_EQ(queue.next_due(), now + 10ms);
    EXPECT_EQ(queue.take_due(now + 1h), &b);
    EXPECT_EQ(queue.take_due(now + 1h), &a);
}

TEST_F(RetryQueueTest, WhatHasEndedIsNotDueAnyMore) {
    Operation& a = refused();
    queue.forget(a);
    table.release(a);
    EXPECT_EQ(queue.next_due(), std::nullopt);
    EXPECT_EQ(queue.take_due(now + 1h), nullptr);
    EXPECT_EQ(queue.find(a), nullptr);
}

TEST_F(RetryQueueTest, RemembersHowOftenAndWhyAndForgets) {
    Operation& a = refused(2);
    queue.note(a, Status::ebusy, "busy", now + 1s, 0);
    ASSERT_NE(queue.find(a), nullptr);
    EXPECT_EQ(queue.find(a)->count, 3U);
    EXPECT_EQ(queue.find(a)->refusals.back().status, Status::ebusy);
    EXPECT_EQ(queue.find(a)->refusals.back().at, now + 1s);
    EXPECT_EQ(queue.find(a)->last_words, "busy");
    EXPECT_TRUE(queue.forget(a));
    EXPECT_FALSE(queue.forget(a));
}

TEST_F(RetryQueueTest, KeepsTheLatestRefusalsOnlyHoweverManyThereWere) {
    const Operation& a = refused(1'000);
    EXPECT_EQ(queue.find(a)->count, 1'000U);
    EXPECT_EQ(queue.find(a)->refusals.size(), RetryQueue::most_kept);
}

}  // namespace
}  // namespace txcouchbase
