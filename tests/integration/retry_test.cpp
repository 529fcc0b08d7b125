// What the server refuses for now is sent again, in order, under the operation's own deadline.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "client/core.hpp"
#include "protocol/document_requests.hpp"
#include "tests/integration/ledger.hpp"
#include "tests/integration/refusing_server.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using protocol::Opcode;
using protocol::Status;
using testing::HasSubstr;
using Asked = RefusingServer::Asked;
using Answered = std::optional<Status>;

/// Refuses the first requests of each key.
RefusingServer::Decide refuses_first(int times, Status status = Status::etmpfail) {
    return [=](const Asked& asked) -> Answered { return asked.attempt <= times ? status : Status::success; };
}

class Retrying : public testing::Test {
protected:
    template <class Operation>
    auto end_of(Operation operation) {
        return Ending{std::move(operation)}.await(io);
    }
    bool await_all() {
        return run_until(io, [this] { return ledger.all_ended(); });
    }
    /// Waits until the server was asked so often.
    bool await_asked(const RefusingServer& server, std::size_t times) {
        return run_until(io, [&] { return server.asked().size() >= times; });
    }

    /// What the server has said so far arrives.
    void await_refusal(TxAsyncConnection& cb) { EXPECT_TRUE(succeeded(end_of(cb.noop()))); }

    boost::asio::io_context io{1};
    Ledger ledger;
};

TEST_F(Retrying, ARefusalForNowIsNotTheEndWhateverItsStatusAndHoweverOften) {
    for (const Status status : {Status::enomem, Status::ebusy, Status::etmpfail}) {
        for (const int times : {1, 4}) {
            RefusingServer server{io, refuses_first(times, status)};
            Connection cb{io, server.url()};
            EXPECT_TRUE(succeeded(end_of(cb.get("k"))));
            EXPECT_EQ(server.asked().size(), static_cast<std::size_t>(times) + 1);
            EXPECT_TRUE(succeeded(end_of(cb.set("other", 1))));
        }
    }
}

TEST_F(Retrying, AtItsDeadlineItFailsWithTheLastRefusalAndNotAsATimeout) {
    RefusingServer server{io, [](const Asked& asked) -> Answered {
                              return asked.attempt == 1 ? Status::ebusy : Status::enomem;
                          }};
    Connection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    const auto before = std::chrono::steady_clock::now();
    const auto end = end_of(cb.get("k", {.timeout = 120ms}));
    EXPECT_GE(std::chrono::steady_clock::now() - before, 120ms);
    EXPECT_FALSE(failed_with<TimeoutError>(end));
    EXPECT_TRUE(failed_with<NoMemoryError>(end));
    EXPECT_THAT(error_of(end).detail().cause, HasSubstr("refused"));
    EXPECT_EQ(error_of(end).detail().server_text, "Out of memory") << "the words of the last refusal";
    EXPECT_EQ(error_of(end).detail().key, "k");
    EXPECT_GE(server.asked().size(), 3U);
    EXPECT_LE(server.asked().size(), 8U) << "with growing delays";
}

TEST_F(Retrying, OneThatIsOnItsWayAtItsDeadlineHasTimedOut) {
    RefusingServer server{io, [](const Asked& asked) -> Answered {
                              if (asked.attempt > 1) return std::nullopt;
                              return Status::etmpfail;
                          }};
    Connection cb{io, server.url()};
    const auto end = end_of(cb.get("k", {.timeout = 120ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(end)) << "this time it may have been executed";
    EXPECT_THAT(explain(error_of(end)), HasSubstr("server says \"Temporary failure\""));
}

TEST_F(Retrying, WithoutRetryTheRefusalIsTheEnd) {
    RefusingServer server{io, refuses_first(1'000'000)};
    Connection cb{io, server.url()};
    const auto end = end_of(cb.get("k", {.retry = Retry::none}));
    EXPECT_TRUE(failed_with<TemporaryFailError>(end));
    EXPECT_EQ(error_of(end).detail().cause, "not retried: the call asked for Retry::none");
    EXPECT_TRUE(failed_with<TemporaryFailError>(end_of(cb.set("k", 1, {.retry = Retry::none}))));
    EXPECT_EQ(server.story(), "k! k!");
}

TEST_F(Retrying, LocksAndUnlocksAreRefusedAtOnce) {
    RefusingServer server{io, refuses_first(1'000'000)};
    auto* const core = new Core{io.get_executor(), read_seeds(server.url()), {}};
    core->add_handle();
    core->start();
    const auto issue = [&](const protocol::Request& request) {
        return AsyncResult<ValueResult>{core->issue(request, core->value_kind(), {})};
    };
    EXPECT_TRUE(failed_with<TemporaryFailError>(end_of(issue(protocol::request::get_locked("k")))));
    EXPECT_TRUE(failed_with<TemporaryFailError>(end_of(issue(protocol::request::unlock_key("k", 1)))));
    EXPECT_EQ(server.story(), "k! k!");
    core->drop_handle();
}

TEST_F(Retrying, LaterOperationsOnTheKeyWaitForTheRefusedOneAndOthersDoNot) {
    RefusingServer server{io, [](const Asked& asked) -> Answered {
                              return asked.key == "k" && asked.attempt <= 2 ? Status::etmpfail
                                                                            : Status::success;
                          }};
    TxAsyncConnection cb{io, server.url()};
    ledger.enter(cb.set("k", 1));
    await_asked(server, 1);
    ASSERT_EQ(server.story(), "k!");
    await_refusal(cb);
    ledger.enter(cb.get("k"));
    ledger.enter(cb.get("other"));
    ledger.enter(cb.remove("k"));
    await_all();
    EXPECT_EQ(server.story(), "k! other k! k k k");
    EXPECT_EQ(server.asked()[3].opcode, Opcode::set);
    EXPECT_EQ(server.asked()[4].opcode, Opcode::get);
    EXPECT_EQ(server.asked()[5].opcode, Opcode::remove);
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(ledger.succeeded(), 4U);
}

TEST_F(Retrying, WhatOthersFollowAlreadyIsNotSentAgain) {
    RefusingServer server{io, [](const Asked& asked) -> Answered {
                              return asked.attempt == 1 ? Status::etmpfail : Status::success;
                          }};
    TxAsyncConnection cb{io, server.url()};
    ledger.enter(cb.set("k", 1));
    ledger.enter(cb.set("k", 2));
    ledger.enter(cb.set("j", 1));
    await_all();
    EXPECT_EQ(ledger.entries()[0].error.rc(), errc::temporary_fail);
    EXPECT_THAT(explain(ledger.entries()[0].error),
                HasSubstr("not retried: a later operation on its key was executed"));
    EXPECT_TRUE(ledger.entries()[1].has_succeeded);
    EXPECT_TRUE(ledger.entries()[2].has_succeeded);
    EXPECT_EQ(server.story(), "k! k j! j");
}

TEST_F(Retrying, AStormOnOneKeyKeepsItsOrder) {
    // Every third request is refused, whatever it is.
    int count = 0;
    RefusingServer server{
        io, [&](const Asked&) -> Answered { return ++count % 3 == 0 ? Status::etmpfail : Status::success; }};
    TxAsyncConnection cb{io, server.url(), {.timeout = 8s}};
    std::vector<int> executed;
    for (int i = 0; i < 30; ++i) {
        ledger.enter(cb.append("k", "v"), [&executed, i](const OperationResult&) { executed.push_back(i); });
        if (i % 5 == 4) await_refusal(cb);
    }
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_TRUE(std::ranges::is_sorted(executed));
    EXPECT_GE(executed.size(), 20U);
    EXPECT_EQ(executed.size() + ledger.failed_with(errc::temporary_fail), 30U);
}

TEST_F(Retrying, CancellingWhileHeldEndsItAndLetsTheNextOneGo) {
    RefusingServer server{io, [](const Asked& asked) -> Answered {
                              return asked.opcode == Opcode::set ? Status::etmpfail : Status::success;
                          }};
    TxAsyncConnection cb{io, server.url(), {.timeout = 5s}};
    auto refused = cb.set("k", 1);
    Ending refused_end{refused};
    await_asked(server, 1);
    await_refusal(cb);
    auto behind = cb.get("k");
    Ending behind_end{behind};
    Ending last{cb.get("k")};
    behind.cancel();
    EXPECT_EQ(error_of(behind_end.take()).rc(), errc::cancelled);
    refused.cancel();
    EXPECT_TRUE(refused_end.has_come());
    EXPECT_TRUE(succeeded(last.await(io)));
    refused.cancel();
    behind.cancel();
}

TEST_F(Retrying, ClosingEndsWhatIsHeldInTheOrderOfIssue) {
    RefusingServer server{io, refuses_first(1'000'000)};
    TxAsyncConnection cb{io, server.url(), {.timeout = 5s}};
    std::string order;
    const auto noting = [&order](AsyncResult<ValueResult> operation, char name) {
        operation.errback([&order, name](const Error& error) {
            EXPECT_EQ(error.rc(), errc::connection_closed);
            order += name;
        });
    };
    noting(cb.get("k"), 'a');
    await_asked(server, 1);
    await_refusal(cb);
    noting(cb.get("k"), 'b');
    noting(cb.get("k"), 'c');
    cb.close();
    EXPECT_EQ(order, "abc");
}

TEST_F(Retrying, WhenTheLoopGoesFirstWhatIsHeldEndsWithIt) {
    auto loop = std::make_unique<boost::asio::io_context>(1);
    std::optional<RefusingServer> server;
    server.emplace(*loop, refuses_first(1'000'000));
    TxAsyncConnection cb{*loop, server->url(), {.timeout = 5s}};
    ledger.enter(cb.get("k"));
    run_until(*loop, [&] { return server->asked().size() >= 2; });
    ledger.enter(cb.get("k"));
    server.reset();
    loop.reset();
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(ledger.failed_with(errc::object_destroyed), 2U);
}

TEST_F(Retrying, AHandleThatIsDroppedLeavesTheRetryToItsEnd) {
    RefusingServer server{io, refuses_first(3)};
    {
        TxAsyncConnection cb{io, server.url()};
        ledger.enter(cb.get("k"));
    }
    await_all();
    EXPECT_EQ(ledger.succeeded(), 1U);
}

}  // namespace
}  // namespace txcouchbase::test
