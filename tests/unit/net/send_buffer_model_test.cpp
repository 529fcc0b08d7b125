// SPDX-License-Identifier: Apache-2.0
// SendBuffer played against a list of frames that anybody can follow, over thousands of random steps.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/random.hpp"
#include "tests/unit/net/send_frames.hpp"

namespace txcouchbase::net {
namespace {

class Model {
public:
    explicit Model(std::uint32_t seed) : random_(seed) {}
    ~Model() { finish(); }
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    void step() {
        switch (random_.below(10)) {
            case 0:
            case 1:
            case 2: append(); break;
            case 3:
            case 4: write(); break;
            case 5: kill(); break;
            case 6:
            case 7:
            case 8: release(); break;
            default:
                if (random_.one_in(20)) skip_partial();
        }
        check();
    }

    /// Everything is written and answered.
    void finish() {
        while (buffer_.has_unwritten() && !gathered(buffer_).empty()) write();
        while (!frames_.empty()) end(0);
    }

private:
    struct Frame {
        SentFrame sent;
        std::size_t written = 0;
        bool is_dead = false;
        bool is_cut = false;  // its connection ended in the middle of it

        bool is_pending() const { return !is_dead && !is_cut && written < sent.bytes.size(); }
    };

    void append() {
        if (frames_.size() > 60) return;
        const std::size_t body = random_.below(random_.one_in(30)  ? 100'000
                                               : random_.one_in(5) ? 3'000
                                                                   : 100);
        frames_.push_back({append_to(buffer_, protocol::header_size + body, next_opaque_++)});
    }

    void write() {
        const std::string offered = gathered(buffer_, 1 + random_.below(8));
        if (offered.empty()) return;
        std::size_t count = 1 + random_.below(random_.one_in(2) ? 40 : offered.size());
        count = std::min(count, offered.size());
        buffer_.on_written(count, {});
        for (Frame& frame : frames_) {
            if (!frame.is_pending()) continue;
            const std::size_t part = std::min(count, frame.sent.bytes.size() - frame.written);
            frame.written += part;
            count -= part;
        }
    }

    void kill() {
        if (frames_.empty()) return;
        Frame& frame = frames_[random_.below(frames_.size())];
        if (!frame.is_pending() || frame.written != 0) return;
        frame.is_dead = true;
        buffer_.kill(frame.sent.chunk, frame.sent.at);
        frame.sent.bytes[0] = '\0';
    }

    // An operation is over when its frame was killed, or when it was written and is answered or lost.
    void release() {
        if (frames_.empty()) return;
        const std::uint32_t index = random_.below(std::min<std::size_t>(frames_.size(), 20));
        const Frame& frame = frames_[index];
        if (frame.is_dead || frame.is_cut || frame.written == frame.sent.bytes.size()) end(index);
    }

    void end(std::size_t index) {
        EXPECT_EQ(frames_[index].sent.stored(), frames_[index].sent.bytes);
        buffer_.release(frames_[index].sent.chunk);
        frames_.erase(frames_.begin() + static_cast<std::ptrdiff_t>(index));
    }

    void skip_partial() {
        buffer_.skip_partial_frame();
        for (Frame& frame : frames_)
            if (frame.is_pending() && frame.written != 0) frame.is_cut = true;
    }

    void check() {
        std::string expected;
        std::vector<std::string> unbegun;
        for (const Frame& frame : frames_) {
            if (!frame.is_dead) {
                ASSERT_EQ(frame.sent.is_written(), frame.written != 0);
            }
            if (!frame.is_pending()) continue;
            expected += frame.sent.bytes.substr(frame.written);
            if (frame.written == 0) unbegun.push_back(frame.sent.bytes);
        }
        const std::string offered = gathered(buffer_, 1 + random_.below(5));
        ASSERT_EQ(offered.empty(), expected.empty());
        ASSERT_TRUE(expected.starts_with(offered));
        ASSERT_EQ(buffer_.has_unwritten(), !expected.empty());
        std::vector<std::string> visited;
        buffer_.for_each_unwritten([&](ByteView bytes) { visited.emplace_back(bytes); });
        ASSERT_EQ(visited, unbegun);
    }

    Random random_;
    SendBuffer buffer_;
    std::deque<Frame> frames_;
    std::uint32_t next_opaque_ = 0;
};

TEST(SendBufferModel, AgreesWithAPlainListOfFrames) {
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        const std::size_t before = bytes_held();
        {
            Model model{seed};
            for (int i = 0; i < 2'000; ++i) {
                model.step();
                if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << ", step " << i;
            }
        }
        ASSERT_EQ(bytes_held(), before) << "seed " << seed << ": memory was lost";
    }
}

}  // namespace
}  // namespace txcouchbase::net
