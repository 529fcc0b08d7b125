// SPDX-License-Identifier: Apache-2.0
// Streams that lie, come from strangers or answer what was not asked: the connection ends, nothing is delivered.
#include <gtest/gtest.h>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

constexpr PipelineLimits small_frames{.frame = 1'000};

/// A machine that has written "a" and "b" and waits.
class KvMachineStream : public testing::Test {
protected:
    KvMachineStream() { script.connect().submit("a").submit("b").write(); }

    /// The connection ends for this reason, both operations fail with it, and the next connection works.
    void expect_end_of_stream(const std::string& words, Line line = Line::here()) {
        script.expect_lost(words, line);
        script.expect_failed("a", errc::protocol_error, line).expect_failed("b", errc::protocol_error, line);
        if (script.record("a").error.detail().cause.find(words) == std::string::npos)
            ADD_FAILURE_AT(line.file, line.number) << "no cause: " << script.record("a").error.message();
        script.expect_in_flight(0, line);
        script.connect()
            .submit("next")
            .expect_written({"next"}, line)
            .reply("next")
            .expect_completed("next", {}, line);
    }

    std::uint32_t opaque_of(const std::string& key) { return script.record(key).opaque; }

    Script script{small_frames};
};

std::string with_byte(std::string bytes, std::size_t at, int byte) {
    bytes[at] = static_cast<char>(byte);
    return bytes;
}

TEST_F(KvMachineStream, AnUnknownOpaqueEndsIt) {
    script.receive(reply_frame(Opcode::get, 0x123));
    expect_end_of_stream("nothing that was asked");
}

TEST_F(KvMachineStream, AReplyOfAnEarlierGenerationOfTheSlotEndsIt) {
    const std::string again = script.reply_bytes("a");
    script.receive(again).expect_completed("a").submit("c").write();
    EXPECT_EQ(script.record("c").operation, script.record("a").operation);
    script.receive(again).expect_lost("nothing that was asked");
    script.expect_failed("b", errc::protocol_error).expect_failed("c", errc::protocol_error);
}

TEST_F(KvMachineStream, AReplyToWhatWasNotWrittenEndsIt) {
    script.submit("c").reply("c").expect_pending({"c"});
    script.cancel("c");
    expect_end_of_stream("nothing that was asked");
}

TEST_F(KvMachineStream, AReplyToAnOperationOfAnotherNodeEndsIt) {
    script.record("a").operation->node = 7;
    script.reply("a").expect_lost("nothing that was asked").expect_pending({"a"});
    script.record("a").operation->node = 0;
    script.lose();
}

TEST_F(KvMachineStream, AReplyOfAnotherCommandEndsIt) {
    script.receive(reply_frame(Opcode::set, opaque_of("a")));
    expect_end_of_stream("another command");
}

TEST_F(KvMachineStream, ALateReplyOfAnotherCommandEndsItToo) {
    script.cancel("a").receive(reply_frame(Opcode::set, opaque_of("a"))).expect_lost("another command");
    script.expect_failed("a", errc::cancelled).expect_failed("b", errc::protocol_error).expect_in_flight(0);
}

TEST_F(KvMachineStream, AFrameOfTheOtherDirectionEndsIt) {
    for (const int magic : {0x80, 0x08, 0x83}) {
        script.receive(with_byte(script.reply_bytes("a"), 0, magic)).expect_lost("wrong_direction");
        script.expect_failed("a", errc::protocol_error).connect().submit("a").write();
    }
}

TEST_F(KvMachineStream, AByteThatIsNoMagicEndsItAtOnce) {
    script.receive(std::string(1, '\x7f'));
    expect_end_of_stream("bad_magic");
}

TEST_F(KvMachineStream, AnHttpServerIsNamed) {
    script.receive("HTTP/1.1 400 Bad Request\r\n\r\n");
    expect_end_of_stream("HTTP");
}

TEST_F(KvMachineStream, AServerOfTheTextProtocolIsNamed) {
    script.receive("ERROR\r\n");
    expect_end_of_stream("text protocol");
    script.submit("c").write().receive("CLIENT_ERROR bad data chunk\r\n").expect_lost("text protocol");
}

TEST_F(KvMachineStream, ATlsServerIsNamed) {
    script.receive(ByteView{"\x15\x03\x01\x00\x02\x02\x0a", 7});
    expect_end_of_stream("TLS");
    script.submit("c").write().receive(ByteView{"\x16\x03\x01\x00\x02", 5}).expect_lost("TLS");
}

TEST_F(KvMachineStream, AStrangerIsNamedInTheHandshakeToo) {
    Script other;
    other.submit("a")
        .dial()
        .receive("HTTP/1.1 400 Bad Request\r\n\r\n")
        .expect_lost("HTTP")
        .expect_pending({"a"});
}

TEST_F(KvMachineStream, LengthsThatContradictEachOtherEndIt) {
    script.receive(with_byte(script.reply_bytes("a", "value"), 4, 6));
    expect_end_of_stream("bad_lengths");
    for (const std::size_t of_key : {2U, 3U}) {
        Script other;
        other.connect().submit("a").write();
        other.receive(with_byte(other.reply_bytes("a", "value"), of_key, 6)).expect_lost("bad_lengths");
        other.expect_failed("a", errc::protocol_error);
    }
}

TEST_F(KvMachineStream, ABodyThatIsLongerThanItsLengthEndsItWithTheNextFrame) {
    script.receive(with_byte(script.reply_bytes("a", "value"), 11, 4)).expect_completed("a", "valu");
    script.expect_lost("bad_magic").expect_failed("b", errc::protocol_error);
}

TEST_F(KvMachineStream, AReplyOverTheLimitFailsItsOperationWithItsHeaderAndNothingElse) {
    const std::string longest = script.reply_bytes("a", std::string(1'000 - 24, 'v'));
    script.receive(longest).expect_completed("a", std::string(1'000 - 24, 'v'));
    script.submit("c").write();
    const std::string too_long = script.reply_bytes("b", std::string(1'001 - 24, 'v'));
    script.receive(too_long.substr(0, 23)).expect_pending({"b"});
    script.receive(too_long.substr(23, 1)).expect_failed("b", errc::too_big).expect_in_flight(1);
    EXPECT_EQ(script.record("b").error.detail().cause,
              "a reply of 1001 bytes, over the limit of 1000: raise ConnectionOptions::max_frame");
    EXPECT_FALSE(script.record("b").error.is_ambiguous()) << "it was answered";
    script.receive(too_long.substr(24)).reply("c", "next").expect_completed("c", "next");
    EXPECT_FALSE(script.is_lost());
}

TEST_F(KvMachineStream, ABodyOverTheLimitIsReadOverHoweverItIsCutAndNeverKept) {
    for (const std::size_t piece : {1U, 24U, 999U, 5'000U, 1U << 20}) {
        Script other{{.frame = 1'000}};
        other.connect().submit("a").submit("b").write();
        const std::string stream =
            other.reply_bytes("a", std::string(100'000, 'v')) + other.reply_bytes("b", "w");
        other.receive(stream, piece).expect_failed("a", errc::too_big).expect_completed("b", "w");
        EXPECT_EQ(other.unread(), 0U);
    }
}

TEST_F(KvMachineStream, AFourGigabyteBodyIsReadOverBeforeAnyMemoryIsTaken) {
    std::string header = script.reply_bytes("a");
    protocol::store_be(header.data() + 8, std::uint32_t{0xffff'ffff});
    script.receive(header).expect_failed("a", errc::too_big).expect_pending({"b"});
    for (int i = 0; i < 100; ++i) script.receive(std::string(10'000, 'v'));
    EXPECT_EQ(script.unread(), 0U);
    script.lose().expect_failed("b", errc::connection_lost);
    script.connect().submit("c").write().reply("c").expect_completed("c");
}

TEST_F(KvMachineStream, ALateReplyOverTheLimitIsSwallowedAndATooLargePushToo) {
    script.cancel("a");
    script.receive(script.reply_bytes("a", std::string(2'000, 'v'))).expect_in_flight(1);
    script.receive(with_byte(reply_frame(Opcode::set, 0, std::string(2'000, 'm')), 0, 0x82));
    script.reply("b", "w").expect_completed("b", "w");
}

TEST_F(KvMachineStream, AStatisticOverTheLimitFailsItsOperationAndTheRestOfThemIsSwallowed) {
    script.submit("s", Opcode::stat).write();
    script.reply_stat("s", "name", std::string(2'000, 'v')).expect_failed("s", errc::too_big);
    script.reply_stat("s", "other", "value").reply_stat("s", "", "").expect_in_flight(2);
}

TEST_F(KvMachineStream, AnOperationThatFailsForItsTooLargeReplyMayCloseTheMachine) {
    script.at_end("a", [&] { script.close(); });
    script.receive(script.reply_bytes("a", std::string(2'000, 'v'))).expect_failed("a", errc::too_big);
    script.expect_failed("b", errc::connection_closed).expect_in_flight(0);
}

TEST_F(KvMachineStream, AFrameOverTheLimitThatAnswersNothingEndsItAndSaysTheLimit) {
    const std::string stray = reply_frame(Opcode::set, opaque_of("a"), std::string(2'000, 'v'));
    script.receive(stray);
    expect_end_of_stream("a reply of 2024 bytes, over the limit of 1000: raise ConnectionOptions::max_frame");
    Script other{{.frame = 1'000}};
    other.dial()
        .receive(reply_frame(Opcode::version, 0, std::string(2'000, 'v')))
        .expect_lost("over the limit");
}

TEST_F(KvMachineStream, RepliesBeforeTheBadFrameAreDeliveredAndThoseBehindItAreNot) {
    script.receive(script.reply_bytes("a", "1") + "rubbish" + script.reply_bytes("b", "2"));
    script.expect_completed("a", "1").expect_failed("b", errc::protocol_error);
}

TEST_F(KvMachineStream, WhatIsReadOfALostConnectionDoesNotReachTheNext) {
    script.receive(script.reply_bytes("a", "1").substr(0, 10)).lose();
    script.connect().submit("c").write().reply("c").expect_completed("c");
}

TEST_F(KvMachineStream, WhatAServerPushesIsPassedOver) {
    std::string push = with_byte(reply_frame(Opcode::set, opaque_of("a"), "a cluster map"), 0, 0x82);
    script.receive(push)
        .expect_pending({"a", "b"})
        .reply("a")
        .reply("b")
        .expect_completed("a")
        .expect_completed("b");
}

TEST_F(KvMachineStream, AFlexibleResponseIsReadLikeAnyOther) {
    std::string bytes;
    protocol::append_frame(
        bytes, {.magic = protocol::Magic::flex_response, .opcode = Opcode::get, .opaque = opaque_of("a")},
        {.framing_extras = ByteView{"\x02\x00\x01", 3}, .value = "v"});
    script.receive(bytes).expect_completed("a", "v").reply("b");
}

}  // namespace
}  // namespace txcouchbase::net
