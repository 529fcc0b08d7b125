// SPDX-License-Identifier: Apache-2.0
#include "net/receive_buffer.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <string>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/frames.hpp"
#include "tests/unit/net/random.hpp"
#include "tests/unit/net/receive_reading.hpp"

namespace txcouchbase::net {
namespace {

constexpr std::size_t whole = 1U << 30;

std::string many_replies(std::size_t count, std::size_t size) {
    std::string stream;
    for (std::uint32_t i = 0; i < count; ++i) stream += reply_of_size(size, i);
    return stream;
}

void skip_frames(ReceiveBuffer& buffer, ByteView stream, std::size_t piece = whole) {
    receive_frames(buffer, stream, piece, [](const protocol::Frame&) {});
}

/// Whether every read was spent on this one block.
std::set<const char*> rooms_of(ReceiveBuffer& buffer, ByteView frame, int times) {
    std::set<const char*> rooms;
    for (int i = 0; i < times; ++i) {
        rooms.insert(buffer.prepare().data());
        skip_frames(buffer, frame);
    }
    return rooms;
}

TEST(ReceiveBuffer, GivesTheSameFramesHoweverTheyWereCut) {
    const std::vector<std::string> frames{reply_of_size(24, 1),     reply_of_size(60, 2),
                                          reply_of_size(5'000, 3),  reply_of_size(24, 4),
                                          reply_of_size(12'288, 5), reply_of_size(12'289, 6),
                                          reply_of_size(24, 7),     reply_of_size(100'000, 8),
                                          reply_of_size(25, 9),     reply_of_size(40'000, 10)};
    for (const std::size_t piece : {1U, 2U, 3U, 23U, 24U, 25U, 1000U, 4096U, 16384U, 1U << 20}) {
        ReceiveBuffer buffer;
        std::vector<std::string> seen;
        receive_frames(buffer, joined(frames), piece,
                       [&](const protocol::Frame& frame) { seen.emplace_back(frame.bytes()); });
        EXPECT_EQ(seen, frames) << "in pieces of " << piece;
    }
}

TEST(ReceiveBuffer, UsesAnUnpinnedBlockAgainFromItsFront) {
    ReceiveBuffer buffer;
    EXPECT_EQ(rooms_of(buffer, reply_of_size(60, 1), 1000).size(), 1U);
}

TEST(ReceiveBuffer, AllocatesNothingInSteadyState) {
    ReceiveBuffer buffer;
    const std::string batch = many_replies(100, 70);
    const auto receive_batch = [&] {
        receive_frames(buffer, batch, whole, [&](const protocol::Frame& frame) {
            KeptResult{buffer, frame.value(), "a key of twenty-two byt"};
        });
    };
    for (int i = 0; i < 10; ++i) receive_batch();
    const std::size_t before = allocations();
    for (int i = 0; i < 100; ++i) receive_batch();
    EXPECT_EQ(allocations(), before);
}

TEST(ReceiveBuffer, GoesOnBehindWhatIsStillPinned) {
    ReceiveBuffer buffer;
    std::deque<KeptResult> kept;
    for (std::uint32_t i = 0; i < 20; ++i)
        receive_frames(buffer, reply_of_size(60, i), whole,
                       [&](const protocol::Frame& frame) { kept.emplace_back(buffer, frame.value(), "k"); });
    for (std::uint32_t i = 0; i < 20; ++i)
        EXPECT_EQ(kept[i].value(), std::string(36, static_cast<char>('a' + i))) << i;
}

TEST(ReceiveBuffer, GrowsWhenReadsFillItAndNotBeyondTheLargestBlock) {
    ReceiveBuffer buffer;
    const std::size_t first = buffer.prepare().size();
    EXPECT_LE(first, ReceiveBuffer::first_block);
    skip_frames(buffer, many_replies(20'000, 60));
    const std::size_t grown = buffer.prepare().size();
    EXPECT_GT(grown, 8 * first);
    EXPECT_LE(grown, ReceiveBuffer::largest_block);
}

TEST(ReceiveBuffer, GrowsAlsoWhenFramesFillABlockToTheLastByte) {
    ReceiveBuffer buffer;
    const std::size_t first = buffer.prepare().size();
    skip_frames(buffer, reply_of_size(first, 1));
    EXPECT_GT(buffer.prepare().size(), first);
}

TEST(ReceiveBuffer, StaysSmallForSmallTraffic) {
    ReceiveBuffer buffer;
    for (int i = 0; i < 1000; ++i) skip_frames(buffer, reply_of_size(500, 1));
    EXPECT_LE(buffer.prepare().size(), ReceiveBuffer::first_block);
}

TEST(ReceiveBuffer, LeavesARestOfABlockThatWouldWasteARead) {
    ReceiveBuffer buffer;
    const std::size_t room = buffer.prepare().size();
    std::deque<KeptResult> kept;
    receive_frames(buffer, reply_of_size(room - 100, 1), whole,
                   [&](const protocol::Frame& frame) { kept.emplace_back(buffer, frame.value(), ""); });
    EXPECT_GT(buffer.prepare().size(), 2'000U);
}

TEST(ReceiveBuffer, GivesALargeFrameABlockOfItsOwnSize) {
    ReceiveBuffer buffer;
    const std::string large = reply_of_size(1'000'000, 3);
    const std::string stream = large + many_replies(100, 60);
    const std::size_t before = bytes_held();
    std::deque<KeptResult> kept;
    receive_frames(buffer, stream, whole, [&](const protocol::Frame& frame) {
        if (frame.size() == large.size()) kept.emplace_back(buffer, frame.value(), "its key");
    });
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_TRUE(kept[0].is_key_placed());
    EXPECT_EQ(kept[0].value(), ByteView{large}.substr(protocol::header_size));
    EXPECT_LT(bytes_held() - before, large.size() + ReceiveBuffer::largest_block + 4096);
}

TEST(ReceiveBuffer, ReadsNoMoreThanTheLargeFrameIntoItsBlock) {
    ReceiveBuffer buffer;
    const std::string large = reply_of_size(100'000, 3);
    skip_frames(buffer, ByteView{large}.substr(0, 24));
    EXPECT_EQ(buffer.prepare().size(), large.size() - 24);
}

TEST(ReceiveBuffer, PinsKeepTheirBytesWhenTheBufferIsGone) {
    std::deque<KeptResult> kept;
    {
        ReceiveBuffer buffer;
        receive_frames(buffer, many_replies(3'000, 500), 10'000, [&](const protocol::Frame& frame) {
            if (frame.opaque() % 7 == 0)
                kept.emplace_back(buffer, frame.value(), "key " + std::to_string(frame.opaque()));
        });
    }
    ASSERT_EQ(kept.size(), 429U);
    for (std::uint32_t i = 0; i < kept.size(); ++i) {
        EXPECT_EQ(kept[i].value(), std::string(476, static_cast<char>('a' + 7 * i % 26)));
        EXPECT_EQ(kept[i].key(), "key " + std::to_string(7 * i));
    }
}

TEST(ReceiveBuffer, ReleasesEveryBlockWithTheLastPin) {
    const std::size_t before = bytes_held();
    {
        std::deque<KeptResult> kept;
        ReceiveBuffer buffer;
        receive_frames(buffer, many_replies(3'000, 500), 10'000,
                       [&](const protocol::Frame& frame) { kept.emplace_back(buffer, frame.value(), "k"); });
    }
    EXPECT_EQ(bytes_held(), before);
}

// Replies to mutations are short and their keys may be long: the keys then need more room than the frames.
TEST(ReceiveBuffer, PlacedKeysAndReceivedFramesNeverOverlap) {
    for (const std::size_t key_size : {1U, 40U, 130U, 250U}) {
        ReceiveBuffer buffer;
        std::deque<KeptResult> kept;
        std::size_t refused = 0;
        for (std::uint32_t i = 0; i < 2'000; ++i) {
            const std::string key(key_size, static_cast<char>('A' + i % 26));
            receive_frames(buffer, reply_of_size(24 + i % 3, i), whole, [&](const protocol::Frame& frame) {
                kept.emplace_back(buffer, frame.value(), key);
            });
            if (!kept.back().is_key_placed()) ++refused;
        }
        for (std::uint32_t i = 0; i < kept.size(); ++i) {
            EXPECT_EQ(kept[i].value(), std::string(i % 3, static_cast<char>('a' + i % 26)));
            if (kept[i].is_key_placed()) {
                EXPECT_EQ(kept[i].key(), std::string(key_size, static_cast<char>('A' + i % 26))) << i;
            }
        }
        EXPECT_LT(refused, kept.size() / 10);
    }
}

TEST(ReceiveBuffer, PlacesUntilTheBlockIsFullAndThenRefuses) {
    ReceiveBuffer buffer;
    skip_frames(buffer, reply_of_size(60, 1));
    std::size_t placed = 0;
    while (buffer.place(std::string(250, 'k')) != nullptr) placed += 250;
    EXPECT_GT(placed, ReceiveBuffer::first_block / 5);
    EXPECT_LE(placed, ReceiveBuffer::first_block - 60);
}

TEST(ReceiveBuffer, HasRoomForKeysAgainWhenItsBlockStartsOver) {
    ReceiveBuffer buffer;
    for (int turn = 0; turn < 3; ++turn) {
        skip_frames(buffer, reply_of_size(60, 1));
        while (buffer.place(std::string(250, 'k')) != nullptr) {
        }
        EXPECT_GE(buffer.prepare().size(), 10'000U) << "in turn " << turn;
    }
}

TEST(ReceiveBuffer, PlacesAnEmptyKeySomewhere) {
    ReceiveBuffer buffer;
    skip_frames(buffer, reply_of_size(60, 1));
    EXPECT_NE(buffer.place(""), nullptr);
}

TEST(ReceiveBuffer, ForgetsTheUnreadBytesOfALostConnection) {
    for (const std::size_t size : {60U, 12'000U, 100'000U}) {
        const std::string frame = reply_of_size(size, 1);
        for (const std::size_t cut : {std::size_t{1}, std::size_t{23}, std::size_t{24}, size - 1}) {
            ReceiveBuffer buffer;
            skip_frames(buffer, ByteView{frame}.substr(0, cut));
            buffer.clear();
            EXPECT_TRUE(buffer.unread().empty());
            std::vector<std::string> seen;
            receive_frames(buffer, many_replies(50, 900), 333,
                           [&](const protocol::Frame& f) { seen.emplace_back(f.bytes()); });
            EXPECT_EQ(joined(seen), many_replies(50, 900)) << size << " cut at " << cut;
        }
    }
}

TEST(ReceiveBuffer, ASmallResultDoesNotKeepTheBlockOfALargeValueWhoseConnectionWasLost) {
    ReceiveBuffer buffer;
    const std::size_t before = bytes_held();
    std::deque<KeptResult> kept;
    skip_frames(buffer, ByteView{reply_of_size(20'000'000, 1)}.substr(0, 30'000));
    EXPECT_GT(bytes_held() - before, 20'000'000U);
    buffer.clear();
    receive_frames(buffer, reply_of_size(60, 2), whole,
                   [&](const protocol::Frame& frame) { kept.emplace_back(buffer, frame.value(), "k"); });
    EXPECT_EQ(kept.at(0).value(), std::string(36, 'c'));
    EXPECT_LE(bytes_held() - before, 2 * ReceiveBuffer::first_block + 4'096);
}

TEST(ReceiveBuffer, KeepsEveryByteUnderARandomLoad) {
    struct Expected {
        std::string value, key;
        KeptResult kept;
    };
    Random random{20'241};
    ReceiveBuffer buffer;
    std::deque<Expected> held;
    for (std::uint32_t i = 0; i < 5'000; ++i) {
        const std::size_t size = protocol::header_size + random.below(random.one_in(50) ? 60'000 : 200);
        const std::string key(random.below(251), static_cast<char>('A' + i % 26));
        receive_frames(buffer, reply_of_size(size, i), 1 + random.below(30'000),
                       [&](const protocol::Frame& frame) {
                           held.push_back({std::string{frame.value()}, key, {buffer, frame.value(), key}});
                       });
        while (held.size() > random.below(300)) {
            const Expected& oldest = held.front();
            ASSERT_EQ(oldest.kept.value(), oldest.value);
            ASSERT_EQ(oldest.kept.key(), oldest.kept.is_key_placed() ? oldest.key : "");
            held.pop_front();
        }
    }
}

}  // namespace
}  // namespace txcouchbase::net
