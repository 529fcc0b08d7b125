// SPDX-License-Identifier: Apache-2.0
#include "net/kv_machine.hpp"

#include <gtest/gtest.h>

#include <array>

#include "net/memcached_handshake.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;
using Event = KvMachine::Event;
using State = KvMachine::State;

TEST(KvMachine, SaysNothingWhileItIsDown) {
    Script script;
    script.submit("a");
    EXPECT_EQ(script.machine().state(), State::down);
    EXPECT_FALSE(script.machine().has_unwritten());
    std::array<ByteView, 4> pieces;
    EXPECT_EQ(script.machine().gather(pieces), 0U);
}

TEST(KvMachine, WritesTheHandshakeBeforeAnyOperation) {
    Script script;
    script.submit("a").dial();
    EXPECT_EQ(script.machine().state(), State::handshaking);
    script.write();
    EXPECT_EQ(script.wire(), request_frame({}, 0, {}, Opcode::version));
}

TEST(KvMachine, KeepsTheRestOfAHandshakeThatWasWrittenInPart) {
    Script script;
    script.submit("a").dial();
    for (int i = 0; i < 24; ++i) script.write(1);
    EXPECT_EQ(script.wire(), request_frame({}, 0, {}, Opcode::version));
    EXPECT_FALSE(script.machine().has_unwritten());
}

TEST(KvMachine, ComesUpWithTheServersVersionAndWritesWhatWaited) {
    Script script;
    script.submit("a").submit("b").connect();
    EXPECT_EQ(script.machine().state(), State::up);
    script.expect_written({"a", "b"});
}

TEST(KvMachine, TellsItsDriverOnceThatItCameUp) {
    Script script;
    script.dial();
    const std::string bytes = reply_frame(Opcode::version, 0, "1.6.18");
    bytes.copy(script.machine().receive().prepare().data(), bytes.size());
    script.machine().receive().commit(bytes.size());
    EXPECT_EQ(script.machine().on_bytes(script.now()), Event::came_up);
    EXPECT_EQ(script.machine().on_bytes(script.now()), Event::more_to_read);
}

TEST(KvMachine, FailsWhenTheHandshakeIsRefused) {
    Script script;
    script.submit("a").dial();
    script.receive(reply_frame(Opcode::version, 0, {}, Status::eaccess)).expect_lost("VERSION was refused");
    EXPECT_EQ(script.machine().state(), State::down);
    script.expect_pending({"a"});
}

TEST(KvMachine, WritesInTheOrderOfIssueAndCompletesInTheOrderOfReplies) {
    Script script;
    script.connect().submit("a").submit("b").submit("c").expect_written({"a", "b", "c"});
    script.reply("b", "2").expect_completed("b", "2").expect_pending({"a", "c"});
    script.reply("c", "3").reply("a", "1").expect_completed("a", "1").expect_completed("c", "3");
    script.expect_in_flight(0);
}

TEST(KvMachine, WritesEachOperationOnce) {
    Script script;
    script.connect().submit("a").expect_written({"a"}).expect_written({}).submit("b").expect_written({"b"});
    script.reply("a").reply("b");
}

TEST(KvMachine, GathersHundredsOfOperationsIntoFewPieces) {
    Script script;
    script.connect();
    for (int i = 0; i < 100; ++i) script.submit("key" + std::to_string(i));
    std::array<ByteView, 64> pieces;
    EXPECT_LE(script.machine().gather(pieces), 2U);
}

TEST(KvMachine, ReadsRepliesHoweverTheyWereCut) {
    const std::string large(50'000, 'L');
    for (const std::size_t piece : {1U, 2U, 3U, 23U, 24U, 25U, 26U, 1'000U, 60'000U}) {
        Script script;
        script.connect().submit("a").submit("b").submit("c").expect_written({"a", "b", "c"});
        const std::string stream =
            script.reply_bytes("a", "1") + script.reply_bytes("b", large) + script.reply_bytes("c");
        script.receive(stream, piece);
        script.expect_completed("a", "1").expect_completed("b", large).expect_completed("c");
    }
}

TEST(KvMachine, ReadsRepliesThatAreCutAtAnyTwoPlaces) {
    Script script;
    script.connect();
    const auto stream_of_two = [&](const std::string& name) {
        script.submit(name + "1").submit(name + "2").write();
        return script.reply_bytes(name + "1", "x") + script.reply_bytes(name + "2", "yy");
    };
    const std::size_t size = stream_of_two("first").size();
    script.reply("first1", "x").reply("first2", "yy");
    for (std::size_t a = 0; a <= size; ++a) {
        for (std::size_t b = a; b <= size; ++b) {
            const std::string name = std::to_string(a) + "," + std::to_string(b) + ",";
            const std::string stream = stream_of_two(name);
            script.receive(stream.substr(0, a)).receive(stream.substr(a, b - a)).receive(stream.substr(b));
            script.expect_completed(name + "1", "x").expect_completed(name + "2", "yy");
        }
    }
}

TEST(KvMachine, HandsOverAFailedReplyLikeAnyOther) {
    Script script;
    script.connect().submit("a").write();
    script.receive(reply_frame(Opcode::get, script.record("a").opaque, "Not found", Status::key_enoent));
    script.expect_completed("a", "Not found").expect_in_flight(0);
}

TEST(KvMachine, AnOperationOfManyRepliesEndsWithTheLast) {
    Script script;
    script.connect().submit("s", Opcode::stat).submit("a").write();
    script.reply_stat("s", "pid", "1").reply("a").expect_completed("a");
    script.reply_stat("s", "uptime", "2").expect_pending({"s"}).expect_in_flight(1);
    script.reply_stat("s", {}, {}).expect_completed("s", "12").expect_in_flight(0);
}

TEST(KvMachine, AllocatesNothingPerOperationInSteadyState) {
    constexpr OperationHandler handler{
        [](Operation&, const protocol::Frame&, ReceiveBuffer&) { return Answer::done; },
        [](Operation&, const Error&) { ADD_FAILURE(); }};
    OperationTable table;
    DeadlineWheel wheel{table, {}};
    KvMachine machine{table, wheel, 0, "node", {}, std::make_unique<MemcachedHandshake>()};
    const auto receive = [&machine](ByteView bytes) {
        bytes.copy(machine.receive().prepare().data(), bytes.size());
        machine.receive().commit(bytes.size());
        return machine.on_bytes({});
    };
    machine.on_connected({});
    machine.on_written(protocol::header_size, {});
    ASSERT_EQ(receive(reply_frame(Opcode::version, 0)), Event::came_up);
    machine.arm_unwritten();
    machine.on_bytes({});

    const std::string request = request_frame("a key", 0);
    std::string reply = reply_frame(Opcode::get, 0, std::string(32, 'v'));
    std::string replies;
    replies.reserve(100 * reply.size());
    const auto batch = [&] {
        replies.clear();
        for (int i = 0; i < 100; ++i) {
            Operation& operation = *table.acquire();
            operation.handler = &handler;
            operation.opcode = Opcode::get;
            operation.timeout = 625;
            request.copy(machine.submit(operation, request.size()), request.size());
            protocol::store_be(reply.data() + 12, operation.opaque);
            replies += reply;
        }
        std::array<ByteView, 64> pieces;
        for (std::size_t i = 0, count = machine.gather(pieces); i < count; ++i)
            machine.on_written(pieces[i].size(), {});
        receive(replies);
    };
    for (int i = 0; i < 10; ++i) batch();
    const std::size_t before = allocations();
    for (int i = 0; i < 100; ++i) batch();
    EXPECT_EQ(allocations(), before);
    EXPECT_EQ(machine.in_flight(), 0U);
}

TEST(KvMachine, AClosedMachineStaysClosed) {
    Script script;
    script.connect().close();
    EXPECT_EQ(script.machine().state(), State::closed);
    script.lose();
    EXPECT_EQ(script.machine().state(), State::closed);
    EXPECT_EQ(script.machine().error().rc(), errc::connection_closed);
    EXPECT_FALSE(script.machine().has_unwritten());
}

TEST(KvMachine, DescribesAFailureWithOperationKeyAndNode) {
    Script script;
    script.submit("a", Opcode::touch);
    const Error error = script.machine().describe(*script.record("a").operation, errc::timed_out, "because");
    EXPECT_EQ(error.rc(), errc::timed_out);
    EXPECT_EQ(error.detail().operation, "TOUCH");
    EXPECT_EQ(error.detail().key, "a");
    EXPECT_EQ(error.detail().node, "node:11210");
    EXPECT_EQ(error.detail().cause, "because");
}

}  // namespace
}  // namespace txcouchbase::net
