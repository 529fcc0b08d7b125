// SPDX-License-Identifier: Apache-2.0
#include "net/http_pool.hpp"

#include <gmock/gmock.h>

#include "tests/unit/net/http_fixture.hpp"

namespace txcouchbase::net {
namespace {

/// An exchange with what came of it.
struct Asking {
    explicit Asking(HttpHost& host) : record(host), exchange(record) {}

    bool is_over() const { return record.ends != 0; }

    HttpRecord record;
    HttpExchange exchange;
};

class HttpPools : public SessionTest {
protected:
    static constexpr HttpTimes patient{std::chrono::seconds{30}, std::chrono::seconds{30},
                                       std::chrono::seconds{30}};

    ~HttpPools() override {
        if (pool) pool->stop();
        peer.reset();
        io.reset();
    }
    void make(PoolLimits limits = {}) {
        pool.emplace(io->get_executor(), http_host, patient, Security{}, limits);
        http_host.at_loop_gone = [this] { pool->stop(); };
    }
    /// Answers with the target, or not at all yet.
    void serve() {
        peer->on_accept([this](PeerConnection& connection) {
            ++connections;
            connection.hear([this, &connection, input = std::string{}](ByteView bytes) mutable {
                input += bytes;
                if (input.find("\r\n\r\n") == std::string::npos) return;
                const std::string target = input.substr(4, input.find(' ', 4) - 4);
                input.clear();
                heard.push_back(target);
                const auto answer = [&connection, target] { connection.send(http_answer(target)); };
                holds ? held.push_back(answer) : answer();
            });
        });
    }
    void answer_held() {
        for (const auto& answer : std::exchange(held, {})) answer();
    }
    Error begin(Asking& asking, const std::string& target) {
        return pool->begin(asking.exchange, {"127.0.0.1", peer->port(), false}, {.target = target});
    }
    void ask(Asking& asking, const std::string& target) {
        const Error error = begin(asking, target);
        EXPECT_FALSE(error) << error.message();
    }

    HttpHost http_host;
    std::optional<HttpPool> pool;
    std::vector<std::string> heard;
    std::vector<std::function<void()>> held;
    bool holds = false;
    int connections = 0;
    int closing = 0;  // connections up to this number close early
};

TEST_F(HttpPools, AConnectionIsUsedAgain) {
    serve();
    make();
    for (const char* const target : {"/a", "/b", "/c"}) {
        Asking asking{http_host};
        ask(asking, target);
        EXPECT_TRUE(asking.exchange.is_running());
        ASSERT_TRUE(runs_until([&] { return asking.is_over(); }));
        EXPECT_EQ(asking.record.body, target);
        EXPECT_FALSE(asking.exchange.is_running());
    }
    EXPECT_EQ(connections, 1);
    EXPECT_EQ(pool->connections(), 0U);
}

TEST_F(HttpPools, ThoseThatFindNoConnectionWaitForOneInOrder) {
    serve();
    holds = true;
    make({.per_origin = 2});
    std::vector<std::unique_ptr<Asking>> all;
    for (const char* const target : {"/1", "/2", "/3", "/4"}) {
        all.push_back(std::make_unique<Asking>(http_host));
        ask(*all.back(), target);
    }
    EXPECT_EQ(pool->connections(), 2U);
    EXPECT_EQ(pool->waiting(), 2U);
    ASSERT_TRUE(runs_until([&] { return held.size() == 2; }));
    answer_held();
    ASSERT_TRUE(runs_until([&] { return held.size() == 2; }));
    EXPECT_THAT(std::vector(heard.begin() + 2, heard.end()), testing::UnorderedElementsAre("/3", "/4"));
    answer_held();
    ASSERT_TRUE(runs_until([&] { return all[2]->is_over() && all[3]->is_over(); }));
    EXPECT_EQ(connections, 2);
}

TEST_F(HttpPools, NoMoreWaitThanMay) {
    serve();
    holds = true;
    make({.per_origin = 1, .waiting = 1});
    Asking one{http_host};
    Asking two{http_host};
    Asking three{http_host};
    ask(one, "/1");
    ask(two, "/2");
    EXPECT_EQ(begin(three, "/3").rc(), errc::queue_full);
    EXPECT_FALSE(three.exchange.is_running());
    two.exchange.cancel();
    ask(three, "/3");
}

TEST_F(HttpPools, WhatCannotBeAskedIsRefusedAtOnceAlsoWhereItWouldWait) {
    serve();
    make({.per_origin = 1});
    Asking one{http_host};
    Asking bad{http_host};
    EXPECT_EQ(begin(bad, "/a b").rc(), errc::argument);
    ask(one, "/1");
    EXPECT_EQ(begin(bad, "/a b").rc(), errc::argument);
    EXPECT_EQ(pool->waiting(), 0U);
}

TEST_F(HttpPools, OneThatIsCancelledMakesRoomForTheNext) {
    serve();
    holds = true;
    make({.per_origin = 1});
    Asking next{http_host};
    {
        Asking first{http_host};
        ask(first, "/1");
        ask(next, "/2");
        ASSERT_TRUE(runs_until([&] { return !held.empty(); }));
    }  // with its life
    ASSERT_TRUE(runs_until([&] { return heard.size() == 2; }));
    held.back()();
    ASSERT_TRUE(runs_until([&] { return next.is_over(); }));
    EXPECT_EQ(next.record.body, "/2");
    EXPECT_EQ(connections, 2) << "what was under way on the first connection is not read on";
}

TEST_F(HttpPools, WhenAKeptConnectionIsClosedJustThenItIsAskedOnceMore) {
    peer->on_accept([this](PeerConnection& connection) {
        ++connections;
        connection.hear([this, &connection, asked = 0](ByteView bytes) mutable {
            if (bytes.find("\r\n\r\n") == ByteView::npos) return;
            heard.emplace_back(bytes.substr(0, bytes.find('\r')));
            // The first connection serves once, the others as long as the test likes.
            if (++asked == 2 && connections <= closing) return connection.close();
            connection.send(http_answer("it"));
        });
    });
    make();
    closing = 1;
    for (int i = 0; i < 2; ++i) {
        Asking asking{http_host};
        ask(asking, "/");
        ASSERT_TRUE(runs_until([&] { return asking.is_over(); }));
        EXPECT_EQ(asking.record.body, "it") << asking.record.error.message();
    }
    EXPECT_EQ(connections, 2);
    EXPECT_EQ(heard.size(), 3U);
}

TEST_F(HttpPools, WhatMayNotBeRepeatedIsNot) {
    peer->on_accept([](PeerConnection& connection) {
        connection.hear([&connection, asked = 0](ByteView) mutable {
            ++asked == 1 ? connection.send(http_answer("it")) : connection.close();
        });
    });
    make();
    Asking first{http_host};
    ask(first, "/");
    ASSERT_TRUE(runs_until([&] { return first.is_over(); }));
    Asking second{http_host};
    ASSERT_FALSE(pool->begin(second.exchange, {"127.0.0.1", peer->port(), false},
                             {.target = "/", .may_repeat = false}));
    ASSERT_TRUE(runs_until([&] { return second.is_over(); }));
    EXPECT_EQ(second.record.error.rc(), errc::connection_lost);
}

TEST_F(HttpPools, OnePausedBeforeItHasAConnectionIsNotRead) {
    serve();
    make({.per_origin = 1});
    Asking first{http_host};
    Asking second{http_host};
    ask(first, "/1");
    ask(second, "/2");
    second.exchange.pause();
    ASSERT_TRUE(runs_until([&] { return heard.size() == 2; }));
    io->poll();
    EXPECT_EQ(second.record.story, "");
    second.exchange.resume();
    ASSERT_TRUE(runs_until([&] { return second.is_over(); }));
}

TEST_F(HttpPools, AHandlerMayBeginAnotherAndMayDestroyThePool) {
    serve();
    make();
    Asking first{http_host};
    Asking second{http_host};
    first.record.at_end = [&] { ask(second, "/2"); };
    second.record.at_end = [&] { pool.reset(); };
    http_host.at_loop_gone = nullptr;
    ask(first, "/1");
    ASSERT_TRUE(runs_until([&] { return second.is_over(); }));
    EXPECT_FALSE(second.exchange.is_running());
}

TEST_F(HttpPools, OnceStoppedNobodyHearsOfAnythingAndNothingBegins) {
    serve();
    holds = true;
    make({.per_origin = 1});
    Asking first{http_host};
    Asking second{http_host};
    ask(first, "/1");
    ask(second, "/2");
    pool->stop();
    EXPECT_FALSE(first.exchange.is_running());
    EXPECT_EQ(begin(first, "/3").rc(), errc::connection_closed);
    io->poll();
    EXPECT_EQ(first.record.story + second.record.story, "");
    EXPECT_EQ(http_host.references(), 0);
}

}  // namespace
}  // namespace txcouchbase::net
