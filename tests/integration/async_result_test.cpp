// AsyncResult's rules: when it completes, who hears of it, and what a callback may do.
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <txcouchbase/deferred_list.hpp>

#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

class AsyncResults : public ServerTest {
protected:
    AsyncResults() {
        cb->on_unhandled(
            [this](std::exception_ptr exception) { unhandled.emplace_back(std::move(exception)); });
        EXPECT_TRUE(succeeded(end_of(cb->connect())));
    }

    std::optional<TxAsyncConnection> cb{std::in_place, io, server.url()};
    std::vector<Failure> unhandled;
};

TEST_F(AsyncResults, NothingCompletesInsideTheCallThatIssuesIt) {
    bool is_called = false;
    auto operation = cb->get("k");
    EXPECT_TRUE(operation.is_pending());
    operation.callback([](const ValueResult&) {}).errback([&](const Error&) { is_called = true; });
    EXPECT_FALSE(is_called);
    run_until(io, [&] { return is_called; });
    EXPECT_FALSE(operation.is_pending());
}

TEST_F(AsyncResults, NothingCompletesInsideTheCallOnAClosedConnectionEither) {
    cb->close();
    int calls = 0;
    auto operation = cb->get("k").errback([&](const Error& error) {
        ++calls;
        EXPECT_EQ(error.code(), errc::connection_closed);
    });
    EXPECT_EQ(calls, 0);
    EXPECT_TRUE(operation.is_pending());
    run_until(io, [&] { return calls != 0; });
    EXPECT_FALSE(operation.is_pending());
    EXPECT_EQ(calls, 1);
}

TEST_F(AsyncResults, ExactlyOneOfCallbackAndErrbackIsCalledOnce) {
    int callbacks = 0;
    int errbacks = 0;
    for (const char* key : {"there", "missing"})
        cb->get(key).callback([&](const ValueResult&) { ++callbacks; }).errback([&](const Error&) {
            ++errbacks;
        });
    cb->set("there", "v").callback([&](const OperationResult&) { ++callbacks; }).errback([&](const Error&) {
        ++errbacks;
    });
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_EQ(callbacks, 1);
    EXPECT_EQ(errbacks, 2);
}

TEST_F(AsyncResults, DroppingTheHandleCancelsNothing) {
    bool is_called = false;
    cb->set("k", "v");
    {
        cb->get("k").callback([&](const ValueResult&) { is_called = true; });
    }
    run_until(io, [&] { return is_called; });
    EXPECT_EQ(stored_bytes("k"), "\"v\"");
}

TEST_F(AsyncResults, AFailureWithoutErrbackGoesToTheUnhandledHook) {
    cb->get("missing").callback([](const ValueResult&) { ADD_FAILURE(); });
    run_until(io, [&] { return !unhandled.empty(); });
    ASSERT_EQ(unhandled.size(), 1U);
    EXPECT_TRUE(unhandled.front().check<NotFoundError>());
}

TEST_F(AsyncResults, WhatACallbackThrowsGoesToTheHookAndHarmsNobodyElse) {
    EXPECT_TRUE(succeeded(end_of(witness.set("k", "v"))));
    int others = 0;
    const auto count = [&](const ValueResult&) { ++others; };
    cb->get("k").callback(count);
    cb->get("k").callback([](const ValueResult&) { throw std::runtime_error("a user's mistake"); });
    cb->get("missing").errback([](const Error&) { throw 42; });
    cb->get("k").callback(count);
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_EQ(others, 2);
    ASSERT_EQ(unhandled.size(), 2U);
    EXPECT_EQ(unhandled[0].what(), "a user's mistake");
    EXPECT_EQ(unhandled[1].type(), typeid(int));
}

TEST_F(AsyncResults, AHookThatThrowsHarmsNobodyEither) {
    cb->on_unhandled([](const std::exception_ptr&) { throw std::runtime_error("even the hook"); });
    testing::internal::CaptureStderr();
    cb->get("missing");
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("even the hook"), std::string::npos);
}

TEST_F(AsyncResults, WithoutAHookAFailureIsALineOnStderrThatDoesNotShowTheKey) {
    testing::internal::CaptureStderr();
    witness.get("my secret key");
    EXPECT_TRUE(succeeded(end_of(witness.noop())));
    const std::string line = testing::internal::GetCapturedStderr();
    EXPECT_NE(line.find("the key does not exist"), std::string::npos) << line;
    EXPECT_NE(line.find("operation GET"), std::string::npos) << line;
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
}

TEST_F(AsyncResults, AFailureThatADeferredKeepsIsALineThatDoesNotShowTheKeyEither) {
    const FailureHook quiet = set_failure_hook(nullptr);
    testing::internal::CaptureStderr();
    TxAsyncConnection::defer(witness.get("my secret key"));
    gather(TxAsyncConnection::defer(witness.get("my secret key")));
    EXPECT_TRUE(succeeded(end_of(witness.noop())));
    const std::string lines = testing::internal::GetCapturedStderr();
    set_failure_hook(quiet);
    EXPECT_NE(lines.find("the key does not exist"), std::string::npos) << lines;
    EXPECT_NE(lines.find("FirstError"), std::string::npos) << lines;
    EXPECT_EQ(lines.find("secret"), std::string::npos) << lines;
}

TEST_F(AsyncResults, AttachingTwiceIsALogicError) {
    auto operation = cb->get("k");
    operation.callback([](const ValueResult&) {}).errback([](const Error&) {});
    EXPECT_THROW(operation.callback([](const ValueResult&) {}), std::logic_error);
    EXPECT_THROW(operation.errback([](const Error&) {}), std::logic_error);
}

TEST_F(AsyncResults, AttachingLateIsALogicError) {
    auto operation = cb->set("k", "v");
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_FALSE(operation.is_pending());
    EXPECT_THROW(operation.callback([](const OperationResult&) {}), std::logic_error);
    EXPECT_THROW(operation.errback([](const Error&) {}), std::logic_error);
    EXPECT_THROW(AsyncResult<ValueResult>{}.errback([](const Error&) {}), std::logic_error);
}

TEST_F(AsyncResults, AttachingToItselfInItsOwnCallbackIsALogicError) {
    std::optional<AsyncResult<OperationResult>> operation{cb->set("k", "v")};
    operation->callback([&](const OperationResult&) {
        EXPECT_THROW(operation->errback([](const Error&) {}), std::logic_error);
        EXPECT_THROW(operation->callback([](const OperationResult&) {}), std::logic_error);
        operation->cancel();
        operation.reset();
    });
    run_until(io, [&] { return !operation; });
}

TEST_F(AsyncResults, CallbacksOfAnySizeAreKeptAndLetGo) {
    const auto alive = std::make_shared<int>(1);
    const std::array<char, 200> large{'x'};
    bool is_called = false;
    cb->set("k", "v")
        .callback([&is_called, alive, large](const OperationResult&) { is_called = large[0] == 'x'; })
        .errback([alive, large](const Error&) { ADD_FAILURE() << large[0]; });
    EXPECT_EQ(alive.use_count(), 3);
    run_until(io, [&] { return is_called; });
    EXPECT_EQ(alive.use_count(), 1);
}

TEST_F(AsyncResults, CancelEndsTheOperationWithinTheCall) {
    std::vector<Error> errors;
    auto operation = cb->set("k", "v");
    operation.errback([&](const Error& error) { errors.push_back(error); });
    operation.cancel();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors.front().code(), errc::cancelled);
    EXPECT_EQ(errors.front().detail().key, "k");
    EXPECT_FALSE(operation.is_pending());
    operation.cancel();
    EXPECT_EQ(errors.size(), 1U);
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_EQ(stored_bytes("k"), "(nothing)")
        << "it was cancelled before it was sent, and must not be sent then";
}

TEST_F(AsyncResults, TheReplyToACancelledOperationIsSwallowed) {
    EXPECT_TRUE(succeeded(end_of(witness.set("k", "v"))));
    server.stop();
    int errbacks = 0;
    auto operation = cb->get("k");
    operation.callback([](const ValueResult&) { ADD_FAILURE(); }).errback([&](const Error&) { ++errbacks; });
    io.poll();
    operation.cancel();
    EXPECT_EQ(errbacks, 1);
    server.resume();
    EXPECT_TRUE(succeeded(end_of(cb->get("k"))));
    EXPECT_EQ(errbacks, 1);
}

TEST_F(AsyncResults, AHandleOfLongAgoCancelsNobodyElse) {
    const auto first = cb->set("k", "v");
    ASSERT_TRUE(succeeded(Ending{AsyncResult{first}}.await(io)));
    // One at a time, they all use the slot of the first; 4096 is where its generation in the opaque starts over.
    for (int i = 0; i < 4096; ++i) {
        Ending later{cb->get("k")};
        ASSERT_FALSE(first.is_pending()) << i;
        first.cancel();
        ASSERT_TRUE(succeeded(later.await(io))) << i;
    }
}

TEST_F(AsyncResults, ACallbackMayIssueMoreOperations) {
    std::vector<std::string> seen;
    cb->set("k", "1", {.format = Format::utf8}).callback([&](const OperationResult&) {
        cb->append("k", "2").callback([&](const OperationResult&) {
            cb->get("k").callback([&](const ValueResult& result) { seen.emplace_back(result.bytes()); });
        });
    });
    run_until(io, [&] { return !seen.empty(); });
    EXPECT_EQ(seen.front(), "12");
}

TEST_F(AsyncResults, ACallbackMayCloseItsConnection) {
    std::vector<errc> ends;
    const auto note = [&](const Error& error) { ends.push_back(error.rc()); };
    cb->set("k", "1").errback(note);
    cb->set("k", "2").callback([&](const OperationResult&) {
        cb->close();
        ends.push_back(errc::success);
    });
    for (int i = 0; i < 3; ++i)
        cb->get("k").errback(note).callback([&](const ValueResult&) { ends.push_back(errc::success); });
    run_until(io, [&] { return ends.size() == 4; });
    // close() ends the three from within, before the callback goes on.
    EXPECT_EQ(ends, (std::vector{errc::connection_closed, errc::connection_closed, errc::connection_closed,
                                 errc::success}));
}

TEST_F(AsyncResults, AnErrbackMayCloseItsConnection) {
    int ends = 0;
    cb->get("missing").errback([&](const Error&) {
        ++ends;
        cb->close();
    });
    cb->get("missing").errback([&](const Error& error) {
        ++ends;
        EXPECT_EQ(error.rc(), errc::connection_closed);
    });
    run_until(io, [&] { return ends == 2; });
}

TEST_F(AsyncResults, ACallbackMayDestroyItsConnection) {
    int ends = 0;
    bool is_destroyed = false;
    auto [resolver, destroyed] = make_deferred<void>();
    cb->register_deferred("_dtor", resolver);
    destroyed.add_callback([&] {
        is_destroyed = true;
        EXPECT_EQ(ends, 3) << "what is in flight completes first";
    });
    cb->set("k", "v").callback([&](const OperationResult&) {
        cb.reset();
        ++ends;
    });
    // The last handle is gone with the callback above: these go on without.
    cb->get("k").callback([&](const ValueResult&) { ++ends; });
    cb->get("k").callback([&](const ValueResult&) { ++ends; });
    run_until(io, [&] { return is_destroyed; });
}

TEST_F(AsyncResults, AnErrbackMayDestroyItsConnectionFromWithinCancel) {
    for (const bool closes_first : {false, true}) {
        bool is_destroyed = false;
        std::optional<TxAsyncConnection> own{std::in_place, io, server.url()};
        ASSERT_TRUE(succeeded(end_of(own->connect())));
        auto [resolver, destroyed] = make_deferred<void>();
        own->register_deferred("_dtor", resolver);
        destroyed.add_callback([&] { is_destroyed = true; });
        server.stop();
        auto operation = own->get("k");
        io.poll();
        operation.errback([&](const Error&) {
            if (closes_first) own->close();
            own.reset();
        });
        operation.cancel();
        ASSERT_FALSE(own);
        server.resume();
        run_until(io, [&] { return is_destroyed; });
    }
}

TEST_F(AsyncResults, AnErrbackThatTriesAgainForEverLeavesTheLoopToOthers) {
    cb->close();
    bool is_enough = false;
    bool is_over = false;
    std::function<void()> try_again = [&] {
        if (is_enough) {
            is_over = true;
        } else {
            cb->get("k").errback([&](const Error&) { try_again(); });
        }
    };
    try_again();
    EXPECT_TRUE(succeeded(end_of(witness.noop()))) << "the loop came to something else";
    is_enough = true;
    run_until(io, [&] { return is_over; });
}

TEST_F(AsyncResults, ADeferredOfAnOperationCanBeCancelled) {
    Connection face{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(face.connect())));
    auto deferred = face.set("k", "v");
    const CancelHandle handle = deferred.cancel_handle();
    Ending end{std::move(deferred)};
    handle.cancel();
    ASSERT_TRUE(end.has_come());
    EXPECT_TRUE(failed_with<CancelledError>(end.take()));
    handle.cancel();
    EXPECT_TRUE(succeeded(end_of(face.noop())));
    EXPECT_EQ(stored_bytes("k"), "(nothing)");
}

TEST_F(AsyncResults, AGatheringOfNodesCanBeCancelled) {
    server.stop();
    auto operation = cb->stats();
    std::vector<Error> errors;
    operation.callback([](const StatsResult&) { ADD_FAILURE(); }).errback([&](const Error& error) {
        errors.push_back(error);
    });
    io.poll();
    operation.cancel();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors.front().code(), errc::cancelled);
    server.resume();
    EXPECT_TRUE(succeeded(end_of(cb->noop())));
    EXPECT_EQ(errors.size(), 1U);
}

TEST_F(AsyncResults, DeferGivesTheSameEndsAsTheRawFace) {
    EXPECT_TRUE(succeeded(end_of(cb->defer(cb->set("k", "v")))));
    EXPECT_TRUE(failed_with<NotFoundError>(end_of(cb->defer(cb->get("missing")))));
    auto taken = cb->get("k").callback([](const ValueResult&) {});
    EXPECT_THROW(cb->defer(std::move(taken)), std::logic_error);
}

}  // namespace
}  // namespace txcouchbase::test
