// SPDX-License-Identifier: Apache-2.0
// What a machine refuses because it holds enough already, and when it calls its peer silent.
#include <gtest/gtest.h>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

constexpr Duration silence = 5s;

TEST(KvMachineLimits, RefusesOneOperationTooManyAndRecovers) {
    Script script{{.operations = 2}};
    script.submit("a").submit("b");
    EXPECT_FALSE(script.was_refused());
    script.submit("c").expect_in_flight(2);
    EXPECT_TRUE(script.was_refused());
    script.connect().expect_written({"a", "b"}).submit("c");
    EXPECT_TRUE(script.was_refused());
    script.reply("a").submit("c").expect_written({"c"}).reply("b").reply("c").expect_in_flight(0);
}

TEST(KvMachineLimits, RefusesOneByteTooManyAndRecovers) {
    Script script{{.bytes = 100}};
    script.submit("a", Opcode::set, 1s, std::string(75, 'v'));
    EXPECT_FALSE(script.was_refused()) << "24 and 1 and 75 are exactly the limit";
    script.submit("b", Opcode::noop);
    EXPECT_TRUE(script.was_refused());
    script.connect().write().reply("a").submit("b", Opcode::set, 1s, std::string(76, 'v'));
    EXPECT_TRUE(script.was_refused());
    script.submit("b").submit("c").submit("d").submit("e").expect_in_flight(4);
    script.submit("f");
    EXPECT_TRUE(script.was_refused());
}

TEST(KvMachineLimits, CountAbandonedOperationsUntilTheirLateReply) {
    Script script{{.operations = 2}};
    script.connect().submit("a", Opcode::get, 100ms).submit("b").write().pass(200ms).cancel("b").submit("c");
    EXPECT_TRUE(script.was_refused());
    script.reply("a").submit("c");
    EXPECT_FALSE(script.was_refused());
    script.submit("d");
    EXPECT_TRUE(script.was_refused());
    script.lose().submit("d").expect_pending({"c", "d"});
}

TEST(KvMachineLimits, AreFreeAgainAfterEveryWayToEnd) {
    Script script{{.operations = 1, .bytes = 30}};
    const auto expect_accepted = [&script](const std::string& key) {
        script.submit(key, Opcode::get, 1s);
        EXPECT_FALSE(script.was_refused()) << key;
    };
    expect_accepted("1");
    script.cancel("1");
    expect_accepted("2");
    script.connect().write().reply("2");
    expect_accepted("3");
    script.pass(2s);
    expect_accepted("4");
    script.write().lose();
    expect_accepted("5");
    script.connect().write().cancel("5").reply("5");
    expect_accepted("6");
}

TEST(KvMachineSilence, IsNotCountedWhileNothingIsUnanswered) {
    Script script;
    EXPECT_EQ(script.machine().silent_at(silence), std::nullopt);
    script.submit("a").cancel("a").connect();
    EXPECT_EQ(script.machine().silent_at(silence), std::nullopt);
    script.submit("b").write().reply("b");
    EXPECT_EQ(script.machine().silent_at(silence), std::nullopt);
}

TEST(KvMachineSilence, BeginsWhenARequestIsWritten) {
    Script script;
    script.connect().pass(1h).submit("a").pass(1s);
    EXPECT_EQ(script.machine().silent_at(silence), std::nullopt) << "nothing was asked yet";
    script.write(1);
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
}

TEST(KvMachineSilence, IsBrokenByAnyByte) {
    Script script;
    script.connect().submit("a").submit("b").write().pass(1s);
    script.receive(script.reply_bytes("a").substr(0, 1));
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
    script.pass(1s).receive(script.reply_bytes("a").substr(1));
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
}

TEST(KvMachineSilence, IsNotBrokenByWhatWeWrite) {
    Script script;
    script.connect().submit("a").write();
    const auto at = script.machine().silent_at(silence);
    script.pass(1s).submit("b").write();
    EXPECT_EQ(script.machine().silent_at(silence), at);
}

// A pause of any length lies between the last reply and the next request: that is not the peer's silence.
TEST(KvMachineSilence, DoesNotCountThePauseBeforeARequest) {
    Script script;
    script.connect().submit("a").write().reply("a").pass(1h).submit("b").write();
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
    script.reply("b")
        .pass(1h)
        .receive(std::string{"\x82\x01", 2} + std::string(22, '\0'))
        .pass(1h)
        .submit("c")
        .write();
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
}

TEST(KvMachineSilence, CountsAbandonedOperationsToo) {
    Script script;
    script.connect().submit("a", Opcode::get, 100ms).write();
    const auto at = script.machine().silent_at(silence);
    ASSERT_TRUE(at.has_value());
    script.pass(1s);
    EXPECT_EQ(script.machine().silent_at(silence), at);
}

TEST(KvMachineSilence, IsCountedInTheHandshakeAndStartsAfreshWithAConnection) {
    Script script;
    script.dial();
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
    script.lose().submit("a");
    EXPECT_EQ(script.machine().silent_at(silence), std::nullopt);
    script.pass(10s).dial();
    EXPECT_EQ(script.machine().silent_at(silence), script.now() + silence);
}

}  // namespace
}  // namespace txcouchbase::net
