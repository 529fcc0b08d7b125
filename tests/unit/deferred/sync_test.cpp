// Locks, semaphores and queues.
// SPDX-License-Identifier: Apache-2.0
#include "client/deferred_sync.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

using Permits = std::vector<DeferredPermit>;

auto keep_in(Permits& permits) {
    return [&permits](DeferredPermit permit) { permits.push_back(std::move(permit)); };
}

TEST(Deferred, testLock) {
    DeferredLock lock;
    Permits held;
    EXPECT_FALSE(lock.is_locked());
    lock.acquire().add_callback(keep_in(held));
    EXPECT_TRUE(lock.is_locked());
    lock.acquire().add_callback(keep_in(held));
    EXPECT_EQ(held.size(), 1U);
    held[0].release();
    EXPECT_TRUE(lock.is_locked()) << "handed over, never free in between";
    ASSERT_EQ(held.size(), 2U);
    EXPECT_THROW(held[0].release(), std::logic_error);
    held[1].release();
    EXPECT_FALSE(lock.is_locked());

    std::vector<Outcome<int>> ran;
    collect(lock.run([] { return 1; }), ran);
    EXPECT_EQ(ran.at(0).value(), 1);
    EXPECT_FALSE(lock.is_locked());
    auto [resolver, pending] = make_deferred<int>();
    collect(lock.run([&p = pending] { return std::move(p); }), ran);
    EXPECT_TRUE(lock.is_locked());
    auto waiter = lock.run([]() -> int { return ADD_FAILURE(), 0; });
    waiter.cancel();
    std::vector<Outcome<int>> cancelled;
    collect(std::move(waiter), cancelled);
    EXPECT_NE(error_in<CancelledError>(cancelled), nullptr);
    resolver.callback(2);
    EXPECT_EQ(ran.at(1).value(), 2);
    EXPECT_FALSE(lock.is_locked());
}

TEST(Deferred, test_cancelLockAfterAcquired) {
    DeferredLock lock;
    auto acquired = lock.acquire();
    acquired.cancel();
    Permits held;
    std::move(acquired).add_callback(keep_in(held));
    EXPECT_EQ(held.size(), 1U);
    EXPECT_TRUE(lock.is_locked());
}

TEST(Deferred, test_cancelLockBeforeAcquired) {
    DeferredLock lock;
    Permits held;
    lock.acquire().add_callback(keep_in(held));
    auto waiter = lock.acquire();
    waiter.cancel();
    std::vector<Outcome<DeferredPermit>> got;
    collect(std::move(waiter), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
    held.clear();
    EXPECT_FALSE(lock.is_locked());
}

TEST(Deferred, testSemaphore) {
    constexpr int limit = 13;
    DeferredSemaphore semaphore(limit);
    std::vector<Outcome<int>> ran;
    collect(semaphore.run([&] { return static_cast<int>(semaphore.tokens()); }), ran);
    EXPECT_EQ(ran.at(0).value(), limit - 1);
    EXPECT_EQ(semaphore.tokens(), 13U);

    Permits held;
    for (std::size_t at = 1; at <= limit; ++at) {
        semaphore.acquire().add_callback(keep_in(held));
        EXPECT_EQ(held.size(), at);
    }
    std::vector<int> woken;
    semaphore.acquire().add_callback(
        [&](DeferredPermit permit) { woken.push_back(1), held.push_back(std::move(permit)); });
    auto cancelled = semaphore.acquire();
    cancelled.cancel();
    std::vector<Outcome<DeferredPermit>> errors;
    collect(std::move(cancelled), errors);
    EXPECT_NE(error_in<CancelledError>(errors), nullptr);
    semaphore.acquire().add_callback(
        [&](DeferredPermit permit) { woken.push_back(2), held.push_back(std::move(permit)); });
    EXPECT_EQ(semaphore.tokens(), 0U);
    held[0].release();
    EXPECT_EQ(woken, (std::vector<int>{1}));
    held[1].release();
    EXPECT_EQ(woken, (std::vector<int>{1, 2}));
    EXPECT_EQ(semaphore.tokens(), 0U);
    held.clear();
    EXPECT_EQ(semaphore.tokens(), semaphore.limit());
}

TEST(Deferred, test_semaphoreInvalidTokens) {
    EXPECT_THROW(DeferredSemaphore(0), std::invalid_argument);
    EXPECT_THROW(DeferredSemaphore(-1), std::invalid_argument);
}

TEST(Deferred, test_cancelSemaphoreAfterAcquired) {
    DeferredSemaphore semaphore(1);
    auto acquired = semaphore.acquire();
    acquired.cancel();
    Permits held;
    std::move(acquired).add_callback(keep_in(held));
    EXPECT_EQ(held.size(), 1U);
}

TEST(Deferred, test_cancelSemaphoreBeforeAcquired) {
    DeferredSemaphore semaphore(1);
    Permits held;
    semaphore.acquire().add_callback(keep_in(held));
    auto waiter = semaphore.acquire();
    waiter.cancel();
    std::vector<Outcome<DeferredPermit>> got;
    collect(std::move(waiter), got);
    EXPECT_NE(error_in<CancelledError>(got), nullptr);
}

TEST(Deferred, testQueue) {
    DeferredQueue<int> queue(2, 2);
    std::vector<int> got;
    const auto keep = [&](int value) { got.push_back(value); };
    queue.get().add_callback(keep);
    queue.get().add_callback(keep);
    EXPECT_THROW(queue.get(), QueueUnderflow);
    for (const int value : {1, 2, 3, 4}) queue.put(value);
    EXPECT_EQ(got, (std::vector<int>{1, 2}));
    EXPECT_THROW(queue.put(5), QueueOverflow);
    queue.get().add_callback(keep);
    queue.get().add_callback(keep);
    EXPECT_EQ(got, (std::vector<int>{1, 2, 3, 4}));

    DeferredQueue<int> no_store(0);
    EXPECT_THROW(no_store.put(1), QueueOverflow);
    no_store.get().add_callback(keep);
    no_store.put(6);
    EXPECT_EQ(got.back(), 6);

    DeferredQueue<int> no_waiters({}, 0);
    EXPECT_THROW(no_waiters.get(), QueueUnderflow);
    no_waiters.put(7);
    no_waiters.get().add_callback(keep);
    EXPECT_EQ(got.back(), 7);
}

TEST(Deferred, test_cancelQueueAfterSynchronousGet) {
    DeferredQueue<int> queue;
    queue.put(1);
    auto received = queue.get();
    received.cancel();
    std::vector<Outcome<int>> got;
    collect(std::move(received), got);
    EXPECT_EQ(got.at(0).value(), 1);
}

TEST(Deferred, test_cancelQueueAfterGet) {
    DeferredQueue<int> queue;
    auto waiting = queue.get();
    waiting.cancel();
    std::vector<Outcome<int>> cancelled;
    collect(std::move(waiting), cancelled);
    EXPECT_NE(error_in<CancelledError>(cancelled), nullptr);
    queue.put(2);
    std::vector<Outcome<int>> got;
    collect(queue.get(), got);
    EXPECT_EQ(got.at(0).value(), 2);
}

Deferred<int> under_lock(DeferredLock& lock, Deferred<int> result) {
    const DeferredPermit permit = co_await lock.acquire();
    co_return co_await std::move(result);
}

TEST(Deferred, test_asyncWithLock) {
    DeferredLock lock;
    auto [resolver, pending] = make_deferred<int>();
    std::vector<Outcome<int>> got;
    collect(under_lock(lock, std::move(pending)), got);
    EXPECT_TRUE(lock.is_locked());
    Permits waiter;
    lock.acquire().add_callback(keep_in(waiter));
    EXPECT_TRUE(waiter.empty());
    resolver.callback(42);
    EXPECT_EQ(got.at(0).value(), 42);
    EXPECT_EQ(waiter.size(), 1U) << "served at the end of the scope";
}

TEST(Deferred, test_asyncWithLockException) {
    DeferredLock lock;
    std::vector<Outcome<int>> got;
    collect(under_lock(lock, fail<int>(GenericError("some error"))), got);
    EXPECT_NE(error_in<GenericError>(got), nullptr);
    EXPECT_FALSE(lock.is_locked());
}

Deferred<void> nested_scopes(DeferredSemaphore& semaphore, std::vector<std::size_t>& tokens,
                             Deferred<void> gate) {
    tokens.push_back(semaphore.tokens());
    const DeferredPermit first = co_await semaphore.acquire();
    tokens.push_back(semaphore.tokens());
    {
        const DeferredPermit second = co_await semaphore.acquire();
        tokens.push_back(semaphore.tokens());
        const DeferredPermit third = co_await semaphore.acquire();
        tokens.push_back(semaphore.tokens());
        co_await std::move(gate);
    }
}

TEST(Deferred, test_asyncWithSemaphore) {
    DeferredSemaphore semaphore(3);
    std::vector<std::size_t> tokens;
    auto [resolver, gate] = make_deferred<void>();
    auto done = nested_scopes(semaphore, tokens, std::move(gate));
    EXPECT_EQ(tokens, (std::vector<std::size_t>{3, 2, 1, 0}));
    Permits waiter;
    semaphore.acquire().add_callback(keep_in(waiter));
    EXPECT_TRUE(waiter.empty());
    resolver.callback();
    EXPECT_TRUE(done.is_fired());
    EXPECT_EQ(waiter.size(), 1U);
    EXPECT_EQ(semaphore.tokens(), 2U);
}

TEST(Permit, ThatNobodyTookIsGivenBackWithItsDeferred) {
    DeferredLock lock;
    { auto unused = lock.acquire(); }
    EXPECT_FALSE(lock.is_locked());
}

TEST(Permit, OutlivesItsSemaphore) {
    std::optional<DeferredSemaphore> semaphore(1);
    Permits held;
    int served = 0;
    semaphore->acquire().add_callback(keep_in(held));
    semaphore->acquire().add_callback([&](DeferredPermit) { ++served; });
    auto never = semaphore->acquire();
    semaphore.reset();
    held.clear();
    EXPECT_EQ(served, 1);
}

TEST(Semaphore, ServesThousandsOfWaitersThatAreDoneAtOnceWithoutNesting) {
    DeferredSemaphore semaphore(1);
    Permits held;
    semaphore.acquire().add_callback(keep_in(held));
    int ran = 0;
    for (int at = 0; at < 100'000; ++at) semaphore.run([&] { ++ran; });
    held.clear();
    EXPECT_EQ(ran, 100'000);
    EXPECT_EQ(semaphore.tokens(), 1U);
}

TEST(Run, CancelledWhileTheFunctionRunsReachesItsDeferredAndReleases) {
    DeferredLock lock;
    auto [resolver, pending] = make_deferred<int>();
    auto running = lock.run([&p = pending] { return std::move(p); });
    running.cancel();
    EXPECT_TRUE(resolver.is_cancelled());
    EXPECT_FALSE(lock.is_locked());
    std::move(running).ignore().add_errback([](const Failure&) {});
}

TEST(Queue, WaitersOfADeadQueueAreOrphans) {
    auto held = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = held;
    auto queue = std::make_unique<DeferredQueue<int>>();
    auto waiting = queue->get().finally([held = std::move(held)] {});
    queue.reset();
    waiting = {};
    EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace txcouchbase::test
