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
    using End = KeyFence::End;
    /// What may be sent once the operation has ended.
    std::vector<Operation*> end(KeyFence::Hash key, Operation& operation, End how = End::welcome) {
        operation.state = OperationState::completing;
        fence.on_over(key, operation, how);
        table.release(operation);
        return fence.take_released();
    }
    /// The operation was refused; what may be sent now.
    std::vector<Operation*> refuse(KeyFence::Hash key, Operation& operation) {
        fence.open(key, operation, now);
        operation.state = OperationState::held;
        return fence.take_released();
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
    refuse(1, a);
    EXPECT_TRUE(fence.is_fenced(1));
    EXPECT_TRUE(fence.is_front(1, a));
    EXPECT_FALSE(fence.is_fenced(2));
    refuse(1, a);
    end(1, a);
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceTest, LaterOperationsAreLetOutOneAtATimeWhileTheServerRefuses) {
    Operation& a = sent(1);
    refuse(1, a);
    Operation &b = held(1), &c = held(1), &d = held(1);
    EXPECT_EQ(end(1, a, End::executed), Operations{&b});
    EXPECT_TRUE(fence.is_front(1, b));
    refuse(1, b);
    EXPECT_EQ(end(1, b, End::executed), Operations{&c});
    EXPECT_EQ(end(1, c, End::executed), Operations{&d});
    EXPECT_TRUE(end(1, d, End::executed).empty());
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceTest, AllFollowOneThatWasWelcome) {
    Operation& a = sent(1);
    refuse(1, a);
    Operation &b = held(1), &c = held(1), &d = held(1);
    ASSERT_EQ(end(1, a, End::executed), Operations{&b});
    EXPECT_EQ(end(1, b), (Operations{&c, &d}));
    EXPECT_FALSE(fence.is_fenced(1));
    EXPECT_FALSE(c.traits.is_watched);
}

TEST_F(KeyFenceTest, NoneButTheNextFollowsOneWhoseRefusalWasItsEnd) {
    Operation& a = sent(1);
    refuse(1, a);
    Operation &b = held(1), &c = held(1), &d = held(1);
    ASSERT_EQ(end(1, a, End::executed), Operations{&b});
    EXPECT_EQ(end(1, b, End::refused), Operations{&c});
    EXPECT_EQ(end(1, c), Operations{&d});
}

/// Several on one key are on their way when the first of them is refused.
class KeyFenceOvertaking : public KeyFenceTest {
protected:
    void SetUp() override {
        fence.open(9, sent(9), now);  // from now on it is attentive
        for (Operation** operation : {&a, &b, &c}) {
            *operation = &sent(1);
            fence.await(1, **operation, now);
        }
        EXPECT_TRUE(refuse(1, *a).empty()) << "the answers to the others are awaited";
    }
    std::vector<std::uint32_t> overtaken() {
        std::vector<std::uint32_t> sequences;
        for (const auto& id : fence.take_overtaken()) sequences.push_back(id.sequence);
        return sequences;
    }

    Operation *a = nullptr, *b = nullptr, *c = nullptr;
};

TEST_F(KeyFenceOvertaking, AnOperationIsNotSentAgainWhenALaterOneWasExecuted) {
    EXPECT_TRUE(refuse(1, *b).empty());
    const std::vector expected{a->sequence, b->sequence};
    EXPECT_TRUE(end(1, *c).empty());
    EXPECT_EQ(overtaken(), expected);
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceOvertaking, WhenAllWereRefusedTheyAreSentAgainInOrderOneAtATime) {
    EXPECT_TRUE(refuse(1, *b).empty());
    EXPECT_EQ(refuse(1, *c), Operations{a}) << "now it is known that none was executed";
    Operation& d = held(1);
    EXPECT_TRUE(overtaken().empty());
    EXPECT_EQ(end(1, *a, End::executed), Operations{b});
    EXPECT_EQ(end(1, *b), (Operations{c, &d}));
}

TEST_F(KeyFenceOvertaking, OneThatNobodyWaitsForAnyMoreOvertakesNobody) {
    EXPECT_TRUE(end(1, *b, End::early).empty());
    EXPECT_EQ(end(1, *c, End::refused), Operations{a});
    EXPECT_TRUE(overtaken().empty());
}

TEST_F(KeyFenceOvertaking, OneThatWasCancelledWhileItWaitedIsForgotten) {
    EXPECT_TRUE(end(1, *a, End::early).empty());
    EXPECT_TRUE(end(1, *b).empty());
    EXPECT_TRUE(overtaken().empty());
    Operation& d = held(1);
    EXPECT_EQ(end(1, *c), Operations{&d});
}

TEST_F(KeyFenceTest, WhoeverEndsWhileItStandsBehindIsPassedOver) {
    Operation& a = sent(1);
    refuse(1, a);
    Operation &b = held(1), &c = held(1), &d = held(1);
    EXPECT_TRUE(end(1, c, End::executed).empty());
    EXPECT_EQ(end(1, a, End::executed), Operations{&b});
    EXPECT_EQ(end(1, b, End::executed), Operations{&d});
}

TEST_F(KeyFenceTest, ASlotThatIsUsedAgainIsNotTakenForItsFormerUse) {
    Operation& a = sent(1);
    refuse(1, a);
    Operation& b = held(1);
    end(1, b, End::executed);
    Operation& again = sent(2);
    ASSERT_EQ(&again, &b);
    again.state = OperationState::held;
    EXPECT_TRUE(end(1, a, End::executed).empty());
    EXPECT_FALSE(fence.is_fenced(1));
}

TEST_F(KeyFenceTest, TheIndexIsGivenUpWhenNothingWasRefusedForAWhile) {
    Operation& a = sent(1);
    refuse(1, a);
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
    refuse(1, a);
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
