// Results on other threads than their connection's: moved there, copied there, destroyed there.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

/// Takes results on a thread of its own, reads them, and destroys them there.
class Reader {
public:
    ~Reader() { finish(); }

    void take(ValueResult result) {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(result));
        changed_.notify_one();
    }
    void finish() {
        {
            const std::lock_guard lock{mutex_};
            is_finished_ = true;
            changed_.notify_one();
        }
        if (thread_.joinable()) thread_.join();
    }
    /// Valid after finish().
    int right() const noexcept { return right_; }

private:
    void run() {
        for (std::unique_lock lock{mutex_}; !is_finished_ || !waiting_.empty();) {
            changed_.wait(lock, [this] { return is_finished_ || !waiting_.empty(); });
            std::vector<ValueResult> taken;
            taken.swap(waiting_);
            lock.unlock();
            for (const ValueResult& result : taken) {
                const ValueResult copy = result;
                if (copy.bytes() == "value of " + std::string{copy.key()}) ++right_;
            }
            taken.clear();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ValueResult> waiting_;
    bool is_finished_ = false;
    int right_ = 0;
    std::thread thread_{[this] { run(); }};
};

class ResultsThreads : public ServerTest {};

TEST_F(ResultsThreads, ResultsAreReadCopiedAndDestroyedOnAnotherThreadWhileTheConnectionReceives) {
    constexpr int keys = 100;
    constexpr int gets = 20'000;
    for (int i = 0; i < keys; ++i) {
        const std::string key = "k" + std::to_string(i);
        ASSERT_TRUE(succeeded(end_of(witness.set(key, "value of " + key, {.format = Format::utf8}))));
    }
    Reader reader;
    int ended = 0;
    {
        TxAsyncConnection cb{io, server.url()};
        int issued = 0;
        std::function<void()> issue = [&] {
            cb.get("k" + std::to_string(issued++ % keys)).callback([&](ValueResult&& result) {
                ++ended;
                reader.take(std::move(result));
                if (issued < gets) issue();
            });
        };
        for (int i = 0; i < 50; ++i) issue();
        run_until(io, [&] { return ended == gets; });
    }
    reader.finish();
    EXPECT_EQ(reader.right(), gets);
}

TEST_F(ResultsThreads, AFailureAndItsErrorTravelToAnotherThreadToo) {
    const auto end = end_of(witness.get("missing"));
    std::string words;
    std::thread{[&, error = error_of(end), failure = end.failure()] {
        words = error.message() + failure.what();
    }}.join();
    EXPECT_NE(words.find("missing"), std::string::npos);
}

TEST_F(ResultsThreads, PostIsTheDoorForOtherThreads) {
    TxAsyncConnection cb{io, server.url()};
    std::optional<Outcome<OperationResult>> end;
    std::thread{[&] {
        cb.post([&](TxAsyncConnection& handle) {
            TxAsyncConnection::defer(handle.set("k", "v")).add_both([&](Outcome<OperationResult> outcome) {
                end.emplace(std::move(outcome));
            });
        });
    }}.join();
    EXPECT_FALSE(end) << "nothing runs on the other thread";
    run_until(io, [&] { return end.has_value(); });
    EXPECT_TRUE(succeeded(*end));
}

// One connection for each io_context is how more cores are used.
TEST_F(ResultsThreads, ConnectionsOfSeveralLoopsHaveNothingInCommon) {
    constexpr int operations = 500;
    std::array<int, 3> stored{};
    std::vector<std::thread> threads;
    for (int& count : stored)
        threads.emplace_back([&count, url = server.url()] {
            boost::asio::io_context loop{1};
            Connection cb{loop, url};
            for (int i = 0; i < operations; ++i)
                cb.set("k", i).add_callback([&count](const OperationResult&) { ++count; });
            cb.get("k").finally([&cb] { cb.close(); });  // on the same key, so it is answered last
            loop.run();
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(stored, testing::Each(operations));
}

// Run under tsan: the loop's thread copies and drops handles all the while.
TEST_F(ResultsThreads, PostIsSafeWhileTheLoopsThreadUsesTheConnection) {
    constexpr int tasks = 5'000;
    TxAsyncConnection cb{io, server.url()};
    int arrived = 0;
    std::thread poster{[&] {
        for (int i = 0; i < tasks; ++i)
            cb.post([&, i](TxAsyncConnection& handle) {
                handle.set("k", i).callback([&, kept = handle](OperationResult&&) { ++arrived; });
            });
    }};
    run_until(io, [&] {
        const TxAsyncConnection copied{cb};
        return arrived == tasks;
    });
    poster.join();
}

}  // namespace
}  // namespace txcouchbase::test
