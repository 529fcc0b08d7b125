// SPDX-License-Identifier: Apache-2.0
#include "net/config_session.hpp"

#include "tests/unit/net/http_fixture.hpp"

namespace txcouchbase::net {
namespace {

const std::string stream_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& text) {
    constexpr std::string_view digits = "0123456789abcdef";
    return std::string{digits[text.size() / 16], digits[text.size() % 16]} + "\r\n" + text + "\r\n";
}

class ConfigSessions : public SessionTest, public ConfigOwner {
protected:
    void on_map_text(ByteView json, const HttpOrigin& from) override {
        EXPECT_TRUE(http_host.is_in_turn());
        maps.emplace_back(json);
        origin = from;
        if (at_map) at_map();
    }
    void on_stream_failed(const Error& failure) override {
        EXPECT_TRUE(http_host.is_in_turn());
        error = failure;
        ++failures;
        if (at_failure) at_failure();
    }

    void make(bool allow_plain = true) {
        ConfigStream stream{"travel", std::make_shared<const Credentials>("user", "password", allow_plain),
                            [](const HttpOrigin& to) { return to.host == "127.0.0.1"; }};
        session.emplace(io->get_executor(), http_host, *this, std::move(stream), patient);
        http_host.at_loop_gone = [this] { session->stop(); };
    }
    HttpOrigin here() const { return {"127.0.0.1", peer->port(), false}; }
    void start() {
        make();
        EXPECT_FALSE(session->start(here()));
    }
    /// Answers by the request's target.
    void serve(std::function<std::string(const std::string& target)> answer) {
        peer->on_accept(answering([this, answer = std::move(answer)](const std::string& request) {
            requests.push_back(request);
            return answer(request.substr(4, request.find(" HTTP") - 4));
        }));
    }
    testing::AssertionResult has_maps(std::size_t count) {
        return runs_until([this, count] { return maps.size() == count; });
    }
    testing::AssertionResult has_failed() {
        return runs_until([this] { return failures != 0; });
    }
    ~ConfigSessions() override {
        if (session) session->stop();
        peer.reset();
        io.reset();
    }

    static constexpr HttpTimes patient{std::chrono::seconds{30}, std::chrono::seconds{30},
                                       std::chrono::seconds{30}};
    HttpHost http_host;
    std::optional<ConfigSession> session;
    std::vector<std::string> requests;
    std::vector<std::string> maps;
    HttpOrigin origin;
    Error error;
    int failures = 0;
    std::function<void()> at_map;
    std::function<void()> at_failure;
};

TEST_F(ConfigSessions, HandsOnEachMapAsItComes) {
    serve(
        [](const std::string&) { return stream_head + chunk("{1}") + chunk("\n\n\n\n") + chunk("{2}\n\n"); });
    start();
    ASSERT_TRUE(has_maps(1));
    peer->last().send(chunk("\n\n{3}\n\n\n\n"));
    ASSERT_TRUE(has_maps(3));
    EXPECT_EQ(maps, (std::vector<std::string>{"{1}", "{2}", "{3}"}));
    EXPECT_EQ(origin, here());
    ASSERT_EQ(requests.size(), 1U);
    EXPECT_EQ(requests[0],
              "GET /pools/default/bs/travel HTTP/1.1\r\nHost: " + node_name() +
                  "\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\nAccept: application/json\r\n\r\n");
}

TEST_F(ConfigSessions, TriesTheOlderFormAndFollowsRedirects) {
    serve([this](const std::string& target) -> std::string {
        if (target == "/pools/default/bs/travel")
            return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        if (target == "/there") return stream_head + chunk("{1}\n\n\n\n");
        return "HTTP/1.1 302 Found\r\nLocation: http://localhost:" + std::to_string(peer->port()) +
               "/there\r\nContent-Length: 4\r\n\r\nbody";
    });
    start();
    ASSERT_TRUE(has_maps(1));
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_TRUE(requests[1].starts_with("GET /pools/default/bucketsStreaming/travel "));
    EXPECT_NE(requests[1].find("Authorization"), std::string::npos);
    EXPECT_TRUE(requests[2].starts_with("GET /there "));
    EXPECT_EQ(requests[2].find("Authorization"), std::string::npos) << "localhost is not one of ours here";
    EXPECT_EQ(origin.host, "localhost");
    EXPECT_EQ(failures, 0);
}

TEST_F(ConfigSessions, SaysAtOnceWhenThePasswordMayNotTravel) {
    make(false);
    EXPECT_EQ(session->start(here()).rc(), errc::auth_error);
    EXPECT_TRUE(runs_until([this] { return http_host.references() == 0; }));
}

TEST_F(ConfigSessions, SaysWhyItFailed) {
    serve([](const std::string&) { return "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"; });
    start();
    ASSERT_TRUE(has_failed());
    EXPECT_EQ(error.rc(), errc::auth_error);
    peer->stop_listening();
    failures = 0;
    EXPECT_FALSE(session->start(here()));
    ASSERT_TRUE(has_failed());
    EXPECT_EQ(error.rc(), errc::connect_error);
}

TEST_F(ConfigSessions, AStreamThatEndsHasFailedAndMayBeStartedAgainAtOnce) {
    serve([this](const std::string&) {
        return stream_head + chunk("{" + std::to_string(requests.size()) + "}\n\n\n\n") + "0\r\n\r\n";
    });
    at_failure = [this] {
        if (failures < 3) {
            EXPECT_FALSE(session->start(here()));
        }
    };
    start();
    ASSERT_TRUE(runs_until([this] { return failures == 3; }));
    EXPECT_EQ(error.rc(), errc::connection_lost);
    EXPECT_EQ(maps, (std::vector<std::string>{"{1}", "{2}", "{3}"}));
}

TEST_F(ConfigSessions, ItsOwnerMayEndItWithAnyMap) {
    serve([](const std::string&) { return stream_head + chunk("{1}\n\n\n\n{2}\n\n\n\n"); });
    for (const bool destroys : {false, true}) {
        maps.clear();
        at_map = [this, destroys] { destroys ? session.reset() : session->stop(); };
        start();
        ASSERT_TRUE(has_maps(1));
        ASSERT_TRUE(runs_until([this] { return http_host.references() == 0; }));
        EXPECT_EQ(maps.size(), 1U);
    }
    EXPECT_EQ(failures, 0);
}

TEST_F(ConfigSessions, ItsOwnerMayDestroyItWhenItFails) {
    peer->stop_listening();
    at_failure = [this] { session.reset(); };
    start();
    ASSERT_TRUE(has_failed());
    EXPECT_TRUE(runs_out());
}

TEST_F(ConfigSessions, ItsOwnerMayStartItElsewhereWithAnyMap) {
    serve([](const std::string&) { return stream_head + chunk("{1}\n\n\n\n{2}\n\n\n\n"); });
    at_map = [this] {
        if (maps.size() == 1) {
            EXPECT_FALSE(session->start(here()));
        }
    };
    start();
    ASSERT_TRUE(has_maps(3));
    EXPECT_EQ(maps, (std::vector<std::string>{"{1}", "{1}", "{2}"}));
    EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace txcouchbase::net
