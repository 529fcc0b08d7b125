// SPDX-License-Identifier: Apache-2.0
#include "net/tls_machine.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/tls_pair.hpp"

namespace txcouchbase::net {
namespace {

using Progress = TlsMachine::Progress;
using ReadEnd = TlsMachine::ReadEnd;

std::string letters(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 23);
    return text;
}

TEST(TlsMachine, ShakesHandsAndPassesBytesBothWays) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    EXPECT_TRUE(pair.client.is_up());
    EXPECT_TRUE(pair.server.is_up());
    EXPECT_EQ(pair.server.version(), "TLSv1.3");
    EXPECT_EQ(pair.client.write("question"), 8u);
    EXPECT_EQ(pair.client.unsent().find("question"), ByteView::npos) << "it is not in clear";
    EXPECT_EQ(pair.pass_to_server(), "question");
    pair.server.write("answer");
    EXPECT_EQ(pair.pass_to_client(), "answer");
}

TEST(TlsMachine, SaysTheNameThatItVerifies) {
    TlsPair pair{"localhost"};
    ASSERT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    EXPECT_EQ(pair.server.called(), "localhost");
}

TEST(TlsMachine, ADotBehindANameIsDnsAndNoPartOfIt) {
    TlsPair pair{"localhost."};
    ASSERT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    EXPECT_EQ(pair.server.called(), "localhost");
}

TEST(TlsMachine, AnAddressIsVerifiedAndNotSaid) {
    for (const char* const address : {"127.0.0.1", "::1"}) {
        TlsPair pair{address};
        ASSERT_EQ(pair.shake_hands(), Progress::up) << address << ' ' << pair.words();
        EXPECT_EQ(pair.server.called(), "");
    }
}

TEST(TlsMachine, AWildcardIsForOneLabel) {
    const ServerWishes wishes{.identity = test_authority().sign({.names = "DNS:*.nodes.example"})};
    TlsPair good{"n1.nodes.example", wishes};
    EXPECT_EQ(good.shake_hands(), Progress::up) << good.words();
    TlsPair bad{"a.n1.nodes.example", wishes};
    EXPECT_EQ(bad.shake_hands(), Progress::failed);
}

TEST(TlsMachine, SpeaksTls12) {
    TlsPair pair{"localhost", {.newest = TLS1_2_VERSION}};
    ASSERT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    EXPECT_EQ(pair.server.version(), "TLSv1.2");
    pair.client.write("question");
    EXPECT_EQ(pair.pass_to_server(), "question");
}

TEST(TlsMachine, EverySplitOfTheServersHandshakeGivesTheSame) {
    for (const int newest : {TLS1_2_VERSION, TLS1_3_VERSION})
        for (std::size_t piece = 1; piece < 1500; piece += piece < 40 ? 1 : 97) {
            TlsPair pair{"localhost", {.newest = newest}};
            ASSERT_EQ(pair.shake_hands(piece), Progress::up) << piece << ' ' << pair.words();
            pair.server.write("answer");
            ASSERT_EQ(pair.pass_to_client(), "answer") << piece;
        }
}

TEST(TlsMachine, ABreakAtEveryByteOfTheServersFirstWordsGivesTheSame) {
    for (std::size_t at = 0;; ++at) {
        TlsPair pair;
        ASSERT_EQ(pair.client.handshake(), Progress::wants_bytes);
        pair.pass_to_server();
        const std::string bytes = pair.server.unsent();
        if (at >= bytes.size()) break;
        pair.put(ByteView{bytes}.substr(0, at));
        ASSERT_EQ(pair.client.handshake(), Progress::wants_bytes) << at;
        pair.put(ByteView{bytes}.substr(at));
        ASSERT_EQ(pair.client.handshake(), Progress::up) << at << ' ' << pair.words();
    }
}

TEST(TlsMachine, ABreakAtEveryByteOfARecordGivesTheSame) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.pass_to_client();  // tickets
    for (std::size_t at = 0; at <= 40; ++at) {
        pair.server.write("some bytes in a record");
        const std::string bytes = pair.server.unsent();
        pair.put(ByteView{bytes}.substr(0, at));
        EXPECT_EQ(pair.read(), "") << at;
        EXPECT_FALSE(pair.client.has_unread());
        pair.put(ByteView{bytes}.substr(at));
        EXPECT_TRUE(pair.client.has_unread());
        EXPECT_EQ(pair.read(), "some bytes in a record") << at;
    }
}

TEST(TlsMachine, TheWireIsTakenNoFurtherThanItIsRead) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.pass_to_client();
    const std::string value = letters(1U << 20);
    pair.server.write(value);
    const std::string bytes = pair.server.unsent();
    std::size_t done = pair.put(bytes);
    EXPECT_EQ(done, TlsMachine::wire_room);
    EXPECT_EQ(pair.put(ByteView{bytes}.substr(done)), 0u) << "nothing was read yet";
    char room[1000];
    EXPECT_EQ(pair.client.read(room).count, sizeof room);
    EXPECT_TRUE(pair.client.has_unread());
    std::string clear{room, sizeof room};
    while (done < bytes.size()) {
        clear += pair.read();
        EXPECT_FALSE(pair.client.has_unread());
        done += pair.put(ByteView{bytes}.substr(done));
    }
    clear += pair.read();
    EXPECT_TRUE(clear == value);
}

TEST(TlsMachine, OneReadTakesSeveralRecords) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.pass_to_client();
    for (const char* const word : {"one ", "two ", "three"}) pair.server.write(word);
    pair.put(pair.server.unsent());
    char room[100];
    const TlsMachine::ReadOutcome outcome = pair.client.read(room);
    EXPECT_EQ(outcome.end, ReadEnd::wants_bytes);
    EXPECT_EQ(ByteView(room, outcome.count), "one two three");
}

TEST(TlsMachine, AReadIntoEachSizeGivesTheSame) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.pass_to_client();
    const std::string words = letters(300);
    for (std::size_t room = 1; room <= 301; ++room) {
        pair.server.write(ByteView{words}.substr(0, 100));
        pair.server.write(ByteView{words}.substr(100));
        pair.put(pair.server.unsent());
        EXPECT_EQ(pair.read(ReadEnd::wants_bytes, room), words) << room;
    }
}

TEST(TlsMachine, ALargeWriteIsTakenAsFarAsThereIsRoomForWhatItBecomes) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    const std::string value = letters(5U << 20);
    std::string arrived;
    for (std::size_t done = 0; done < value.size();) {
        const std::size_t count = pair.client.write(ByteView{value}.substr(done));
        ASSERT_GT(count, 0u) << pair.words();
        EXPECT_LE(pair.client.unsent().size(), TlsMachine::most_unsent + 20'000);
        done += count;
        if (done < value.size()) {
            EXPECT_EQ(pair.client.write("x"), 0u) << "there is no room";
        }
        arrived += pair.pass_to_server();
    }
    EXPECT_TRUE(arrived == value);
}

TEST(TlsMachine, APeerThatIsAlwaysALittleBehindGetsEverythingAndCostsNoMemory) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    const std::string value = letters(4U << 20);
    std::string arrived;
    std::size_t held = 0;
    const auto send = [&](std::size_t most) {
        const std::string bytes{pair.client.unsent().substr(0, most)};
        pair.client.sent(bytes.size());
        arrived += pair.server.read(bytes);
    };
    for (std::size_t done = 0; done < value.size();) {
        done += pair.client.write(ByteView{value}.substr(done, 9000));
        send(pair.client.unsent().size() - 1);  // never all
        const std::size_t now = bytes_held() - arrived.capacity();
        if (held == 0 && done > value.size() / 2) held = now;
        if (held != 0) {
            EXPECT_LE(now, held + 100'000);
        }
    }
    send(std::string::npos);
    EXPECT_TRUE(arrived == value);
}

TEST(TlsMachine, NothingIsAllocatedForBytesOnceAllBuffersAreThere) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    const auto exchange = [&] {
        pair.client.write("question");
        pair.pass_to_server();
        pair.server.write("an answer that is no short string");
        pair.put(pair.server.unsent());
        char room[100];
        const std::size_t before = allocations();
        pair.client.write("another question");
        const TlsMachine::ReadOutcome outcome = pair.client.read(room);
        EXPECT_GT(outcome.count, 0u);
        return allocations() - before;
    };
    exchange();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(exchange(), 0u);
}

TEST(TlsMachine, WhenThePeerChangesItsKeysBytesGoOn) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    for (int i = 0; i < 20; ++i) {
        pair.server.change_keys();
        pair.server.write("answer");
        EXPECT_EQ(pair.pass_to_client(), "answer") << pair.words();
        pair.client.write("question");
        EXPECT_EQ(pair.pass_to_server(), "question") << pair.server.words();
    }
}

TEST(TlsMachine, APeerThatWantsToShakeHandsAgainIsNotFollowed) {
    TlsPair pair{"localhost", {.newest = TLS1_2_VERSION}};
    ASSERT_EQ(pair.shake_hands(), Progress::up) << pair.words();
    pair.server.shake_hands_again();
    EXPECT_EQ(pair.pass_to_client(), "");
    EXPECT_LT(pair.client.unsent().size(), 100u) << "a client's first words are longer";
    pair.client.sent(pair.client.unsent().size());
    pair.client.write("question");
    EXPECT_EQ(pair.client.unsent().size(), 8u + 29) << "it is written by the keys of before";
}

TEST(TlsMachine, AGoodbyeOfThePeerIsAnEndBehindWhatItSaid) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.server.write("last words");
    pair.server.say_goodbye();
    pair.put(pair.server.unsent());
    EXPECT_EQ(pair.read(ReadEnd::closed), "last words");
    EXPECT_TRUE(pair.client.has_unread()) << "the end is told again";
    EXPECT_EQ(pair.read(ReadEnd::closed), "");
    pair.client.wire_ended();
    EXPECT_FALSE(pair.client.error()) << pair.words();
}

TEST(TlsMachine, AnEndWithoutGoodbyeIsAFailure) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.client.wire_ended();
    EXPECT_EQ(pair.client.error().rc(), errc::connection_lost);
    EXPECT_EQ(pair.words(), "TLS: the connection was cut off: it ended without the peer's goodbye");
    EXPECT_EQ(pair.read(ReadEnd::failed), "");
    EXPECT_EQ(pair.client.write("more"), 0u);
}

TEST(TlsMachine, TellsThePeerThatItIsTheEnd) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.client.write("last words");
    pair.client.say_goodbye();
    EXPECT_EQ(pair.pass_to_server(), "last words");
    EXPECT_TRUE(pair.server.was_told_goodbye());
}

TEST(TlsMachine, EveryBrokenByteOfARecordIsAFailure) {
    for (std::size_t at = 0; at < 30; ++at) {
        TlsPair pair;
        ASSERT_EQ(pair.shake_hands(), Progress::up);
        pair.pass_to_client();
        pair.server.write("some bytes");
        std::string bytes = pair.server.unsent();
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        pair.put(bytes);
        if (at == 3 || at == 4) pair.put(std::string(20'000, 'x'));  // its length: the record has to be whole
        EXPECT_EQ(pair.read(ReadEnd::failed), "") << at;
        EXPECT_EQ(pair.client.error().rc(), errc::connection_lost);
        EXPECT_NE(pair.words(), "");
        pair.pass_to_server();
        EXPECT_NE(pair.server.words(), "") << "an alert tells the peer";
    }
}

TEST(TlsMachine, APeerThatAsksWithoutEndAndDoesNotReadTheAnswersFails) {
    TlsPair pair;
    ASSERT_EQ(pair.shake_hands(), Progress::up);
    pair.pass_to_client();
    int changes = 0;
    for (; changes < 100'000 && !pair.client.error(); ++changes) {
        pair.server.change_keys();
        pair.put(pair.server.unsent());
        char room[10];
        EXPECT_EQ(pair.client.read(room).count, 0u);
    }
    EXPECT_GT(changes, 1000);
    EXPECT_LT(pair.client.unsent().size(), 2 * TlsMachine::most_unsent);
    EXPECT_EQ(pair.words(), "TLS: the peer does not read what it makes us answer");
}

}  // namespace
}  // namespace txcouchbase::net
