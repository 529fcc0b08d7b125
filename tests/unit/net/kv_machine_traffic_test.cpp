// SPDX-License-Identifier: Apache-2.0
// What a machine counts: where its operations are, how they ended, what came and went.
#include <numeric>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

std::uint64_t sum(const LatencyCounts& latencies) {
    return std::accumulate(latencies.counts().begin(), latencies.counts().end(), std::uint64_t{0});
}
const LatencyCounts& reads(Script& script) {
    return script.machine().traffic().latencies[static_cast<std::size_t>(OperationClass::read)];
}

TEST(KvMachineTraffic, AnOperationIsPendingUntilItsReply) {
    Script script;
    script.connect().submit("a").submit("b").write();
    EXPECT_EQ(script.machine().issued(), 2U);
    EXPECT_EQ(script.machine().pending(), 2U);
    script.reply("a");
    EXPECT_EQ(script.machine().issued(), 2U);
    EXPECT_EQ(script.machine().pending(), 1U);
}

TEST(KvMachineTraffic, EveryEndWithoutAReplyHasACount) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).submit("b").submit("c").hold("d").write();
    script.submit("e").cancel("b").cancel("e").pass(150ms);
    const Traffic& traffic = script.machine().traffic();
    EXPECT_EQ(traffic.timed_out, 1U);
    EXPECT_EQ(traffic.cancelled, 2U);
    EXPECT_EQ(script.machine().pending(), 2U)
        << "c and d; a and b only wait for their replies to be swallowed";
    script.close();
    EXPECT_EQ(traffic.failed, 2U);
    EXPECT_EQ(traffic.timed_out, 1U) << "a was over";
    EXPECT_EQ(script.machine().issued(), 5U);
    EXPECT_EQ(script.machine().pending(), 0U);
}

TEST(KvMachineTraffic, ALateReplyAndALossEndNothingAgain) {
    Script script;
    script.connect().submit("a").submit("b").submit("c").write().cancel("a").cancel("b").reply("a").lose();
    const Traffic& traffic = script.machine().traffic();
    EXPECT_EQ(script.machine().late_replies(), 1U);
    EXPECT_EQ(traffic.cancelled, 2U);
    EXPECT_EQ(traffic.failed, 1U);
    EXPECT_EQ(script.machine().pending(), 0U);
}

TEST(KvMachineTraffic, ARefusalForNowIsARetryAndNotAnEnd) {
    Script script;
    script.connect().submit("a").write().refuse("a");
    EXPECT_EQ(script.machine().traffic().retried, 1U);
    EXPECT_EQ(script.machine().pending(), 1U);
    script.resubmit("a").write().reply("a");
    EXPECT_EQ(script.machine().issued(), 1U);
    EXPECT_EQ(script.machine().pending(), 0U);
}

TEST(KvMachineTraffic, ConnectionsAreCountedAsTheyComeAndGo) {
    Script script;
    script.dial().lose().connect().lose().connect();
    const Traffic& traffic = script.machine().traffic();
    EXPECT_EQ(traffic.failed_connects, 1U);
    EXPECT_EQ(traffic.connects, 2U);
    EXPECT_EQ(traffic.losses, 1U);
}

TEST(KvMachineTraffic, BytesAreThoseOfTheSocket) {
    Script script;
    script.connect();
    const std::uint64_t sent = script.machine().traffic().bytes_sent;
    const std::uint64_t received = script.machine().bytes_received();
    EXPECT_NE(sent, 0U) << "the handshake";
    script.submit("abc").write();
    EXPECT_EQ(script.machine().traffic().bytes_sent, sent + 24 + 3);
    const std::size_t size = script.reply_bytes("abc", "value").size();
    script.reply("abc", "value");
    EXPECT_EQ(script.machine().bytes_received(), received + size);
}

TEST(KvMachineTraffic, TheLatencyOfASampleIsFromTheCallToTheReply) {
    Script script;
    script.connect().submit("a").pass(3ms).write().pass(2ms).reply("a");
    EXPECT_EQ(sum(reads(script)), 1U) << "the first operation is always one of the sample";
    EXPECT_EQ(reads(script).counts()[LatencyCounts::bucket_of(5000)], 1U);
}

TEST(KvMachineTraffic, ASampleIsKeptWhileItIsRetriedAndNotWhenItIsOver) {
    Script script;
    script.connect().submit("a").write().pass(1ms).refuse("a").pass(1ms).resubmit("a").write().pass(1ms);
    script.reply("a");
    EXPECT_EQ(reads(script).counts()[LatencyCounts::bucket_of(3000)], 1U);
    Script other;
    other.connect().submit("a").write().cancel("a").reply("a");
    EXPECT_EQ(sum(reads(other)), 0U);
}

TEST(KvMachineTraffic, TheFirstConnectionIsNoLatencyOfAnOperation) {
    Script script;
    script.submit("a").pass(1s).connect().write().reply("a");
    EXPECT_EQ(sum(reads(script)), 0U);
    EXPECT_EQ(script.machine().issued(), 1U);
}

TEST(KvMachineTraffic, AboutOneIn64IsOneOfTheSample) {
    Script script;
    script.connect();
    for (int i = 0; i < 640; ++i) {
        const std::string key = "k" + std::to_string(i);
        script.submit(key).write().reply(key);
    }
    EXPECT_NEAR(static_cast<double>(sum(reads(script))), 10, 3);
    EXPECT_EQ(script.machine().issued(), 640U);
}

}  // namespace
}  // namespace txcouchbase::net
