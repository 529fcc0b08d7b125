// What a Deferred takes from the heap: in steady state, nothing.
// SPDX-License-Identifier: Apache-2.0
#include "client/detail/chain_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "client/deferred.hpp"
#include "tests/unit/deferred/allocations.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

// With the address sanitizer nothing is kept in stock, so each Deferred is one allocation.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t per_deferred = 1;
#elif defined(__has_feature)
constexpr std::size_t per_deferred = __has_feature(address_sanitizer) ? 1 : 0;
#else
constexpr std::size_t per_deferred = 0;
#endif

/// The allocations of `rounds` calls of `work`, after a few that fill the stock.
template <class Work>
std::size_t allocations_of(std::size_t rounds, Work work) {
    for (int at = 0; at < 3; ++at) work();
    const std::size_t before = allocations();
    for (std::size_t at = 0; at < rounds; ++at) work();
    return allocations() - before;
}

/// As large as a result of the library, and movable only.
struct Value {
    Value() = default;
    explicit Value(std::uint64_t n) : number(n) {}
    std::uint64_t number = 0;
    std::unique_ptr<int> owned;
    std::array<std::uint64_t, 6> rest{};
};

TEST(ChainPool, OneHandlerOf48BytesAndACancellerOf16TakeNothingFromTheHeap) {
    std::uint64_t sum = 0;
    const auto work = [&sum] {
        auto [resolver, deferred] = make_deferred<Value>(
            [first = &sum, second = std::uint32_t{1}](Resolver<Value>&) { *first += second; });
        struct {
            std::uint64_t* sum;
            std::uint64_t numbers[5];
        } captures{&sum, {1, 2, 3, 4, 5}};
        static_assert(sizeof captures == 48);
        std::move(deferred).add_callback(
            [captures](Value&& value) { *captures.sum += value.number + captures.numbers[0]; });
        std::move(resolver).callback(Value(1));
    };
    EXPECT_EQ(allocations_of(100, work), 100 * per_deferred);
    EXPECT_EQ(sum, 103U * 2);
}

TEST(ChainPool, AHundredAtOnceAndKeptHandlesTakeNothingEither) {
    std::vector<DeferredEnds<int>> alive(100);
    int sum = 0;
    const auto work = [&] {
        for (auto& ends : alive) {
            ends = make_deferred<int>();
            ends.deferred.add_callback([&sum](int value) { return sum += value; });
        }
        for (auto& ends : alive) ends.resolver.callback(1);
    };
    EXPECT_EQ(allocations_of(10, work), 10 * 100 * per_deferred);
    EXPECT_EQ(sum, 13 * 100);
}

TEST(ChainPool, GivesOutChainsWithoutAPast) {
    Reports reports;
    {
        auto past = make_deferred<int>([held = std::make_shared<int>(1)](Resolver<int>&) {});
        past.deferred.pause();
        past.deferred.pause();
        past.deferred.cancel();
    }
    EXPECT_EQ(reports.count(), 1U);
    auto [resolver, deferred] = make_deferred<int>();
    EXPECT_FALSE(resolver.is_cancelled());
    deferred.pause();
    int got = 0;
    deferred.add_callback([&](int value) { return got = value; });
    resolver.callback(5);
    deferred.unpause();
    EXPECT_EQ(got, 5);
}

TEST(ChainPool, AnAwaitTakesNothingBeyondTheDeferred) {
    std::size_t taken = 0;
    std::vector<Resolver<int>> resolvers(1);
    auto loop = [](Resolver<int>& resolver, std::size_t& counted) -> Deferred<void> {
        std::size_t before = 0;
        for (int at = 0; at < 103; ++at) {
            if (at == 3) before = allocations();
            auto ends = make_deferred<int>();
            resolver = std::move(ends.resolver);
            co_await std::move(ends.deferred);
        }
        counted = allocations() - before;
    }(resolvers[0], taken);
    while (!loop.is_fired()) Resolver<int>(resolvers[0]).callback(1);
    EXPECT_EQ(taken, 100 * per_deferred);
}

TEST(ChainPool, IsEmptiedWithItsThreadAndServesWhatDiesAfterIt) {
    int ran = 0;
    std::thread([&ran] {
        struct Late {
            ~Late() {
                auto ends = make_deferred<int>();  // the stock is gone by now
                ends.deferred.add_callback([this](int value) { return *count += value; });
                ends.resolver.callback(1);
            }
            int* count = nullptr;
        };
        thread_local Late outlives_the_stock;
        outlives_the_stock.count = &ran;
        auto deferred = succeed(1);
        deferred.add_callback([&ran](int value) { return ran += value; });
    }).join();
    EXPECT_EQ(ran, 2);  // and the leak checker finds nothing
}

}  // namespace
}  // namespace txcouchbase::test
