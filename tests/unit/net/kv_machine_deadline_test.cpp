// SPDX-License-Identifier: Apache-2.0
// Operations that end before their reply: by their deadline or by their caller. Late replies are swallowed.
#include <gtest/gtest.h>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

TEST(KvMachineDeadline, BeforeWritingTakesTheOperationBack) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).submit("b", Opcode::get, 10s);
    script.pass(99ms).expect_pending({"a"}).pass(10ms);
    script.expect_failed("a", errc::timed_out).expect_in_flight(1).expect_written({"b"}).reply("b");
    EXPECT_NE(script.record("a").error.detail().cause.find("not sent"), std::string::npos);
}

TEST(KvMachineDeadline, AfterWritingKeepsTheSlotUntilTheLateReply) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).write().pass(200ms).expect_failed("a", errc::timed_out);
    EXPECT_NE(script.record("a").error.detail().cause.find("not answered"), std::string::npos);
    script.expect_in_flight(1);
    EXPECT_EQ(script.machine().late_replies(), 0U);
    script.reply("a", "late").expect_in_flight(0);
    EXPECT_EQ(script.machine().late_replies(), 1U);
    EXPECT_EQ(script.record("a").replies, 0);
}

TEST(KvMachineDeadline, TheSlotOfALateReplyIsUsedAgain) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).write().pass(200ms).submit("b").reply("a").submit("c");
    EXPECT_NE(script.record("b").operation, script.record("a").operation);
    EXPECT_EQ(script.record("c").operation, script.record("a").operation);
    EXPECT_NE(script.record("c").opaque, script.record("a").opaque);
}

TEST(KvMachineDeadline, WithoutAConnectionSaysSo) {
    Script script;
    script.connect().lose().submit("a", Opcode::get, 100ms).pass(200ms).expect_failed("a", errc::timed_out);
    EXPECT_NE(script.record("a").error.detail().cause.find("no connection"), std::string::npos);
    script.connect().expect_written({});
}

TEST(KvMachineDeadline, BeginsWithTheFirstConnection) {
    Script script;
    script.submit("a", Opcode::get, 100ms).pass(10s).expect_pending({"a"});
    script.connect().pass(99ms).expect_pending({"a"}).pass(10ms).expect_failed("a", errc::timed_out);
}

TEST(KvMachineDeadline, RunsOnWhileALostConnectionIsAway) {
    Script script;
    script.connect().lose().submit("a", Opcode::get, 100ms).pass(50ms).expect_pending({"a"}).pass(60ms);
    script.expect_failed("a", errc::timed_out);
}

TEST(KvMachineDeadline, OfWhatIsUnwrittenBeginsAnewWhereTheCallerWasBusy) {
    Script script;
    script.connect().submit("written", Opcode::get, 100ms).write().submit("waiting", Opcode::get, 100ms);
    script.pass(80ms);
    script.machine().rearm_unwritten();
    script.pass(40ms).expect_failed("written", errc::timed_out).expect_pending({"waiting"});
    script.pass(70ms).expect_failed("waiting", errc::timed_out);
}

TEST(KvMachineDeadline, DoesNotBeginThatWayBeforeThereWasAConnection) {
    Script script;
    script.submit("a", Opcode::get, 100ms);
    script.machine().rearm_unwritten();
    script.pass(10s).expect_pending({"a"});
}

TEST(KvMachineDeadline, DoesNotBeginAgainWithTheNextConnection) {
    Script script;
    script.connect().lose().submit("a", Opcode::get, 100ms).pass(80ms);
    script.machine().arm_unwritten();
    script.pass(30ms).expect_failed("a", errc::timed_out);
}

TEST(KvMachineDeadline, AnAnsweredOperationHasNoDeadlineAnyMore) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).write().reply("a").submit("b", Opcode::get, 1s);
    script.pass(200ms).expect_completed("a").expect_pending({"b"}).pass(1s).expect_failed("b",
                                                                                          errc::timed_out);
}

TEST(KvMachineDeadline, OfAHalfWrittenFrameKeepsTheStreamWhole) {
    for (std::size_t written = 1; written <= 25; ++written) {
        Script script;
        script.connect().submit("a", Opcode::get, 100ms).submit("b", Opcode::get, 10s).write(written);
        script.pass(200ms).expect_failed("a", errc::timed_out).write();
        EXPECT_EQ(script.begun(), (std::vector<std::string>{"a", "b"})) << written;
        script.reply("a").reply("b").expect_completed("b").expect_in_flight(0);
    }
}

TEST(KvMachineDeadline, OfManyUnwrittenOperationsTakesExactlyThoseBack) {
    Script script;
    script.connect();
    std::vector<std::string> kept;
    for (int i = 0; i < 300; ++i) {
        const std::string key = "key" + std::to_string(i);
        script.submit(key, Opcode::get, i % 3 == 0 ? 10s : 100ms);
        if (i % 3 == 0) kept.push_back(key);
    }
    script.pass(200ms).expect_in_flight(kept.size()).expect_written(kept);
}

TEST(KvMachineDeadline, AStatThatTimedOutKeepsItsSlotUntilTheLastReply) {
    Script script;
    script.connect().submit("s", Opcode::stat, 100ms).write().reply_stat("s", "pid", "1");
    script.pass(200ms).expect_failed("s", errc::timed_out).reply_stat("s", "uptime", "2").expect_in_flight(1);
    script.reply_stat("s", {}, {}).expect_in_flight(0);
    EXPECT_EQ(script.record("s").replies, 1);
}

TEST(KvMachineDeadline, AStatThatTimedOutEndsWithARefusalToo) {
    Script script;
    script.connect().submit("s", Opcode::stat, 100ms).write().pass(200ms);
    script.receive(reply_frame(Opcode::stat, script.record("s").opaque, "no such group", Status::key_enoent));
    script.expect_in_flight(0);
}

TEST(KvMachineCancel, BeforeWritingTakesTheOperationBack) {
    Script script;
    script.connect().submit("a").submit("b").submit("c").cancel("b").expect_failed("b", errc::cancelled);
    script.expect_in_flight(2).expect_written({"a", "c"}).reply("a").reply("c");
}

TEST(KvMachineCancel, BeforeTheFirstConnectionTakesTheOperationBack) {
    Script script;
    script.submit("a")
        .submit("b")
        .cancel("a")
        .expect_failed("a", errc::cancelled)
        .connect()
        .expect_written({"b"});
}

TEST(KvMachineCancel, AfterWritingSwallowsTheReply) {
    Script script;
    script.connect().submit("a").write().cancel("a").expect_failed("a", errc::cancelled).expect_in_flight(1);
    script.reply("a").expect_in_flight(0);
    EXPECT_EQ(script.machine().late_replies(), 1U);
    EXPECT_EQ(script.record("a").replies, 0);
}

TEST(KvMachineCancel, TwiceIsOnce) {
    Script script;
    script.connect().submit("a").write().cancel("a").cancel("a").pass(10s).expect_failed("a",
                                                                                         errc::cancelled);
}

TEST(KvMachineCancel, AfterTheEndDoesNothing) {
    Script script;
    script.connect().submit("a").write().reply("a").cancel("a").expect_completed("a");
}

TEST(KvMachineCancel, OfAnAbandonedOperationDoesNothing) {
    Script script;
    script.connect()
        .submit("a", Opcode::get, 100ms)
        .write()
        .pass(200ms)
        .cancel("a")
        .expect_failed("a", errc::timed_out);
    script.reply("a").expect_in_flight(0);
}

}  // namespace
}  // namespace txcouchbase::net
