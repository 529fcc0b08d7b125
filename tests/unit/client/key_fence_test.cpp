// SPDX-License-Identifier: Apache-2.0
#include "client/key_fence.hpp"

#include <gtest/gtest.h>

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;
using net::Operation;
using net::OperationState;

/// Operations without frames, on keys that are given by their hash.
class KeyFenceTest : public testing::Test {
protected:
    /// In a pipeline, as far as the fence is concerned.
    Operation& sent(KeyFence::Hash key) {
        Operation& operation = make();
        if (fence.is_attentive()) fence.on_sent(key, operation.sequence);
        return operation;
    }
    Operation& held(KeyFence::Hash key) {
        Operation& operation = make();
        operation.state = OperationState::held;
        operation.traits.is_watched = true;
        fence.enqueue(key, operation);
        return operation;
    }
    /// What may be sent once the operation has ended.
    std::vector<Operation*> end(KeyFence::Hash key, Operation& operation, bool was_welcome = true) {
        operation.state = OperationState::completing;
        std::vector<Operation*> let_out;
        fence.on_over(key, operation, was_welcome, let_out);
        table.release(operation);
        return let_out;
    }
    using Operations = std::vector<Operation*>;

    net::OperationTable table;
    KeyFence fence{table};
    net::TimePoint now{1h};

private:
    // Without a node it is no concern of the index, which would look into its frame.
    Operation& make() {
        Operation& operation = *table.acquire();
        operation.node = Operation::no_node;
        return operation;
    }
};

TEST_F(KeyFenceTest, NothingIsFencedAtFirst) {
    EXPECT_FALSE(fence.is_attentive());
    EXPECT_FALSE(fence.is_fenced(1));
    fence.relax(now);
    EXPECT_TRUE(end(1, sent(1)).empty());
}

TEST_F(KeyFenceTest, ARefusedOperationFencesItsKeyAndNoOther) {
    Operation& a = sent(1);
    EXPECT_TRUE(fence.open(1, a, now));
    EXPECT_TRUE(fence.is_fenced(1));
    EXPECT_TRUE(fence.is_front(1, a));
    EXPECT_FALSE(fence.is_fenced(2));
    EXPECT_TRUE(fence.open(1, a, now)) << "refused once more";
    end(1, a);
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceTest, LaterOperationsAreLetOutOneAtATimeWhileTheServerRefuses) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    Operation &b = held(1), &c = held(1), &d = held(1);
    EXPECT_EQ(end(1, a, false), Operations{&b});
    EXPECT_TRUE(fence.is_front(1, b));
    EXPECT_TRUE(fence.open(1, b, now)) << "it is the front now";
    EXPECT_EQ(end(1, b, false), Operations{&c});
    EXPECT_EQ(end(1, c, false), Operations{&d});
    EXPECT_TRUE(end(1, d, false).empty());
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceTest, AllFollowOneThatWasWelcome) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    Operation &b = held(1), &c = held(1), &d = held(1);
    ASSERT_EQ(end(1, a, false), Operations{&b});
    EXPECT_EQ(end(1, b), (Operations{&c, &d}));
    EXPECT_FALSE(fence.is_fenced(1));
    EXPECT_FALSE(c.traits.is_watched);
}

TEST_F(KeyFenceTest, NoneButTheNextFollowsOneWhoseRefusalWasItsEnd) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    Operation &b = held(1), &c = held(1), &d = held(1);
    ASSERT_EQ(end(1, a, false), Operations{&b});
    fence.stay_careful(1, b);
    EXPECT_EQ(end(1, b), Operations{&c});
    EXPECT_EQ(end(1, c), Operations{&d});
}

TEST_F(KeyFenceTest, AnOperationThatOthersFollowAlreadyIsNotSentAgain) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    Operation &b = held(1), &c = held(1);
    end(1, a, false);
    end(1, b);  // c is let out, and sent
    fence.on_sent(1, c.sequence);
    Operation& d = sent(1);
    EXPECT_FALSE(fence.open(1, c, now));
    EXPECT_FALSE(fence.is_fenced(1));
    EXPECT_TRUE(fence.open(1, d, now)) << "nothing follows it";
}

TEST_F(KeyFenceTest, WhoeverEndsWhileItStandsBehindIsPassedOver) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    Operation &b = held(1), &c = held(1), &d = held(1);
    EXPECT_TRUE(end(1, c, false).empty());
    EXPECT_EQ(end(1, a, false), Operations{&b});
    EXPECT_EQ(end(1, b, false), Operations{&d});
}

TEST_F(KeyFenceTest, ASlotThatIsUsedAgainIsNotTakenForItsFormerUse) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    Operation& b = held(1);
    end(1, b, false);
    Operation& again = sent(2);
    ASSERT_EQ(&again, &b);
    again.state = OperationState::held;
    EXPECT_TRUE(end(1, a, false).empty());
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceTest, TheIndexIsGivenUpWhenNothingWasRefusedForAWhile) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    fence.relax(now += 1min);
    EXPECT_TRUE(fence.is_attentive()) << "as long as a key is fenced";
    end(1, a);
    fence.relax(now += KeyFence::attention - 1ns);
    EXPECT_TRUE(fence.is_attentive());
    fence.relax(now += 1ns);
    EXPECT_FALSE(fence.is_attentive());
}

TEST_F(KeyFenceTest, WhoLeavesTheLineBehindAStuckFrontLeavesNoMemoryBehind) {
    Operation& a = sent(1);
    ASSERT_TRUE(fence.open(1, a, now));
    HeldQueue queue;
    Operation& stuck = *table.acquire();
    stuck.state = OperationState::held;
    queue.push(stuck);
    for (int i = 0; i < 10'000; ++i) {
        Operation& operation = *table.acquire();
        operation.state = OperationState::held;
        queue.push(operation);
        table.release(operation);
    }
    EXPECT_LE(queue.size(), 128U);
    EXPECT_EQ(queue.front(), &stuck);
}

TEST(KeyFenceKeys, StatisticsAndRequestsWithoutKeyConcernNoDocument) {
    using protocol::Opcode;
    EXPECT_TRUE(KeyFence::concerns_document(Opcode::get, "k"));
    EXPECT_FALSE(KeyFence::concerns_document(Opcode::stat, "items"));
    EXPECT_FALSE(KeyFence::concerns_document(Opcode::noop, ""));
    EXPECT_NE(KeyFence::hash_of("a"), KeyFence::hash_of("b"));
}

}  // namespace
}  // namespace txcouchbase
