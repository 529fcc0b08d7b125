// SPDX-License-Identifier: Apache-2.0
// The end of an HTTP session at every stage of its life, by its owner's hand and by the loop's.
#include "tests/unit/net/http_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

class HttpSessionLife : public HttpSessionTest {
protected:
    void resolving() {
        make(patient, "localhost");
        ask();
    }
    void connecting() {
        make();
        ask();
    }
    void asking() {
        peer->on_accept(
            [this](PeerConnection& connection) { connection.hear([this](ByteView) { was_heard_ = true; }); });
        connecting();
        ASSERT_TRUE(runs_until([this] { return was_heard_; }));
    }
    void writing() {
        bool is_connected = false;
        peer->on_accept([&](PeerConnection&) { is_connected = true; });
        make();
        ASSERT_FALSE(http->start({.method = HttpMethod::post, .target = "/", .body = large_}));
        ASSERT_TRUE(runs_until([&] { return is_connected; }));
    }
    void receiving() {
        peer->on_accept(answering([](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\nx"; }));
        connecting();
        ASSERT_TRUE(runs_until([this] { return record.body == "x"; }));
    }
    void paused() {
        record.at_body = [this] { http->pause(); };
        receiving();
    }
    void about_to_resume() {
        paused();
        http->resume();
    }
    void kept_for_the_next_exchange() {
        peer->on_accept(answering([](const std::string&) { return http_answer("x"); }));
        connecting();
        ASSERT_TRUE(is_answered());
    }
    void failed() {
        peer->stop_listening();
        connecting();
        ASSERT_TRUE(is_answered());
    }

    using Reach = void (HttpSessionLife::*)();
    static std::vector<std::pair<const char*, Reach>> stages() {
        using S = HttpSessionLife;
        return {{"resolving", &S::resolving},
                {"connecting", &S::connecting},
                {"asking", &S::asking},
                {"writing", &S::writing},
                {"receiving", &S::receiving},
                {"paused", &S::paused},
                {"about to resume", &S::about_to_resume},
                {"kept for the next exchange", &S::kept_for_the_next_exchange},
                {"failed", &S::failed}};
    }

    /// Calls `end` at every stage; nothing is told or left to do afterwards.
    template <class End>
    void expect_silence_after(End end) {
        for (const auto& [name, reach] : stages()) {
            SCOPED_TRACE(name);
            start_afresh();
            (this->*reach)();
            ASSERT_FALSE(testing::Test::HasFatalFailure());
            const std::string told = record.story + record.body;
            end();
            peer->stop();
            EXPECT_TRUE(runs_out());
            EXPECT_EQ(record.story + record.body, told);
            EXPECT_EQ(http_host.references(), 0);
            EXPECT_FALSE(http_host.is_loop_gone());
        }
    }

    void start_afresh() {
        http.reset();
        peer.reset();
        io.reset();
        io.emplace();
        peer.emplace(*io);
        record.at_body = nullptr;
        record.body.clear();
        was_heard_ = false;
    }

private:
    const std::string large_ = std::string(16U << 20, 'b');
    bool was_heard_ = false;
};

TEST_F(HttpSessionLife, StoppingAtEveryStageLeavesNothingToDo) {
    expect_silence_after([this] { http->stop(); });
}

TEST_F(HttpSessionLife, CancellingAtEveryStageLeavesNothingToDo) {
    expect_silence_after([this] { http->cancel(); });
}

TEST_F(HttpSessionLife, MayBeDestroyedAtEveryStage) {
    expect_silence_after([this] { http.reset(); });
}

TEST_F(HttpSessionLife, TheLoopMayBeDestroyedAtEveryStage) {
    for (const auto& [name, reach] : stages()) {
        SCOPED_TRACE(name);
        start_afresh();
        (this->*reach)();
        ASSERT_FALSE(testing::Test::HasFatalFailure());
        const std::string told = record.story + record.body;
        peer.reset();
        io.reset();
        EXPECT_EQ(http_host.references(), 0);
        EXPECT_EQ(record.story + record.body, told);
    }
    EXPECT_TRUE(http_host.is_loop_gone());
}

TEST_F(HttpSessionLife, AnotherExchangeMayFollowACancelledOne) {
    asking();
    http->cancel();
    EXPECT_TRUE(http->is_idle());
    peer->on_accept(answering([](const std::string&) { return http_answer("y"); }));
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story + record.body, "200 end y");
    EXPECT_EQ(peer->connections().size(), 2U);
}

/// A body in three pieces, all in one segment.
constexpr const char* three_chunks =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n";

TEST_F(HttpSessionLife, AHandlerMayCancelOrDestroyTheSessionAtEveryWord) {
    const std::vector<std::function<void(HttpRecord&, const std::function<void()>&)>> words = {
        [](HttpRecord& r, const std::function<void()>& end) { r.at_head = end; },
        [](HttpRecord& r, const std::function<void()>& end) { r.at_body = end; },
        [](HttpRecord& r, const std::function<void()>& end) { r.at_end = end; }};
    const std::string told[] = {"200 ", "200 a", "200 end abc"};
    for (std::size_t word = 0; word < words.size(); ++word) {
        for (const bool destroys : {false, true}) {
            start_afresh();
            record.at_head = record.at_body = record.at_end = nullptr;
            record.story.clear();
            bool is_over = false;
            words[word](record, [&] {
                destroys ? http.reset() : http->cancel();
                is_over = true;
            });
            peer->on_accept(answering([](const std::string&) { return three_chunks; }));
            connecting();
            ASSERT_TRUE(runs_until([&] { return is_over; }));
            peer->stop();
            EXPECT_TRUE(runs_out());
            EXPECT_EQ(record.story + record.body, told[word]);
            EXPECT_EQ(http_host.references(), 0);
        }
    }
}

TEST_F(HttpSessionLife, AHandlerMayDestroyTheSessionThatFailed) {
    peer->stop_listening();
    record.at_end = [this] { http.reset(); };
    connecting();
    ASSERT_TRUE(is_answered());
    EXPECT_TRUE(runs_out());
    EXPECT_EQ(record.story, "failed ");
}

TEST_F(HttpSessionLife, AHandlerMayAskAnewInsteadOfReadingOn) {
    peer->on_accept(answering([](const std::string&) { return three_chunks; }));
    record.at_body = [this] {
        if (record.body != "a") return;
        http->cancel();
        ask();
    };
    connecting();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.story + record.body, "200 200 end aabc");
}

}  // namespace
}  // namespace txcouchbase::net
