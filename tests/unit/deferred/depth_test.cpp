// Ten thousand of everything: no chain may cost native stack, whichever way it is fired, cancelled or dropped.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

constexpr std::size_t levels = 10'000;

/// Level 0 is the outermost; each waits on the next, and the last is the leaf.
struct Tower {
    explicit Tower(std::size_t height) {
        std::vector<DeferredEnds<int>> made;
        for (std::size_t at = 0; at < height; ++at) made.push_back(make_deferred<int>());
        for (std::size_t at = height - 1; at-- > 0;) {
            made[at].deferred.add_callback(
                [next = std::move(made[at + 1].deferred)](int) mutable { return std::move(next); });
        }
        top = std::move(made[0].deferred);
        for (auto& ends : made) resolvers.push_back(std::move(ends.resolver));
    }
    Deferred<int> top;
    std::vector<Resolver<int>> resolvers;
};

/// A number that grows with the depth of the native stack.
std::uintptr_t stack_depth() {
    return ~reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

std::uintptr_t depth_in_a_handler_at(std::size_t height) {
    Tower tower(height);
    std::uintptr_t depth = 0;
    tower.top.add_callback([&](int value) { return depth = stack_depth(), value; });
    for (const auto& resolver : tower.resolvers) resolver.callback(1);
    return depth;
}

TEST(Deferred, test_boundedStackDepth) {
    EXPECT_EQ(depth_in_a_handler_at(2), depth_in_a_handler_at(3));
    EXPECT_EQ(depth_in_a_handler_at(2), depth_in_a_handler_at(levels));
}

TEST(Depth, FiringOutermostFirst) {
    Tower tower(levels);
    for (std::size_t at = 0; at < levels; ++at) tower.resolvers[at].callback(static_cast<int>(at));
    std::vector<Outcome<int>> got;
    collect(std::move(tower.top), got);
    EXPECT_EQ(got.at(0).value(), levels - 1);
}

TEST(Depth, FiringInnermostFirst) {
    Tower tower(levels);
    for (std::size_t at = levels; at-- > 0;) tower.resolvers[at].callback(static_cast<int>(at));
    std::vector<Outcome<int>> got;
    collect(std::move(tower.top), got);
    EXPECT_EQ(got.at(0).value(), levels - 1);
}

TEST(Depth, FiringInMixedOrder) {
    Tower tower(levels);
    for (std::size_t at = 0; at < levels; at += 2) tower.resolvers[at].callback(static_cast<int>(at));
    for (std::size_t at = 1; at < levels; at += 2) tower.resolvers[at].callback(static_cast<int>(at));
    EXPECT_TRUE(tower.top.is_fired());
    std::vector<Outcome<int>> got;
    collect(std::move(tower.top), got);
    EXPECT_EQ(got.at(0).value(), levels - 1);
}

TEST(Depth, AnErrorComesUpAllTheWay) {
    Tower tower(levels);
    for (std::size_t at = 0; at + 1 < levels; ++at) tower.resolvers[at].callback(0);
    tower.resolvers.back().errback(GenericError("from the leaf"));
    std::vector<Outcome<int>> got;
    collect(std::move(tower.top), got);
    EXPECT_NE(error_in<GenericError>(got), nullptr);
}

TEST(Depth, Cancelling) {
    Tower tower(levels);
    for (std::size_t at = 0; at + 1 < levels; ++at) tower.resolvers[at].callback(0);
    tower.top.cancel();
    EXPECT_TRUE(tower.resolvers.back().is_cancelled());
    std::vector<Outcome<int>> got;
    collect(std::move(tower.top), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(Depth, DestructionUnfired) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    for (const bool top_goes_first : {true, false}) {
        for (const std::size_t fired : {std::size_t{0}, 5 * levels, 10 * levels - 1}) {
            Tower tower(10 * levels);
            tower.top.add_callback([held](int value) { return value; });
            for (std::size_t at = 0; at < fired; ++at) tower.resolvers[at].callback(0);
            if (top_goes_first) tower.top = {};
            tower.resolvers.clear();
            tower.top = {};
            EXPECT_EQ(held.use_count(), 1);
        }
    }
    held.reset();
    EXPECT_TRUE(watch.expired());
}

TEST(Depth, ChainDeferredLinks) {
    auto first = make_deferred<int>();
    Resolver<int> start = first.resolver;
    Deferred<int> end = std::move(first.deferred);
    for (std::size_t at = 0; at < levels; ++at) {
        auto next = make_deferred<int>();
        std::move(end).chain_deferred(std::move(next.resolver));
        end = std::move(next.deferred);
    }
    std::uintptr_t depth = 0;
    const std::uintptr_t here = stack_depth();
    end.add_callback([&](int value) { return depth = stack_depth(), value; });
    std::vector<Outcome<int>> got;
    start.callback(5);
    collect(std::move(end), got);
    EXPECT_EQ(got.at(0).value(), 5);
    EXPECT_LT(depth - here, 20'000U);
}

TEST(Depth, ChainDeferredLinksDestroyedUnfired) {
    auto held = std::make_shared<int>(1);
    auto first = make_deferred<int>();
    Deferred<int> end = std::move(first.deferred);
    for (std::size_t at = 0; at < levels; ++at) {
        auto next = make_deferred<int>();
        std::move(end).chain_deferred(std::move(next.resolver));
        end = std::move(next.deferred);
    }
    std::move(end).add_callback([held](int) {});
    first.resolver = {};
    EXPECT_EQ(held.use_count(), 1);
}

Deferred<int> plus_one(Deferred<int> inner) {
    co_return 1 + co_await std::move(inner);
}

TEST(Depth, NestedCoroutinesCompleting) {
    auto [resolver, leaf] = make_deferred<int>();
    Deferred<int> outermost = std::move(leaf);
    for (std::size_t at = 0; at < levels; ++at) outermost = plus_one(std::move(outermost));
    std::vector<Outcome<int>> got;
    collect(std::move(outermost), got);
    resolver.callback(0);
    EXPECT_EQ(got.at(0).value(), levels);
}

TEST(Depth, NestedCoroutinesCancelledAndDropped) {
    for (const bool cancel : {true, false}) {
        auto [resolver, leaf] = make_deferred<int>();
        Deferred<int> outermost = std::move(leaf);
        for (std::size_t at = 0; at < levels; ++at) outermost = plus_one(std::move(outermost));
        if (cancel) {
            outermost.cancel();
            std::vector<Outcome<int>> got;
            collect(std::move(outermost), got);
            EXPECT_NE(error_in<CancelledError>(got), nullptr);
        } else {
            resolver = {};
        }
        outermost = {};
    }
}

TEST(Depth, HandlersOnOneDeferred) {
    auto [resolver, deferred] = make_deferred<int>();
    for (std::size_t at = 0; at < levels; ++at) deferred.add_callback([](int value) { return value + 1; });
    std::vector<Outcome<int>> got;
    collect(std::move(deferred), got);
    resolver.callback(0);
    EXPECT_EQ(got.at(0).value(), levels);
}

}  // namespace
}  // namespace txcouchbase::test
