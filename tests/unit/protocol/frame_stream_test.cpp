// How frames come out of a stream that arrives in pieces, breaks off, or turns into rubbish.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "protocol/frame_reader.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

/// A receiver as a session is one: keeps what is unread, and reads again when enough has come.
class Stream {
public:
    explicit Stream(Receiver receiver) : reader_(receiver) {}

    ReadOutcome feed(ByteView piece) {
        unread_ += piece;
        // An exact copy, so that a reader that peeks behind the received bytes is caught.
        const ExactBytes exact{unread_};
        ByteView rest = exact.view();
        Frame frame;
        ReadOutcome outcome = ReadOutcome::need_more;
        while ((outcome = reader_.next(rest, frame)) == ReadOutcome::frame) {
            frames_.emplace_back(frame.bytes());
            rest.remove_prefix(frame.size());
        }
        unread_ = rest;
        return outcome;
    }

    const std::vector<std::string>& frames() const { return frames_; }
    const std::string& unread() const { return unread_; }
    const FrameReader& reader() const { return reader_; }

private:
    FrameReader reader_;
    std::string unread_;
    std::vector<std::string> frames_;
};

std::vector<std::string> all_frames() {
    std::vector<std::string> frames;
    for (const FrameVector& vector : frame_vectors()) frames.push_back(vector.bytes);
    return frames;
}

std::string joined(const std::vector<std::string>& frames) {
    std::string bytes;
    for (const std::string& frame : frames) bytes += frame;
    return bytes;
}

TEST(FrameStream, AllVectorsInOneBufferComeOutOneByOne) {
    Stream stream{Receiver::any};
    EXPECT_EQ(stream.feed(joined(all_frames())), ReadOutcome::need_more);
    EXPECT_EQ(stream.frames(), all_frames());
    EXPECT_EQ(stream.reader().need_total(), header_size);
}

TEST(FrameStream, RandomPiecesGiveTheSameFramesWhateverTheCuts) {
    const std::string bytes = joined(all_frames());
    for (unsigned seed = 1; seed <= 30; ++seed) {
        std::mt19937 random{seed};
        // From mostly tiny pieces to pieces that hold several frames.
        std::uniform_int_distribution<std::size_t> length{0, std::size_t{1} << (seed % 12)};
        Stream stream{Receiver::any};
        for (std::size_t at = 0; at < bytes.size();) {
            const ByteView piece = ByteView{bytes}.substr(at, length(random));
            at += piece.size();
            ASSERT_EQ(stream.feed(piece), ReadOutcome::need_more) << "seed " << seed;
        }
        ASSERT_EQ(stream.frames(), all_frames()) << "seed " << seed;
    }
}

TEST(FrameStream, EachEndReadsTheFramesOfItsOwnDirection) {
    for (const Receiver receiver : {Receiver::client, Receiver::server}) {
        std::vector<std::string> expected;
        for (const FrameVector& vector : frame_vectors())
            if (vector.receiver == receiver) expected.push_back(vector.bytes);
        Stream stream{receiver};
        EXPECT_EQ(stream.feed(joined(expected)), ReadOutcome::need_more);
        EXPECT_EQ(stream.frames(), expected);
    }
}

TEST(FrameStream, AStreamThatBreaksOffKeepsItsWholeFramesAndTheRest) {
    const std::vector<std::string> frames = all_frames();
    std::size_t begin = 0;
    const std::string bytes = joined(frames);
    for (std::size_t i = 0; i < frames.size(); begin += frames[i++].size()) {
        const std::size_t half = begin + frames[i].size() / 2;
        Stream stream{Receiver::any};
        ASSERT_EQ(stream.feed(ByteView{bytes}.substr(0, half)), ReadOutcome::need_more);
        ASSERT_EQ(stream.frames().size(), i);
        ASSERT_EQ(stream.unread(), bytes.substr(begin, half - begin));
        ASSERT_GT(stream.reader().need_total(), stream.unread().size());
    }
}

TEST(FrameStream, RubbishInTheMiddleFailsBehindTheLastGoodFrameAndForGood) {
    const std::vector<std::string> frames = all_frames();
    Stream stream{Receiver::any};
    EXPECT_EQ(stream.feed(frames[0] + frames[1] + "HTTP/1.1 400 Bad Request\r\n\r\n"), ReadOutcome::failed);
    EXPECT_EQ(stream.reader().error(), FrameError::bad_magic);
    EXPECT_EQ(stream.frames().size(), 2u);
    EXPECT_EQ(stream.feed(frames[2]), ReadOutcome::failed);
    EXPECT_EQ(stream.frames().size(), 2u);
}

TEST(FrameStream, RandomBytesNeverCrashTheReaderNorPassItsLimit) {
    std::mt19937 random{20};
    constexpr std::size_t limit = 4096;
    for (int round = 0; round < 20'000; ++round) {
        const FrameVector& vector = frame_vectors()[random() % frame_vectors().size()];
        std::string bytes = vector.bytes;
        for (auto flips = random() % 8; flips > 0; --flips)
            bytes[random() % std::min<std::size_t>(bytes.size(), 64)] = static_cast<char>(random());
        const ExactBytes exact{ByteView{bytes}.substr(0, random() % (bytes.size() + 1))};
        FrameReader reader{Receiver::any, limit};
        Frame frame;
        const ReadOutcome outcome = reader.next(exact.view(), frame);
        ASSERT_EQ(outcome == ReadOutcome::failed, reader.error() != FrameError::none);
        if (outcome == ReadOutcome::need_more) {
            ASSERT_GT(reader.need_total(), exact.view().size());
            ASSERT_LE(reader.need_total(), limit);
        }
        if (outcome == ReadOutcome::frame) {
            ASSERT_EQ(frame.framing_extras().size() + frame.extras().size() + frame.key().size() +
                          frame.value().size(),
                      frame.size() - header_size);
        }
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
