// SPDX-License-Identifier: Apache-2.0
// Thousands of random events against one machine. Script checks that every operation ends exactly once; here the
// server is played too, which answers what it has read, in any order and in any pieces.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/machine_script.hpp"
#include "tests/unit/net/random.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

class RandomLife {
public:
    explicit RandomLife(std::uint32_t seed) : random_(seed) {}

    void step() {
        switch (random_.below(18)) {
            case 0:
            case 1:
            case 2:
            case 3: submit(); break;
            case 4:
            case 5:
            case 6: write(); break;
            case 7:
            case 8:
            case 9:
            case 10: serve(); break;
            case 11: cancel(); break;
            case 12: script_.pass(std::chrono::milliseconds{random_.below(60)}); break;
            case 13: dial(); break;
            case 14:
                if (random_.one_in(40)) lose();
                break;
            case 15: withdraw(); break;
            case 16: resubmit(); break;
            default:
                if (random_.one_in(200)) script_.receive("rubbish");
        }
        if (script_.is_lost()) forget_connection();
        check();
    }

    /// The server answers all it has, and nothing is left.
    void finish() {
        while (script_.machine().in_flight() + script_.machine().held().used().operations != 0) {
            if (script_.machine().state() == KvMachine::State::down) dial();
            resubmit();
            script_.write();
            read_requests();
            while (!asked_.empty() || !stream_.empty()) serve();
        }
        script_.expect_in_flight(0);
    }

    std::size_t operations() const { return script_.records().size(); }
    int completed() const { return completed_; }
    /// Of the watched operations, how many were not told of, or told of twice.
    int untold() const { return watched_ - static_cast<int>(std::ranges::count(script_.watched(), ' ') / 2); }

private:
    void submit() {
        const std::string key = "k" + std::to_string(next_key_++);
        const Opcode opcode = random_.one_in(20) ? Opcode::stat : Opcode::get;
        const std::string value(random_.one_in(20) ? random_.below(20'000) : random_.below(100), 'v');
        const std::chrono::milliseconds timeout{1 + random_.below(random_.one_in(4) ? 50 : 10'000)};
        if (random_.one_in(10))
            script_.hold(key, timeout, value);
        else
            script_.submit(key, opcode, timeout, value);
        if (script_.was_refused()) return;
        if (random_.one_in(10)) {
            script_.watch(key);
            ++watched_;
        }
        if (random_.one_in(10)) script_.at_end(key, [this] { act_from_inside(); });
        script_.at_reply(key, [this] { ++completed_; });
    }

    // What a user's callback may do.
    void act_from_inside() {
        switch (random_.below(3)) {
            case 0: submit(); break;
            case 1: cancel(); break;
            default: script_.machine().arm_unwritten();
        }
    }

    // What was not sent yet may be taken back at any time, and held for any time.
    void withdraw() {
        script_.table().for_each([this](Operation& operation) {
            if (operation.state == OperationState::pending && !operation.is_written() && random_.one_in(8) &&
                script_.machine().may_hold(operation.frame().size()))
                script_.machine().withdraw(operation);
        });
    }
    void resubmit() {
        script_.table().for_each([this](Operation& operation) {
            if (operation.state == OperationState::held) script_.machine().resubmit(operation);
        });
    }

    void write() {
        script_.write(1 + random_.below(random_.one_in(3) ? 20'000 : 60));
        read_requests();
    }

    void cancel() {
        if (next_key_ == 0) return;
        const std::uint32_t back = 1 + random_.below(std::min<std::size_t>(next_key_, 60));
        const std::string key = "k" + std::to_string(next_key_ - back);
        for (auto at = script_.records().rbegin(); at != script_.records().rend(); ++at)
            if (at->key == key) return void(script_.cancel(key));
    }

    void dial() {
        if (script_.machine().state() != KvMachine::State::down) return;
        script_.connect();
        read_ = 0;
    }

    void lose() {
        if (script_.machine().state() == KvMachine::State::up) script_.lose();
    }
    void forget_connection() {
        asked_.clear();
        stream_.clear();
    }

    // The server reads whole frames off the wire.
    void read_requests() {
        const std::string& wire = script_.wire();
        protocol::FrameReader reader{protocol::Receiver::server};
        protocol::Frame frame;
        while (reader.next(ByteView{wire}.substr(read_), frame) == protocol::ReadOutcome::frame) {
            asked_.push_back({frame.opcode(), frame.opaque()});
            read_ += frame.size();
        }
        ASSERT_EQ(reader.error(), protocol::FrameError::none) << "the server reads no stream of frames";
    }

    // Answers one request, or sends some more of what it has to say.
    void serve() {
        if (!asked_.empty() && random_.one_in(2)) {
            const std::size_t chosen = random_.one_in(4) ? random_.below(asked_.size()) : 0;
            const auto [opcode, opaque] = asked_[chosen];
            asked_.erase(asked_.begin() + static_cast<std::ptrdiff_t>(chosen));
            if (random_.one_in(10)) {
                stream_ += reply_frame(opcode, opaque, {}, Status::etmpfail);
            } else if (opcode == Opcode::stat) {
                for (std::uint32_t i = random_.below(4); i > 0; --i)
                    stream_ += reply_frame(opcode, opaque, "1", Status::success, "name");
                stream_ += reply_frame(opcode, opaque);
            } else {
                stream_ += reply_frame(opcode, opaque,
                                       std::string(random_.below(random_.one_in(20) ? 40'000 : 80), 'r'));
            }
        }
        const std::size_t count = 1 + random_.below(random_.one_in(3) ? 30'000 : 40);
        const std::string part = stream_.substr(0, count);
        stream_.erase(0, part.size());
        script_.receive(part, 1 + random_.below(5'000));
    }

    void check() {
        std::size_t pending = 0;
        script_.table().for_each([&](const Operation& operation) {
            ASSERT_NE(operation.state, OperationState::completing);
            if (operation.state == OperationState::pending || operation.state == OperationState::held)
                ++pending;
            if (operation.state == OperationState::abandoned) {
                ASSERT_TRUE(operation.is_written());
                ASSERT_EQ(script_.machine().state(), KvMachine::State::up);
            }
        });
        const std::size_t held = script_.machine().held().used().operations;
        ASSERT_EQ(script_.machine().in_flight() + held, script_.table().in_use());
        ASSERT_LE(script_.machine().in_flight(), limits.operations);
        std::size_t unfinished = 0;
        for (auto at = script_.records().rbegin(); at != script_.records().rend(); ++at) {
            ASSERT_LE(at->ends, 1);
            if (at->ends == 0) ++unfinished;
            if (unfinished == pending && at->ends != 0) break;
        }
        ASSERT_EQ(unfinished, pending);
    }

    static constexpr PipelineLimits limits{.operations = 50, .bytes = 200'000};

    Random random_;
    Script script_{limits};
    struct Asked {
        Opcode opcode;
        std::uint32_t opaque;
    };
    std::vector<Asked> asked_;  // read and not answered, on this connection
    std::string stream_;        // said and not arrived
    std::size_t read_ = 0;      // of the wire
    std::uint32_t next_key_ = 0;
    int completed_ = 0;
    int watched_ = 0;
};

TEST(KvMachineRandom, EveryOperationEndsOnceAndNothingIsLost) {
    std::size_t operations = 0;
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        const std::size_t before = bytes_held();
        {
            RandomLife life{seed};
            for (int i = 0; i < 4'000; ++i) {
                life.step();
                if (testing::Test::HasFailure()) FAIL() << "seed " << seed << ", step " << i;
            }
            life.finish();
            operations += life.operations();
            EXPECT_GT(life.completed(), 100) << "the test plays too little";
            EXPECT_EQ(life.untold(), 0);
        }
        ASSERT_EQ(bytes_held(), before) << "seed " << seed << ": memory was lost";
    }
    EXPECT_GT(operations, 5'000U);
}

}  // namespace
}  // namespace txcouchbase::net
