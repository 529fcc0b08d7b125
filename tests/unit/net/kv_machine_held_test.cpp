// SPDX-License-Identifier: Apache-2.0
// Operations that are in no pipeline: held from the start, refused for now, or taken back.
#include <gtest/gtest.h>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

TEST(KvMachineHeld, AHeldOperationIsNotSentBeforeItIsSubmitted) {
    Script script;
    script.connect().hold("a").submit("b").expect_written({"b"}).expect_held(1);
    EXPECT_EQ(script.machine().in_flight(), 1U);
    script.resubmit("a").expect_held(0).expect_written({"a"});
    script.reply("b").reply("a", "v").expect_completed("a", "v").expect_in_flight(0);
}

TEST(KvMachineHeld, ARefusedOperationIsHeldAndSentAgainUnchanged) {
    Script script;
    script.connect().submit("a", Opcode::set, 1s, "value").submit("b").write();
    const std::string first = script.wire().substr(0, protocol::header_size + 1 + 5);
    script.refuse("a").expect_pending({"a"}).expect_held(1);
    EXPECT_EQ(script.record("a").refusals, 1);
    script.reply("b").expect_written({}).resubmit("a").expect_written({"a"});
    EXPECT_TRUE(script.wire().ends_with(first)) << "the same frame, with the same opaque";
    script.refuse("a").resubmit("a").write().reply("a").expect_completed("a");
    EXPECT_EQ(script.record("a").refusals, 2);
}

TEST(KvMachineHeld, WhatWasNotSentCanBeTakenBack) {
    for (const std::string withdrawn : {"a", "b", "c"}) {
        Script script;
        script.submit("a").submit("b").submit("c").withdraw(withdrawn).connect();
        std::vector<std::string> left;
        for (const std::string key : {"a", "b", "c"})
            if (key != withdrawn) left.push_back(key);
        script.expect_written(left).resubmit(withdrawn).expect_written({withdrawn});
        script.reply("a").reply("b").reply("c").expect_in_flight(0);
    }
}

TEST(KvMachineHeld, ADeadlineGoesOnWhereverTheOperationIs) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).write().pass(60ms).refuse("a").pass(30ms);
    script.expect_pending({"a"}).pass(30ms).expect_failed("a", errc::timed_out).expect_in_flight(0);
    script.hold("b", 100ms).pass(60ms).resubmit("b").pass(60ms).expect_failed("b", errc::timed_out);
    script.expect_written({});
}

TEST(KvMachineHeld, BeforeTheFirstConnectionItsTimeHasNotBegun) {
    Script script;
    script.hold("a", 100ms).pass(5s).expect_pending({"a"}).connect().pass(60ms).expect_pending({"a"});
    script.pass(60ms).expect_failed("a", errc::timed_out);
}

TEST(KvMachineHeld, TheTimeOfAWatchedOneDoesNotBeginAgain) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).write().watch("a").refuse("a").pass(60ms);
    script.machine().arm_unwritten();
    script.pass(60ms).expect_failed("a", errc::timed_out);
}

TEST(KvMachineHeld, CanBeCancelledOnce) {
    Script script;
    script.connect().hold("a").cancel("a").expect_failed("a", errc::cancelled).cancel("a");
    script.submit("b").write().refuse("b").cancel("b").expect_failed("b", errc::cancelled);
    script.expect_in_flight(0).expect_held(0);
}

TEST(KvMachineHeld, OutlivesTheConnectionAndIsEndedByClose) {
    Script script;
    script.connect().submit("a").submit("b").write().refuse("a").lose();
    script.expect_failed("b", errc::connection_lost).expect_pending({"a"}).connect();
    script.resubmit("a").expect_written({"a"}).refuse("a").close();
    script.expect_failed("a", errc::connection_closed).expect_in_flight(0);
}

TEST(KvMachineHeld, EndsInTheOrderOfIssueWithAllOthersAndMayCancelThem) {
    Script script;
    std::string order;
    script.connect().submit("a").hold("b").submit("c").hold("d").submit("e");
    for (const std::string key : {"a", "b", "c", "d", "e"})
        script.at_end(key, [&order, key] { order += key; });
    script.at_end("b", [&] {
        order += 'b';
        script.cancel("d").cancel("e");
    });
    script.close();
    EXPECT_EQ(order, "abdec");
}

TEST(KvMachineHeld, ClosingFromWithinARefusalEndsTheRefusedOne) {
    Script script;
    script.connect().submit("a").submit("b").write().at_reply("a", [&] { script.close(); });
    script.refuse("a")
        .expect_failed("a", errc::connection_closed)
        .expect_failed("b", errc::connection_closed);
    script.expect_in_flight(0).expect_held(0);
}

TEST(KvMachineHeld, IsBoundedByTheSameCapsOnceMore) {
    Script script{{.operations = 2, .bytes = 1'000}};
    script.submit("a").submit("b").submit("c");
    EXPECT_TRUE(script.was_refused());
    script.hold("c").hold("d");
    EXPECT_FALSE(script.was_refused());
    script.hold("e").expect_held(2);
    EXPECT_TRUE(script.was_refused());
    EXPECT_FALSE(script.machine().may_hold(1));
    script.cancel("c");
    EXPECT_TRUE(script.machine().may_hold(1'000 - protocol::header_size - 1));
    EXPECT_FALSE(script.machine().may_hold(1'000 - protocol::header_size));
}

TEST(KvMachineHeld, IsNotSubmittedWithoutRoomAndStaysHeld) {
    Script script{{.operations = 1}};
    script.connect().submit("a").hold("b").resubmit("b");
    EXPECT_TRUE(script.was_refused());
    script.expect_held(1).write().reply("a").resubmit("b").expect_written({"b"}).reply("b").expect_completed(
        "b");
}

TEST(KvMachineHeld, APeerThatHasRefusedEverythingIsNotSilent) {
    Script script;
    script.connect().submit("a").write().refuse("a").pass(1min);
    EXPECT_EQ(script.machine().silent_at(5s), std::nullopt);
}

TEST(KvMachineHeld, TheWatcherIsToldOnceOfEveryWayToEnd) {
    Script script;
    script.connect().submit("a").submit("b").submit("c", Opcode::get, 50ms).submit("d").write().hold("e");
    for (const std::string key : {"a", "b", "c", "d", "e"}) script.watch(key);
    script.reply("a").cancel("b").pass(100ms);
    EXPECT_EQ(script.watched(), "a answered b over c over ");
    script.reply("b").reply("c").lose().close();
    EXPECT_EQ(script.watched(), "a answered b over c over d over e over ");
}

}  // namespace
}  // namespace txcouchbase::net
