// What is cancelled makes room again: questions to every node, and waiters.
// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

class TakenBack : public ServerTest {
protected:
    TxAsyncConnection cb{io, server.url(), {.max_operations = 10}};

    void SetUp() override { ASSERT_TRUE(succeeded(end_of(cb.connect()))); }
};

TEST_F(TakenBack, ACancelledQuestionToEveryNodeIsNotSentAndMakesRoom) {
    cb.on_unhandled([](const std::exception_ptr&) {});  // nobody asks how they ended
    for (int i = 0; i < 100; ++i) cb.stats("settings").cancel();
    EXPECT_TRUE(succeeded(end_of(cb.set("k", "v"))));
}

TEST_F(TakenBack, CancellingOneThatWasSentSwallowsItsReplies) {
    auto asked = cb.stats();
    Ending<StatsResult> end{std::move(asked)};
    cb.noop();
    EXPECT_FALSE(end.has_come());
    auto again = cb.stats();
    const auto id = again.id();
    Ending<StatsResult> cancelled{std::move(again)};
    id.cancel();
    EXPECT_TRUE(failed_with<OperationCancelledError>(cancelled.take()));
    EXPECT_TRUE(succeeded(end.await(io)));
    EXPECT_TRUE(succeeded(end_of(cb.set("k", "v"))));
}

TEST_F(TakenBack, WaitersThatWereCancelledDoNotPileUp) {
    Memcached silent;
    Connection early{io, silent.url()};
    // Not yet connected: each of these is a waiter, and over at once. (That they are let go is seen by asan's and
    // valgrind's eyes; here, that those who still wait are told all the same.)
    Ending<void> first{early.connect()};
    for (int i = 0; i < 1000; ++i) {
        Deferred<void> waiting = early.connect();
        waiting.add_errback([](const Failure&) {});
        waiting.cancel();
    }
    Ending<void> last{early.connect()};
    EXPECT_TRUE(succeeded(first.await(io)));
    EXPECT_TRUE(succeeded(last.await(io)));
}

TEST_F(TakenBack, ArgumentsAreCheckedBeforeAnOperationIsFoundToNeedACluster) {
    EXPECT_THROW(cb.set("k", 1, {.ttl = std::chrono::seconds{-1}, .persist_to = 1}), ArgumentError);
    EXPECT_THROW(cb.add("k", 1, {.cas = 5, .persist_to = 1}), ArgumentError);
    EXPECT_THROW(cb.append("k", "v", {.format = Format::json, .persist_to = 1}), ArgumentError);
    EXPECT_TRUE(failed_with<NotSupportedError>(end_of(cb.set("k", 1, {.persist_to = 1}))));
    EXPECT_TRUE(failed_with<NotSupportedError>(end_of(cb.remove("k", {.replicate_to = 1}))));
}

TEST_F(TakenBack, ItemsCountUpAndDown) {
    const auto item = std::make_shared<Item>("n");
    EXPECT_TRUE(succeeded(end_of(cb.incr_multi(ItemSequence{item}, {.delta = 5, .initial = 7}))));
    EXPECT_TRUE(succeeded(end_of(cb.incr_multi(ItemSequence{item}, {.delta = 5}))));
    EXPECT_TRUE(succeeded(end_of(cb.decr_multi(ItemSequence{item}, {.delta = 2}))));
    EXPECT_EQ(item->value().number(), 10U);
}

TEST_F(TakenBack, TheOptionsOfAKeyAreCompletedByThoseOfTheCall) {
    const std::map<std::string, CounterOptions> each{{"a", {}}, {"b", {.initial = 1}}};
    const auto end = end_of(cb.incr_multi(each, {.initial = 3}));
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->at("a").number(), 3U);
    EXPECT_EQ(end->at("b").number(), 1U);
}

TEST_F(TakenBack, TheFailedResultOfAKeyGivenTwiceIsTheOneThatFailed) {
    const std::vector<std::pair<std::string, CounterOptions>> twice{{"n", {}}, {"n", {.initial = 5}}};
    const auto end = end_of(cb.incr_multi(twice));
    ASSERT_TRUE(failed_with<NotFoundError>(end));
    const auto* const error = end.failure().get_if<CouchbaseError>();
    EXPECT_EQ(error->result()->rc(), errc::not_found);
    EXPECT_EQ(error->all_results().at("n").number(), 5U);
}

}  // namespace
}  // namespace txcouchbase::test
