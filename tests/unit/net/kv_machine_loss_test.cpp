// SPDX-License-Identifier: Apache-2.0
// What a lost connection does to operations: the written ones fail, the others go to the next connection.
#include <gtest/gtest.h>

#include <algorithm>

#include "net/memcached_handshake.hpp"
#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

TEST(KvMachineLoss, FailsWhatWasWrittenWithNodeAndCause) {
    Script script;
    script.connect().submit("a").submit("b").write().lose(errc::connection_lost, "Connection reset by peer");
    script.expect_failed("a", errc::connection_lost)
        .expect_failed("b", errc::connection_lost)
        .expect_in_flight(0);
    EXPECT_EQ(script.record("a").error.detail().cause, "Connection reset by peer");
    EXPECT_EQ(script.record("a").error.detail().operation, "GET");
}

TEST(KvMachineLoss, KeepsWhatWasNotWrittenForTheNextConnection) {
    Script script;
    script.connect().submit("a").write().submit("b").submit("c").lose();
    script.expect_failed("a", errc::connection_lost).expect_pending({"b", "c"}).expect_in_flight(2);
    script.submit("d").connect().expect_written({"b", "c", "d"});
    script.reply("b").reply("c").reply("d").expect_in_flight(0);
}

TEST(KvMachineLoss, WhatTheWatcherTakesBackIsHeldAndMaySetOutAgain) {
    Script script;
    script.take_back_gets();
    script.connect().submit("a").submit("b", Opcode::set).submit("c").watch("a").write().submit("d").lose();
    script.expect_failed("b", errc::connection_lost).expect_pending({"a", "c", "d"}).expect_held(2);
    EXPECT_EQ(script.watched(), "a taken back c taken back ");
    script.connect().expect_written({"d"});
    script.resubmit("a").resubmit("c").expect_written({"a", "c"}).reply("d").reply("a").reply("c");
    script.expect_completed("a").expect_completed("c").expect_held(0).expect_in_flight(0);
}

TEST(KvMachineLoss, BeforeTheHandshakeEndedFailsNothing) {
    Script script;
    for (const std::size_t written : {0U, 10U, 24U}) {
        script.submit("a").dial().write(written).lose().expect_pending({"a"}).cancel("a");
        EXPECT_FALSE(script.machine().has_unwritten()) << "what the handshake had to say is forgotten";
    }
    script.submit("a");
    script.connect().expect_written({"a"}).reply("a").expect_completed("a");
}

TEST(KvMachineLoss, FailsInTheOrderOfIssue) {
    Script script;
    script.connect();
    std::vector<std::string> order, expected;
    for (int i = 0; i < 600; ++i) {
        const std::string key = "k" + std::to_string(i);
        script.submit(key).at_end(key, [&order, key] { order.push_back(key); });
        if (i % 3 != 0) expected.push_back(key);
    }
    script.write();
    for (int i = 0; i < 600; i += 3) script.reply("k" + std::to_string(i));
    order.clear();
    // Their slots are used again, in another order than the operations'.
    for (int i = 600; i < 700; ++i) {
        const std::string key = "k" + std::to_string(i);
        script.submit(key).at_end(key, [&order, key] { order.push_back(key); });
        expected.push_back(key);
    }
    script.write().lose();
    EXPECT_EQ(order, expected);
}

TEST(KvMachineLoss, AtEveryByteOfTheOutputFailsExactlyWhatWasBegun) {
    const std::string value(50, 'v');
    const std::vector<std::string> keys{"a", "bb", "ccc"};
    const std::size_t total = 3 * (24 + 50) + 6;
    for (std::size_t written = 0; written <= total; ++written) {
        Script script;
        script.connect();
        for (const std::string& key : keys) script.submit(key, Opcode::set, std::chrono::seconds{1}, value);
        script.write(written);
        const std::vector<std::string> begun = script.begun();
        ASSERT_EQ(begun.size(), written == 0 ? 0U : written <= 75 ? 1U : written <= 151 ? 2U : 3U) << written;
        script.lose();
        std::vector<std::string> rest;
        for (const std::string& key : keys) {
            if (std::find(begun.begin(), begun.end(), key) != begun.end())
                script.expect_failed(key, errc::connection_lost);
            else
                rest.push_back(key);
        }
        // The half-written frame is not continued: the next connection begins with a whole one.
        script.expect_in_flight(rest.size()).connect().expect_written(rest);
        for (const std::string& key : rest) script.reply(key).expect_completed(key);
    }
}

TEST(KvMachineLoss, AtEveryByteOfTheInputFailsExactlyWhatWasNotAnswered) {
    for (std::size_t received = 0; received <= 3 * 25; ++received) {
        Script script;
        script.connect().submit("a").submit("b").submit("c").write();
        const std::string stream =
            script.reply_bytes("a", "1") + script.reply_bytes("b", "2") + script.reply_bytes("c", "3");
        script.receive(stream.substr(0, received)).lose();
        int answered = 0;
        for (const std::string key : {"a", "b", "c"}) {
            if (script.record(key).replies != 0)
                ++answered;
            else
                script.expect_failed(key, errc::connection_lost);
        }
        EXPECT_EQ(answered, static_cast<int>(received / 25));
        script.expect_in_flight(0);
    }
}

TEST(KvMachineLoss, WhileDownSaysNothingAndTwiceDoesNothing) {
    Script script;
    script.connect().submit("a").write().lose().lose();
    script.expect_failed("a", errc::connection_lost).submit("b").lose().expect_pending({"b"});
    EXPECT_FALSE(script.machine().has_unwritten());
}

TEST(KvMachineLoss, DoesNotTouchTheOperationsOfAnotherNode) {
    OperationTable table;
    DeadlineWheel wheel{table, {}};
    KvMachine lost{table, wheel, 0, "lost:1", {}, std::make_unique<MemcachedHandshake>()};
    KvMachine other{table, wheel, 1, "other:2", {}, std::make_unique<MemcachedHandshake>()};
    Record first, second, third;
    issue(table, lost, {.opcode = Opcode::get, .key = "1"}, std::chrono::seconds{1}, first);
    issue(table, other, {.opcode = Opcode::get, .key = "2"}, std::chrono::seconds{1}, second);
    issue(table, lost, {.opcode = Opcode::get, .key = "3"}, std::chrono::seconds{1}, third);
    lost.close(Error{errc::connection_lost});
    EXPECT_EQ(first.ends + third.ends, 2);
    EXPECT_EQ(second.ends, 0);
    EXPECT_EQ(other.in_flight(), 1U);
    EXPECT_EQ(table.in_use(), 1U);
    other.close(Error{errc::connection_lost});
    EXPECT_EQ(second.error.detail().node, "other:2");
}

TEST(KvMachineLoss, ReleasesTheSlotsOfAbandonedOperations) {
    Script script;
    script.connect().submit("a").submit("b").write().cancel("a").expect_in_flight(2);
    script.lose()
        .expect_in_flight(0)
        .expect_failed("a", errc::cancelled)
        .expect_failed("b", errc::connection_lost);
}

TEST(KvMachineLoss, EndsAnOperationOfManyRepliesInTheMiddle) {
    Script script;
    script.connect().submit("s", Opcode::stat).write().reply_stat("s", "pid", "1").lose();
    script.expect_failed("s", errc::connection_lost).expect_in_flight(0);
}

TEST(KvMachineLoss, ClosingFailsEverythingWrittenOrNot) {
    Script script;
    script.connect().submit("a").submit("b").write().submit("c").cancel("b").close();
    script.expect_failed("a", errc::connection_closed).expect_failed("c", errc::connection_closed);
    script.expect_failed("b", errc::cancelled).expect_in_flight(0);
}

TEST(KvMachineLoss, ClosingBeforeTheFirstConnectionFailsWhatWaits) {
    Script script;
    script.submit("a").close().expect_failed("a", errc::connection_closed).expect_in_flight(0);
}

TEST(KvMachineLoss, WhetherAnOperationWasAnsweredIsToldOfEachConnectionAlone) {
    Script script;
    script.submit("a").submit("b").connect().expect_written({"a", "b"});
    EXPECT_FALSE(script.machine().has_answered()) << "the handshake does not count";
    script.reply("a");
    EXPECT_TRUE(script.machine().has_answered());
    script.lose().connect();
    EXPECT_FALSE(script.machine().has_answered());
}

}  // namespace
}  // namespace txcouchbase::net
