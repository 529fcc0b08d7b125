// SPDX-License-Identifier: Apache-2.0
#include "net/loop_watch.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace txcouchbase::net {
namespace {

namespace asio = boost::asio;

class WatchedHost final : public SessionHost {
public:
    explicit WatchedHost(const asio::any_io_executor& executor) { watch.emplace(executor, *this); }

    TimePoint begin_turn() override { return {}; }
    void end_turn() override {}
    void on_up(KvSession&) override {}
    void on_connect_failed(KvSession&, const Error&) override {}
    void on_loop_gone() noexcept override {
        EXPECT_GT(references, 0) << "the host must live while it is told";
        ++gone;
        if (at_gone) at_gone();
    }
    void retain() noexcept override { ++references; }
    void release() noexcept override { --references; }

    std::optional<LoopWatch> watch;
    std::function<void()> at_gone;
    int references = 0;
    int gone = 0;
};

TEST(LoopWatch, TellsEveryHostOnceWhenTheLoopIsDestroyed) {
    std::optional<asio::io_context> io{std::in_place};
    WatchedHost a{io->get_executor()};
    WatchedHost b{io->get_executor()};
    EXPECT_EQ(a.gone + b.gone, 0);
    io.reset();
    EXPECT_EQ(a.gone, 1);
    EXPECT_EQ(b.gone, 1);
    EXPECT_EQ(a.references, 0);
}

TEST(LoopWatch, TellsNobodyWhoWentBefore) {
    std::optional<asio::io_context> io{std::in_place};
    WatchedHost gone_before{io->get_executor()};
    WatchedHost stays{io->get_executor()};
    gone_before.watch.reset();
    io.reset();
    EXPECT_EQ(gone_before.gone, 0);
    EXPECT_EQ(stays.gone, 1);
}

TEST(LoopWatch, ASeatThatWasLeftIsTakenAgain) {
    std::optional<asio::io_context> io{std::in_place};
    WatchedHost first{io->get_executor()};
    first.watch.reset();
    WatchedHost second{io->get_executor()};
    first.watch.emplace(io->get_executor(), first);
    io.reset();
    EXPECT_EQ(first.gone, 1);
    EXPECT_EQ(second.gone, 1);
}

TEST(LoopWatch, WhoIsToldMayStopWatchingAndStopOthersFromIt) {
    std::optional<asio::io_context> io{std::in_place};
    WatchedHost a{io->get_executor()};
    WatchedHost b{io->get_executor()};
    const auto stop_both = [&] {
        a.watch.reset();
        b.watch.reset();
    };
    a.at_gone = stop_both;
    b.at_gone = stop_both;
    io.reset();
    EXPECT_EQ(a.gone + b.gone, 1);
}

TEST(LoopWatch, KnowsTheLoopBehindAStrand) {
    std::optional<asio::io_context> io{std::in_place};
    WatchedHost host{asio::make_strand(*io)};
    io.reset();
    EXPECT_EQ(host.gone, 1);
}

TEST(LoopWatch, HostsOfSeveralThreadsComeAndGoInOneContext) {
    std::optional<asio::thread_pool> pool{std::in_place, 2};
    std::vector<std::unique_ptr<WatchedHost>> left(2);
    std::vector<std::thread> threads;
    for (auto& mine : left)
        threads.emplace_back([&pool, &mine] {
            for (int i = 0; i < 2'000; ++i) {
                mine = std::make_unique<WatchedHost>(pool->get_executor());
                if (i % 3 == 0) WatchedHost{pool->get_executor()};
            }
        });
    for (std::thread& thread : threads) thread.join();
    pool.reset();
    for (const auto& host : left) EXPECT_EQ(host->gone, 1);
}

}  // namespace
}  // namespace txcouchbase::net
