// SPDX-License-Identifier: Apache-2.0
// What a failed operation can tell of its time.
#include <gmock/gmock.h>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// Offsets are exact to a tick of the wheel.
testing::AssertionResult is_about(Timeline::Offset offset, Duration time) {
    if (offset >= time && offset <= time + DeadlineWheel::tick) return testing::AssertionSuccess();
    return testing::AssertionFailure() << offset.count() << " us";
}
testing::AssertionResult is_about(const std::optional<Timeline::Offset>& offset, Duration time) {
    return offset ? is_about(*offset, time) : testing::AssertionFailure() << "nothing";
}

const Timeline& timeline_of(Script& script, const std::string& key) {
    static const Timeline none;
    const auto& timeline = script.record(key).error.detail().timeline;
    EXPECT_NE(timeline, nullptr);
    return timeline ? *timeline : none;
}

TEST(KvMachineWords, ATimeoutTellsWhenItWasWrittenAndWhatTheSocketDid) {
    Script script;
    script.connect().pass(1s).submit("b").submit("a", Opcode::get, 100ms).pass(20ms).write().pass(100ms);
    script.expect_failed("a", errc::timed_out);
    EXPECT_TRUE(script.record("a").error.detail().was_written);
    const Timeline& timeline = timeline_of(script, "a");
    EXPECT_EQ(timeline.timeout, 100ms);
    EXPECT_TRUE(is_about(timeline.ended, 120ms));
    EXPECT_TRUE(is_about(timeline.queued_until, 0ms));
    EXPECT_TRUE(is_about(timeline.written_after, 20ms));
    EXPECT_EQ(timeline.written_after, timeline.written_before);
    EXPECT_EQ(timeline.socket, "up for 1120 ms");
    EXPECT_EQ(timeline.in_flight, 2U);
    EXPECT_TRUE(timeline.retries.empty());
}

TEST(KvMachineWords, WhatWasNotWrittenSaysSo) {
    Script script;
    script.connect().submit("a").write().lose().pass(50ms).submit("b", Opcode::get, 100ms).pass(150ms);
    const Timeline& timeline = timeline_of(script, "b");
    EXPECT_FALSE(script.record("b").error.detail().was_written);
    EXPECT_EQ(timeline.written_after, std::nullopt);
    EXPECT_EQ(timeline.written_before, std::nullopt);
    EXPECT_EQ(timeline.socket, "down for 200 ms: the peer closed the connection");
    EXPECT_THAT(timeline_of(script, "a").socket, HasSubstr("down for 0 ms"));
    EXPECT_TRUE(script.record("a").error.detail().was_written);
}

TEST(KvMachineWords, WhatCouldNotBeSentForWantOfAConnectionSaysWhyThereIsNone) {
    Script script;
    script.connect().lose().submit("a", Opcode::get, 100ms).hold("b", 100ms).pass(150ms);
    EXPECT_EQ(script.record("a").error.detail().cause,
              "not sent in time: no connection (the peer closed the connection)");
    EXPECT_EQ(script.record("b").error.detail().cause,
              "not sent in time: held back (the peer closed the connection)");
    script.connect().hold("c", 100ms).pass(150ms);
    EXPECT_EQ(script.record("c").error.detail().cause, "not sent in time: held back") << "there is one again";
}

TEST(KvMachineWords, BeforeTheFirstConnectionTimeHasNotBegun) {
    Script script;
    script.submit("a").pass(1s).cancel("a");
    EXPECT_EQ(timeline_of(script, "a").ended, 0ms);
    EXPECT_EQ(timeline_of(script, "a").timeout, 0ms);
    EXPECT_EQ(timeline_of(script, "a").socket, "connecting for the first time");
    script.dial().submit("b").pass(70ms).cancel("b");
    EXPECT_EQ(timeline_of(script, "b").socket, "connected, handshaking for 70 ms");
    script.submit("c").lose(errc::connect_error, "connection refused").cancel("c");
    EXPECT_EQ(timeline_of(script, "c").socket, "never up: connection refused");
}

TEST(KvMachineWords, ClosingTellsWhatTheSocketDidBefore) {
    Script script;
    script.connect().pass(30ms).submit("a").close();
    EXPECT_EQ(timeline_of(script, "a").socket, "closed by the client; before that: up for 30 ms");
}

TEST(KvMachineWords, AHeldOperationWasNeverHandedToTheNode) {
    Script script;
    script.connect().hold("a", 100ms).pass(150ms);
    EXPECT_EQ(timeline_of(script, "a").queued_until, std::nullopt);
    EXPECT_FALSE(script.record("a").error.detail().was_written);
}

TEST(KvMachineWords, OneThatWasRefusedCannotHaveBeenExecuted) {
    Script script;
    script.connect().submit("a").write().refuse("a").cancel("a");
    EXPECT_FALSE(script.record("a").error.detail().was_written);
}

TEST(KvMachineWords, AWatcherAddsWhatItKnows) {
    Script script;
    script.connect().submit("a").write().watch("a").cancel("a");
    ASSERT_EQ(timeline_of(script, "a").retries.size(), 1U);
    EXPECT_EQ(timeline_of(script, "a").retries[0].reason, "told by the watcher");
    EXPECT_EQ(script.record("a").error.detail().server_text, "go away");
}

}  // namespace
}  // namespace txcouchbase::net
