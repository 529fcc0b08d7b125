// Beyond the caps: operations that wait for room, and writable(), which says when there is some.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/integration/ledger.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

ConnectionOptions ten_wait(std::chrono::milliseconds timeout = 5s) {
    return {.timeout = timeout, .max_operations = 10, .overload = Overload::wait};
}

class OverloadTest : public ServerTest {
protected:
    std::unique_ptr<TxAsyncConnection> connected(const ConnectionOptions& options) {
        auto cb = std::make_unique<TxAsyncConnection>(io, server.url(), options);
        EXPECT_TRUE(succeeded(end_of(cb->connect())));
        return cb;
    }
    void issue(TxAsyncConnection& cb, int count) {
        for (int i = 0; i < count; ++i) ledger.enter(cb.append("k", std::to_string(issued++) + ' '));
    }
    bool await_all() {
        return run_until(io, [this] { return ledger.all_ended(); });
    }
    /// The numbers from 0 up, as issue() has appended them.
    static std::string numbers(int count) {
        std::string all;
        for (int i = 0; i < count; ++i) all += std::to_string(i) + ' ';
        return all;
    }

    Ledger ledger;
    int issued = 0;
};

TEST_F(OverloadTest, OperationsBeyondTheCapWaitAndAreExecutedInOrder) {
    EXPECT_TRUE(succeeded(end_of(witness.set("k", "", {.format = Format::utf8}))));
    const auto cb = connected(ten_wait());
    server.stop();
    issue(*cb, 20);
    EXPECT_THROW(issue(*cb, 1), ClientTemporaryFailError) << "as many as the cap may wait, and no more";
    --issued;
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 20U);
    issue(*cb, 5);
    await_all();
    EXPECT_EQ(stored_bytes("k"), numbers(25));
}

TEST_F(OverloadTest, WhatIsIssuedInCallbacksWaitsBehindWhatWaitsAlready) {
    EXPECT_TRUE(succeeded(end_of(witness.set("k", "", {.format = Format::utf8}))));
    const auto cb = connected(ten_wait());
    server.stop();
    // The first answer finds ten waiting; whoever is issued then must not overtake them.
    ledger.enter(cb->append("k", std::to_string(issued++) + ' '),
                 [&](const OperationResult&) { issue(*cb, 1); });
    issue(*cb, 18);
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 20U);
    EXPECT_EQ(stored_bytes("k"), numbers(20));
}

TEST_F(OverloadTest, BytesHaveACapOfTheirOwnAndWhatCanNeverFitIsRefused) {
    const auto cb = connected({.timeout = 5s, .max_request_bytes = 10'000, .overload = Overload::wait});
    server.stop();
    const std::string value(6'000, 'v');
    for (int i = 0; i < 2; ++i) ledger.enter(cb->set("k", value, {.format = Format::utf8}));
    EXPECT_THROW(cb->set("k", value, {.format = Format::utf8}), ClientTemporaryFailError);
    ledger.enter(cb->get("k"));  // small, but behind one that waits
    EXPECT_THROW(cb->set("k", std::string(10'000, 'v'), {.format = Format::utf8}), ArgumentError);
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 3U);
}

TEST_F(OverloadTest, TheDeadlineOfOneThatWaitsEndsItUnsent) {
    const auto cb = connected(ten_wait());
    server.stop();
    issue(*cb, 10);
    const auto end = end_of(cb->set("unsent", 1, {.timeout = 40ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(end));
    EXPECT_THAT(error_of(end).detail().cause, HasSubstr("waited for room"));
    auto cancelled = cb->set("unsent", 1);
    Ending cancelled_end{cancelled};
    cancelled.cancel();
    EXPECT_EQ(error_of(cancelled_end.take()).rc(), errc::cancelled);
    server.resume();
    await_all();
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_EQ(stored_bytes("unsent"), "(nothing)");
}

TEST_F(OverloadTest, RoomThatIsMadeByCancellingIsUsed) {
    TxAsyncConnection cb{io, server.url(), {.timeout = 5s, .max_operations = 1, .overload = Overload::wait}};
    auto first = cb.set("first", 1).errback([](const Error&) {});
    Ending second{cb.set("second", 1, {.format = Format::json})};
    first.cancel();
    EXPECT_TRUE(succeeded(second.await(io)));
    EXPECT_EQ(stored_bytes("first"), "(nothing)");
    EXPECT_EQ(stored_bytes("second"), "1");
}

TEST_F(OverloadTest, TheTimeOfOneThatWaitsBeforeTheConnectionIsUpHasNotBegun) {
    server.stop();
    TxAsyncConnection cb{io, server.url(), ten_wait(150ms)};
    issue(cb, 20);
    run_for(io, 300ms);
    EXPECT_EQ(ledger.ended(), 0U);
    server.resume();
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(ledger.failed_with(errc::timed_out), 0U);
}

TEST_F(OverloadTest, ClosingEndsWhatWaits) {
    const auto cb = connected(ten_wait());
    server.stop();
    issue(*cb, 20);
    Ending writable{cb->writable()};
    cb->close();
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(ledger.failed_with(errc::connection_closed), 20U);
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(writable.take()));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end_of(cb->writable())));
}

TEST_F(OverloadTest, WhenTheLoopGoesFirstWhatWaitsEndsWithIt) {
    auto loop = std::make_unique<boost::asio::io_context>(1);
    TxAsyncConnection cb{*loop, server.url(), ten_wait()};
    issue(cb, 20);
    Ending writable{cb.writable()};
    loop.reset();
    EXPECT_EQ(ledger.failed_with(errc::object_destroyed), 20U);
    EXPECT_TRUE(writable.has_come());
}

TEST_F(OverloadTest, WritableFiresAtOnceWhileThereIsRoom) {
    Connection cb{io, server.url(), ten_wait()};
    EXPECT_TRUE(succeeded(end_of(cb.writable())));
    EXPECT_FALSE(Ending{cb.writable()}.has_come()) << "from the loop, never inside the call";
}

TEST_F(OverloadTest, OnceACapIsReachedWritableComesAtThreeQuarters) {
    for (const Overload policy : {Overload::fail, Overload::wait}) {
        const auto cb = connected({.timeout = 5s, .max_operations = 8, .overload = policy});
        server.stop();
        std::vector<AsyncResult<OperationResult>> operations;
        for (int i = 0; i < 8; ++i) operations.push_back(cb->noop({.retry = Retry::none}));
        Ending writable{cb->writable()};
        const auto is_writable = [&] {
            io.poll();
            return writable.has_come();
        };
        EXPECT_FALSE(is_writable());
        server.resume();
        EXPECT_TRUE(succeeded(writable.await(io)));
    }
}

TEST_F(OverloadTest, WritableHasHysteresis) {
    TxAsyncConnection cb{io, server.url(), {.timeout = 5s, .max_operations = 8}};
    std::vector<AsyncResult<ValueResult>> operations;
    for (int i = 0; i < 8; ++i) operations.push_back(cb.get("k").errback([](const Error&) {}));
    server.stop();
    Ending writable{cb.writable()};
    io.poll();
    EXPECT_FALSE(writable.has_come());
    operations[7].cancel();  // not sent yet: that makes room
    io.poll();
    EXPECT_FALSE(writable.has_come()) << "at seven of eight";
    operations[6].cancel();
    io.poll();
    EXPECT_TRUE(writable.has_come()) << "at six of eight";
    server.resume();
}

TEST_F(OverloadTest, LateRepliesAreCounted) {
    const auto cb = connected({.timeout = 30ms});
    EXPECT_EQ(cb->late_replies(), 0U);
    server.stop();
    issue(*cb, 7);
    await_all();
    EXPECT_EQ(ledger.failed_with(errc::timed_out), 7U);
    server.resume();
    run_until(io, [&] { return cb->late_replies() == 7; });
    EXPECT_TRUE(ledger.each_ended_once());
}

TEST_F(OverloadTest, TheCapOfAllNodesTogetherHoldsWhereverTheKeysGo) {
    Memcached other{};
    TxAsyncConnection cb{io,
                         server.url() + "," + other.node(),
                         {.timeout = 5s, .max_operations = 100, .max_total_operations = 10}};
    int taken = 0;
    const auto take_all = [&] {
        try {
            for (;; ++taken) ledger.enter(cb.get("k" + std::to_string(taken)));
        } catch (const ClientTemporaryFailError& error) {
            EXPECT_EQ(error.rc(), errc::queue_full);
        }
    };
    take_all();
    EXPECT_EQ(taken, 10);
    await_all();
    take_all();
    EXPECT_EQ(taken, 20);
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
}

}  // namespace
}  // namespace txcouchbase::test
