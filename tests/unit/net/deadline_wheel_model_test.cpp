// SPDX-License-Identifier: Apache-2.0
// DeadlineWheel played against a sorted map of deadlines, and driven by one timer as a connection drives it.
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/net/random.hpp"
#include "tests/unit/net/wheel_time.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

class Model {
public:
    Model(std::uint32_t seed, Duration age) : random_(seed), time_(age) {}

    void step() {
        switch (random_.below(6)) {
            case 0:
            case 1:
            case 2: arm(); break;
            case 3: end(); break;
            default: pass_time();
        }
        move_timer();
    }

    bool is_empty() const { return deadlines_.empty(); }
    void pass_much_time() {
        time_.advance(1h * 24 * 50);
        expire();
    }

private:
    Duration some_duration() {
        if (random_.one_in(100)) return std::chrono::minutes{random_.below(30)};
        if (random_.one_in(10)) return std::chrono::milliseconds{random_.below(20'000)};
        return std::chrono::microseconds{random_.below(3'000'000)};
    }

    void arm() {
        const Duration timeout = some_duration();
        Operation& operation = time_.arm(timeout);
        ASSERT_EQ(operation.timeout, DeadlineWheel::ticks(timeout));
        deadlines_.emplace(time_.now() + operation.timeout * Duration{DeadlineWheel::tick}, &operation);
    }

    void end() {
        if (deadlines_.empty()) return;
        const auto at = std::next(deadlines_.begin(), random_.below(deadlines_.size()));
        time_.end(*at->second);
        deadlines_.erase(at);
    }

    // Some time passes, and the connection's timer fires in it whenever it is due.
    void pass_time() {
        const TimePoint until = time_.now() + some_duration();
        int wakes = 0;
        while (timer_ && *timer_ <= until) {
            // The system may be late. It is never early.
            time_.advance_to(std::max(time_.now(), *timer_) + std::chrono::microseconds{random_.below(100)});
            timer_.reset();
            expire();
            move_timer();
            ASSERT_LT(++wakes, 1'000) << "the loop spins";
        }
        time_.advance_to(std::max(time_.now(), until));
    }

    void expire() {
        for (Operation* const operation : time_.expired()) {
            const auto at = std::find_if(deadlines_.begin(), deadlines_.end(),
                                         [&](const auto& entry) { return entry.second == operation; });
            ASSERT_NE(at, deadlines_.end()) << "fired, though it was not armed";
            ASSERT_LE(at->first, time_.now()) << "fired early";
            deadlines_.erase(at);
        }
        if (!deadlines_.empty()) {
            ASSERT_GT(deadlines_.begin()->first + DeadlineWheel::tick, time_.now()) << "fired late";
        }
    }

    // As client/ does it: the timer stays as it is unless an earlier deadline was armed.
    void move_timer() {
        if (timer_ && !time_.wheel().is_earlier_armed()) return check_timer();
        timer_ = time_.wheel().next_expiry();
        check_timer();
    }
    void check_timer() {
        if (deadlines_.empty()) return;
        ASSERT_TRUE(timer_.has_value()) << "nobody will wake up for the next deadline";
        ASSERT_LE(*timer_, deadlines_.begin()->first + DeadlineWheel::tick) << "the timer fires late";
    }

    Random random_;
    WheelTime time_;
    std::multimap<TimePoint, Operation*> deadlines_;
    std::optional<TimePoint> timer_;
};

TEST(DeadlineWheelModel, AgreesWithASortedMapOfDeadlines) {
    const Duration almost_wrapped = DeadlineWheel::tick * ((std::int64_t{1} << 32) - 5'000);
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        Model model{seed, seed % 2 == 0 ? almost_wrapped : Duration{seed * 1234567ns}};
        for (int i = 0; i < 2'000; ++i) {
            model.step();
            if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << ", step " << i;
        }
        model.pass_much_time();
        EXPECT_TRUE(model.is_empty());
    }
}

}  // namespace
}  // namespace txcouchbase::net
