// SPDX-License-Identifier: Apache-2.0
#include "net/send_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/send_frames.hpp"

namespace txcouchbase::net {
namespace {

std::string joined_bytes(const std::vector<SentFrame>& frames) {
    std::string all;
    for (const SentFrame& frame : frames) all += frame.bytes;
    return all;
}

std::vector<SentFrame> append_many(SendBuffer& buffer, const std::vector<std::size_t>& sizes) {
    std::vector<SentFrame> frames;
    for (const std::size_t size : sizes)
        frames.push_back(append_to(buffer, size, static_cast<std::uint32_t>(frames.size())));
    return frames;
}

void release_all(SendBuffer& buffer, const std::vector<SentFrame>& frames) {
    for (const SentFrame& frame : frames) buffer.release(frame.chunk);
}

std::vector<std::string> unwritten_frames(const SendBuffer& buffer) {
    std::vector<std::string> frames;
    buffer.for_each_unwritten([&](ByteView bytes) { frames.emplace_back(bytes); });
    return frames;
}

/// Over several chunks, one of them larger than chunks usually are.
const std::vector<std::size_t> mixed_sizes{24, 30, 4'000, 100, 5'000, 24, 70'000, 25, 3'000, 24};

TEST(SendBuffer, HasNothingToWriteAtFirst) {
    SendBuffer buffer;
    EXPECT_FALSE(buffer.has_unwritten());
    EXPECT_EQ(gathered(buffer), "");
    EXPECT_TRUE(unwritten_frames(buffer).empty());
    buffer.skip_partial_frame();
    EXPECT_FALSE(buffer.has_unwritten());
}

TEST(SendBuffer, WritesTheFramesInOrderHoweverTheSocketCutsThem) {
    for (const std::size_t piece : {1U, 7U, 24U, 1000U, 4096U, 1U << 20}) {
        SendBuffer buffer;
        const std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
        EXPECT_EQ(write_out(buffer, 1U << 30, piece), joined_bytes(frames)) << "in pieces of " << piece;
        EXPECT_FALSE(buffer.has_unwritten());
        release_all(buffer, frames);
    }
}

TEST(SendBuffer, AFrameCountsAsWrittenFromItsFirstByteOn) {
    SendBuffer buffer;
    const std::vector<SentFrame> frames = append_many(buffer, {30, 40});
    EXPECT_FALSE(frames[0].is_written());
    buffer.on_written(1, {});
    EXPECT_TRUE(frames[0].is_written());
    buffer.on_written(29, {});
    EXPECT_FALSE(frames[1].is_written());
    buffer.on_written(1, {});
    EXPECT_TRUE(frames[1].is_written());
    release_all(buffer, frames);
}

TEST(SendBuffer, KeepsWrittenFramesUntilTheirOperationsAreOver) {
    SendBuffer buffer;
    const std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
    write_out(buffer);
    const std::vector<SentFrame> later = append_many(buffer, mixed_sizes);
    for (const SentFrame& frame : frames) EXPECT_EQ(frame.stored(), frame.bytes);
    EXPECT_EQ(gathered(buffer), joined_bytes(later));
    write_out(buffer);
    release_all(buffer, frames);
    release_all(buffer, later);
}

TEST(SendBuffer, OffersNoMorePiecesThanAreAskedFor) {
    SendBuffer buffer;
    const std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
    const std::string all = joined_bytes(frames);
    for (const std::size_t pieces : {1U, 2U, 3U}) {
        const std::string offered = gathered(buffer, pieces);
        EXPECT_FALSE(offered.empty());
        EXPECT_TRUE(all.starts_with(offered));
    }
    EXPECT_EQ(gathered(buffer, 0), "");
    write_out(buffer);
    release_all(buffer, frames);
}

TEST(SendBuffer, AKilledFrameIsNotSentWhereverItStands) {
    for (std::size_t killed = 0; killed < mixed_sizes.size(); ++killed) {
        SendBuffer buffer;
        std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
        buffer.kill(frames[killed].chunk, frames[killed].at);
        buffer.release(frames[killed].chunk);
        frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(killed));
        EXPECT_EQ(unwritten_frames(buffer).size(), frames.size());
        EXPECT_EQ(write_out(buffer, 1U << 30, 1000), joined_bytes(frames)) << "frame " << killed;
        release_all(buffer, frames);
    }
}

TEST(SendBuffer, NeighboursOfAPartlyWrittenFrameCanBeKilled) {
    for (const std::size_t written : {1U, 23U, 24U, 25U, 39U}) {
        SendBuffer buffer;
        const std::vector<SentFrame> frames = append_many(buffer, {40, 50, 60});
        const std::string first = write_out(buffer, written);
        buffer.kill(frames[1].chunk, frames[1].at);
        EXPECT_EQ(first + write_out(buffer), frames[0].bytes + frames[2].bytes);
        release_all(buffer, frames);
    }
}

TEST(SendBuffer, WithEveryFrameKilledThereIsNothingToWrite) {
    for (const bool forwards : {true, false}) {
        SendBuffer buffer;
        std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
        if (!forwards) std::reverse(frames.begin(), frames.end());
        for (const SentFrame& frame : frames) buffer.kill(frame.chunk, frame.at);
        EXPECT_FALSE(buffer.has_unwritten());
        EXPECT_EQ(gathered(buffer), "");
        release_all(buffer, frames);
        const SentFrame next = append_to(buffer, 100, 77);
        EXPECT_EQ(write_out(buffer), next.bytes);
        buffer.release(next.chunk);
    }
}

TEST(SendBuffer, TheRestOfAPartlyWrittenFrameIsSkipped) {
    const std::vector<std::size_t> sizes{30, 4'080, 50};
    const std::size_t total = 30 + 4'080 + 50;
    for (std::size_t written = 0; written <= total; ++written) {
        SendBuffer buffer;
        const std::vector<SentFrame> frames = append_many(buffer, sizes);
        write_out(buffer, written);
        buffer.skip_partial_frame();
        const std::size_t begun = written == 0 ? 0U : written <= 30 ? 1U : written <= 4'110 ? 2U : 3U;
        std::string rest;
        for (std::size_t i = begun; i < frames.size(); ++i) rest += frames[i].bytes;
        for (std::size_t i = 0; i < frames.size(); ++i)
            ASSERT_EQ(frames[i].is_written(), i < begun) << written;
        ASSERT_EQ(write_out(buffer), rest) << "after " << written << " bytes";
        release_all(buffer, frames);
    }
}

TEST(SendBuffer, DeadFramesBehindASkippedOneAreSkippedToo) {
    SendBuffer buffer;
    const std::vector<SentFrame> frames = append_many(buffer, {40, 50, 60});
    write_out(buffer, 10);
    buffer.kill(frames[1].chunk, frames[1].at);
    buffer.skip_partial_frame();
    EXPECT_EQ(write_out(buffer), frames[2].bytes);
    release_all(buffer, frames);
}

TEST(SendBuffer, VisitsTheFramesThatWereNotBegun) {
    SendBuffer buffer;
    const std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
    write_out(buffer, 24 + 10);
    buffer.kill(frames[4].chunk, frames[4].at);
    std::vector<std::string> expected;
    for (const std::size_t i : {2U, 3U, 5U, 6U, 7U, 8U, 9U}) expected.push_back(frames[i].bytes);
    EXPECT_EQ(unwritten_frames(buffer), expected);
    write_out(buffer);
    release_all(buffer, frames);
}

TEST(SendBuffer, AnsweredChunksAreUsedAgainSoThatASteadyLoadAllocatesNothing) {
    SendBuffer buffer;
    std::vector<SentFrame> before, now;
    before.reserve(100);
    now.reserve(100);
    const std::string frame = frame_of_size(60, 1);
    const auto turn = [&] {  // a hundred are written while the hundred before them are answered
        for (int i = 0; i < 100; ++i) {
            frame.copy(buffer.append(frame.size()), frame.size());
            now.push_back({buffer.tail(), 0, {}});
        }
        std::array<ByteView, 64> pieces;
        while (const std::size_t count = buffer.gather(pieces))
            for (std::size_t i = 0; i < count; ++i) buffer.on_written(pieces[i].size(), {});
        release_all(buffer, before);
        before.swap(now);
        now.clear();
    };
    for (int i = 0; i < 100; ++i) turn();
    const std::size_t allocated = allocations();
    for (int i = 0; i < 1'000; ++i) turn();
    EXPECT_EQ(allocations(), allocated);
    release_all(buffer, before);
}

TEST(SendBuffer, KillingAMillionQueuedFramesWalksOverEachOfThemOnce) {
    const std::string frame = frame_of_size(24, 1);
    for (const bool forwards : {true, false}) {
        SendBuffer buffer;
        std::vector<std::pair<SendChunk*, std::uint32_t>> frames(1'000'000);
        for (auto& [chunk, at] : frames) {
            char* const room = buffer.append(frame.size());
            frame.copy(room, frame.size());
            chunk = buffer.tail();
            at = static_cast<std::uint32_t>(room - chunk->data());
        }
        if (!forwards) std::reverse(frames.begin(), frames.end());
        const std::clock_t before = std::clock();
        for (const auto& [chunk, at] : frames) {
            buffer.kill(chunk, at);
            buffer.release(chunk);
        }
        // Some 2,700 lie in a chunk. Walking from its front for each took 5.5 s here, from where one was 0.1 s.
        EXPECT_LT(std::clock() - before, 3 * CLOCKS_PER_SEC) << (forwards ? "forwards" : "backwards");
        EXPECT_FALSE(buffer.has_unwritten());
    }
}

TEST(SendBuffer, OneUnansweredFrameInEachChunkHoldsNoMoreMemoryThanAllowed) {
    constexpr std::size_t most = 1'000'000;
    SendBuffer buffer{most};
    const std::size_t before = bytes_held();
    std::vector<SendChunk*> kept;
    bool is_refused = false;
    while (!is_refused && kept.size() < 1'000) {
        SendChunk* const last = kept.empty() ? nullptr : kept.back();
        const std::string frame = frame_of_size(1'000, 1);
        char* const room = buffer.append(frame.size());
        is_refused = room == nullptr;
        if (is_refused) break;
        frame.copy(room, frame.size());
        write_out(buffer);
        if (buffer.tail() == last)
            buffer.release(last);  // answered; the first of the chunk is not
        else
            kept.push_back(buffer.tail());
    }
    EXPECT_TRUE(is_refused);
    EXPECT_LE(bytes_held() - before, most + 64 * kept.size());
    for (SendChunk* const chunk : kept) buffer.release(chunk);
    EXPECT_NE(buffer.append(24), nullptr) << "answers make room again";
}

TEST(SendBuffer, FramesThatAreAllUnansweredHoldLessThanTwiceTheirBytesAndAChunk) {
    for (const std::size_t size : {24U, 100U, 21'846U, 32'769U, 65'500U, 65'536U, 70'000U, 1'000'000U}) {
        std::size_t bytes = 0;
        SendBuffer buffer{2 * 20'000'000 + SendBuffer::largest_chunk};
        std::vector<SendChunk*> chunks;
        for (std::uint32_t i = 0; bytes < 20'000'000; ++i) {
            const std::string frame = frame_of_size(i % 2 == 0 ? size : 25, i);
            char* const room = buffer.append(frame.size());
            ASSERT_NE(room, nullptr) << "of " << size << " bytes, after " << bytes;
            frame.copy(room, frame.size());
            chunks.push_back(buffer.tail());
            bytes += frame.size();
        }
        write_out(buffer);
        for (SendChunk* const chunk : chunks) buffer.release(chunk);
    }
}

TEST(SendBuffer, HoldsLittleMemoryOnceEverythingIsAnswered) {
    SendBuffer buffer;
    const std::size_t before = bytes_held();
    {
        std::vector<SentFrame> frames = append_many(buffer, std::vector<std::size_t>(1'000, 10'000));
        frames.push_back(append_to(buffer, 20'000'000, 1));
        write_out(buffer);
        release_all(buffer, frames);
    }
    EXPECT_LE(bytes_held() - before, 2 * SendBuffer::largest_chunk + 1'000);
}

TEST(SendBuffer, ReturnsAllMemoryWhenItEndsWithFramesUnwritten) {
    const std::size_t before = bytes_held();
    {
        SendBuffer buffer;
        const std::vector<SentFrame> frames = append_many(buffer, mixed_sizes);
        write_out(buffer, 5'000);
        release_all(buffer, frames);  // as a machine does that is closed: every operation is over
    }
    EXPECT_EQ(bytes_held(), before);
}

}  // namespace
}  // namespace txcouchbase::net
