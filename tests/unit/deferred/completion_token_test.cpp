// Deferreds that end in Asio completion tokens.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#if defined(__GNUC__) && !defined(__clang__)
// g++ 12 with the address sanitizer takes Asio's use_future for the use of an uninitialised allocator.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <string>

#include "client/deferred.hpp"
#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

namespace asio = boost::asio;

void spawn(asio::io_context& io, auto coroutine) {
    asio::co_spawn(io, std::move(coroutine), asio::detached);
}

TEST(CompletionToken, ACallbackGetsTheValueOrTheException) {
    int value = 0;
    succeed(4)([&](const std::exception_ptr& error, int got) { value = error == nullptr ? got : -1; });
    EXPECT_EQ(value, 4);

    auto [resolver, pending] = make_deferred<std::string>();
    Failure seen{GenericError("none yet")};
    std::string text = "untouched";
    std::move(pending)([&](std::exception_ptr error, std::string got) { seen = Failure(error), text = got; });
    const Failure error{ValueError("v")};
    resolver.errback(error);
    EXPECT_EQ(seen, error);
    EXPECT_EQ(text, "");

    bool done = false;
    succeed()([&](const std::exception_ptr& none) { done = none == nullptr; });
    EXPECT_TRUE(done);
}

TEST(CompletionToken, UseFuture) {
    auto [resolver, pending] = make_deferred<std::unique_ptr<int>>();
    auto future = std::move(pending)(asio::use_future);
    resolver.callback(std::make_unique<int>(6));
    EXPECT_EQ(*future.get(), 6);

    std::future<void> failed = fail<void>(ValueError("v"))(asio::use_future);
    EXPECT_THROW(failed.get(), ValueError);
}

TEST(CompletionToken, UseAwaitable) {
    asio::io_context io;
    auto [first_resolver, first] = make_deferred<int>();
    auto [second_resolver, second] = make_deferred<void>();
    std::vector<std::string> log;
    spawn(io, [&, &one = first, &two = second]() -> asio::awaitable<void> {
        log.push_back(std::to_string(co_await std::move(one)(asio::use_awaitable)));
        try {
            co_await std::move(two)(asio::use_awaitable);
        } catch (const ValueError& error) {
            log.push_back(error.what());
        }
        log.push_back(co_await succeed(std::string("ready"))(asio::use_awaitable));
        co_await succeed()(asio::use_awaitable);
    });
    io.poll();
    EXPECT_TRUE(log.empty());
    // Within the executor a completion runs at once, elsewhere it is dispatched there.
    asio::post(io, [&, &r = first_resolver] {
        r.callback(1);
        EXPECT_EQ(log.size(), 1U);
    });
    io.restart();
    io.poll();
    EXPECT_EQ(log, (std::vector<std::string>{"1"}));
    second_resolver.errback(ValueError("two"));
    EXPECT_EQ(log.size(), 1U);
    io.restart();
    io.poll();
    EXPECT_EQ(log, (std::vector<std::string>{"1", "two", "ready"}));
}

TEST(CompletionToken, AnExecutorsHandlerIsNeverCalledWithinItsInitiation) {
    asio::io_context io;
    int got = 0;
    asio::post(io, [&] {
        succeed(3)(asio::bind_executor(io, [&](const std::exception_ptr&, int value) { got = value; }));
        EXPECT_EQ(got, 0);
    });
    io.run();
    EXPECT_EQ(got, 3);
}

TEST(CompletionToken, ACancellationSlotCancelsTheDeferred) {
    asio::cancellation_signal signal;
    auto [resolver, pending] = make_deferred<int>();
    Failure seen{GenericError("none yet")};
    std::move(pending)(asio::bind_cancellation_slot(
        signal.slot(), [&](const std::exception_ptr& error, int) { seen = Failure(error); }));
    signal.emit(asio::cancellation_type::terminal);
    EXPECT_TRUE(resolver.is_cancelled());
    EXPECT_TRUE(seen.check<CancelledError>());
    signal.emit(asio::cancellation_type::terminal);  // nobody is connected any more
}

TEST(CompletionToken, ACancelledAwaitableCancelsWhatItAwaits) {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto [resolver, pending] = make_deferred<int>();
    bool was_cancelled = false;
    asio::co_spawn(
        io,
        [&, &awaited = pending]() -> asio::awaitable<void> {
            try {
                co_await std::move(awaited)(asio::use_awaitable);
            } catch (const CancelledError&) {
                was_cancelled = true;
            }
        },
        asio::bind_cancellation_slot(signal.slot(), asio::detached));
    io.poll();
    asio::post(io, [&] { signal.emit(asio::cancellation_type::all); });
    io.restart();
    io.run();
    EXPECT_TRUE(was_cancelled);
    EXPECT_TRUE(resolver.is_cancelled());
}

TEST(CompletionToken, ACancellerThatThrowsIsReported) {
    Reports reports;
    asio::cancellation_signal signal;
    auto [resolver, pending] = make_deferred<int>([](Resolver<int>&) { throw GenericError("no"); });
    std::move(pending)(asio::bind_cancellation_slot(signal.slot(), [](const std::exception_ptr&, int) {}));
    signal.emit(asio::cancellation_type::terminal);
    EXPECT_EQ(reports.count(), 1U);
}

TEST(CompletionToken, ACallbackThatThrowsIsReported) {
    Reports reports;
    succeed(1)([](const std::exception_ptr&, int) { throw GenericError("in the callback"); });
    ASSERT_EQ(reports.count(), 1U);
    EXPECT_TRUE(reports.is<GenericError>(0));
}

TEST(CompletionToken, ADeferredThatNobodyCanFireFreesTheHandler) {
    auto held = std::make_shared<int>(1);
    auto [resolver, pending] = make_deferred<int>();
    std::move(pending)([held](const std::exception_ptr&, int) { ADD_FAILURE(); });
    EXPECT_EQ(held.use_count(), 2);
    resolver = {};
    EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace txcouchbase::test
