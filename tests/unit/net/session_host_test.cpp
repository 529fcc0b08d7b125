// SPDX-License-Identifier: Apache-2.0
#include "net/session_host.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace txcouchbase::net {
namespace {

class CountingHost final : public SessionHost {
public:
    TimePoint begin_turn() override { return {}; }
    void end_turn() override {}
    void on_up(KvSession&) override {}
    void on_connect_failed(KvSession&, const Error&) override {}
    void on_loop_gone() noexcept override {
        EXPECT_GT(references, 0) << "the host must live while it is told";
        ++gone;
    }
    void retain() noexcept override { ++references; }
    void release() noexcept override { --references; }

    int references = 0;
    int gone = 0;
};

TEST(LoopPass, KeepsItsHostWhileItTravels) {
    CountingHost host;
    {
        LoopPass pass{host};
        EXPECT_EQ(host.references, 1);
        LoopPass moved{std::move(pass)};
        EXPECT_EQ(host.references, 1);
        moved.arrive();
    }
    EXPECT_EQ(host.references, 0);
    EXPECT_EQ(host.gone, 0);
}

TEST(LoopPass, ThatNeverArrivesTellsItsHostOnce) {
    CountingHost host;
    {
        LoopPass pass{host};
        const LoopPass moved{std::move(pass)};
    }
    EXPECT_EQ(host.references, 0);
    EXPECT_EQ(host.gone, 1);
}

TEST(Through, CallsItsHandlerWithWhatItGetsWhileTheHostIsKept) {
    CountingHost host;
    int sum = 0;
    {
        auto handler = through(host, [&](int a, int b) {
            EXPECT_EQ(host.references, 1);
            sum = a + b;
        });
        handler(1, 2);
    }
    EXPECT_EQ(sum, 3);
    EXPECT_EQ(host.references, 0);
    EXPECT_EQ(host.gone, 0);
}

TEST(Through, AHandlerThatNeverRunsMeansThatTheLoopIsGone) {
    CountingHost host;
    {
        [[maybe_unused]] const auto handler = through(host, [] { FAIL(); });
    }
    EXPECT_EQ(host.gone, 1);
    EXPECT_EQ(host.references, 0);
}

TEST(Through, TakesHandlersThatCanOnlyBeMoved) {
    CountingHost host;
    int seen = 0;
    auto handler = through(host, [value = std::make_unique<int>(7), &seen] { seen = *value; });
    auto moved = std::move(handler);
    moved();
    EXPECT_EQ(seen, 7);
}

}  // namespace
}  // namespace txcouchbase::net
