// SPDX-License-Identifier: Apache-2.0
#include "net/block.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/unit/net/allocations.hpp"

namespace txcouchbase::net {
namespace {

TEST(Block, IsUnpinnedUntilItsMakerHandsOutAPin) {
    Block* const block = Block::make(100);
    EXPECT_EQ(block->capacity(), 100U);
    EXPECT_TRUE(block->is_unpinned());
    Block* const pin = block->pin();
    EXPECT_FALSE(block->is_unpinned());
    pin->release();
    EXPECT_TRUE(block->is_unpinned());
    block->retire();
}

TEST(Block, OfManyPinsTheLastOneCounts) {
    Block* const block = Block::make(10);
    std::vector<Block*> pins;
    for (int i = 0; i < 1000; ++i) pins.push_back(block->pin());
    for (Block* pin : pins) {
        EXPECT_FALSE(block->is_unpinned());
        pin->release();
    }
    EXPECT_TRUE(block->is_unpinned());
    block->retire();
}

TEST(Block, ARetainedPinMustBeGivenBackTwice) {
    Block* const block = Block::make(10);
    Block* const pin = block->pin();
    pin->retain();
    pin->release();
    EXPECT_FALSE(block->is_unpinned());
    pin->release();
    EXPECT_TRUE(block->is_unpinned());
    block->retire();
}

TEST(Block, StartsOverWithFullCreditAfterRenew) {
    Block* const block = Block::make(10);
    block->pin()->release();
    block->renew();
    EXPECT_TRUE(block->is_unpinned());
    Block* const pin = block->pin();
    EXPECT_FALSE(block->is_unpinned());
    pin->release();
    block->retire();
}

TEST(Block, WithoutPinsDiesWithItsMaker) {
    const std::size_t before = bytes_held();
    Block* const block = Block::make(1000);
    EXPECT_GE(bytes_held(), before + 1000);
    block->retire();
    EXPECT_EQ(bytes_held(), before);
}

TEST(Block, OutlivesItsMakerUntilTheLastPinIsGivenBack) {
    const std::size_t before = bytes_held();
    Block* const block = Block::make(1000);
    std::fill_n(block->data(), 1000, 'x');
    Block* const first = block->pin();
    Block* const second = block->pin();
    block->retire();
    first->release();
    EXPECT_EQ(second->data()[999], 'x');
    EXPECT_GT(bytes_held(), before);
    second->release();
    EXPECT_EQ(bytes_held(), before);
}

TEST(Block, PinsMayBeCopiedAndGivenBackOnOtherThreads) {
    const std::size_t before = bytes_held();
    Block* const block = Block::make(64);
    {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([pin = block->pin()] {
                for (int n = 0; n < 1000; ++n) {
                    pin->retain();
                    pin->release();
                }
                pin->release();
            });
        block->retire();
        for (std::thread& thread : threads) thread.join();
    }
    EXPECT_EQ(bytes_held(), before);
}

}  // namespace
}  // namespace txcouchbase::net
