// A host for HTTP sessions, a handler that writes down what it is told, and a peer that answers as the test says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "net/http_session.hpp"
#include "tests/unit/net/session_fixture.hpp"

namespace txcouchbase::net {

/// Keeps count of what a session does with its host.
class HttpHost final : public SessionHost {
public:
    ~HttpHost() { EXPECT_EQ(references_, 0) << "a handler was forgotten"; }

    TimePoint begin_turn() override {
        EXPECT_FALSE(is_in_turn_);
        is_in_turn_ = true;
        return std::chrono::steady_clock::now();
    }
    void end_turn() override {
        EXPECT_TRUE(is_in_turn_);
        is_in_turn_ = false;
        ++turns_;
    }
    void on_up(KvSession&) override {}
    void on_connect_failed(KvSession&, const Error&) override {}
    void on_loop_gone() noexcept override {
        is_loop_gone_ = true;
        if (at_loop_gone) at_loop_gone();
    }
    void retain() noexcept override { ++references_; }
    void release() noexcept override { --references_; }

    bool is_in_turn() const { return is_in_turn_; }
    bool is_loop_gone() const { return is_loop_gone_; }
    int references() const { return references_; }
    int turns() const { return turns_; }

    std::function<void()> at_loop_gone;

private:
    bool is_in_turn_ = false;
    bool is_loop_gone_ = false;
    int references_ = 0;
    int turns_ = 0;
};

/// Writes a line for everything; a body's pieces are put together.
class HttpRecord final : public HttpHandler {
public:
    explicit HttpRecord(HttpHost& host) : host_(host) {}

    void on_http_head(const HttpHead& head) override {
        EXPECT_TRUE(host_.is_in_turn());
        story += std::to_string(head.status) + " ";
        if (at_head) at_head();
    }
    void on_http_body(ByteView piece) override {
        EXPECT_TRUE(host_.is_in_turn());
        body += piece;
        if (at_body) at_body();
    }
    void on_http_end() override {
        EXPECT_TRUE(host_.is_in_turn());
        story += "end ";
        ++ends;
        if (at_end) at_end();
    }
    void on_http_failed(const Error& failure) override {
        EXPECT_TRUE(host_.is_in_turn());
        error = failure;
        story += "failed ";
        ++ends;
        if (at_end) at_end();
    }

    std::string story;
    std::string body;
    Error error;
    int ends = 0;
    std::function<void()> at_head;
    std::function<void()> at_body;
    std::function<void()> at_end;

private:
    HttpHost& host_;
};

/// Answers each request whose header is complete; a request has no body.
inline Peer::Accepted answering(std::function<std::string(const std::string& request)> answer) {
    return [answer = std::move(answer)](PeerConnection& connection) {
        connection.hear([&connection, answer, input = std::string{}](ByteView bytes) mutable {
            input += bytes;
            for (std::size_t end = 0; (end = input.find("\r\n\r\n")) != std::string::npos;) {
                const std::string request = input.substr(0, end + 4);
                input.erase(0, end + 4);
                connection.send(answer(request));
            }
        });
    };
}

inline std::string http_answer(const std::string& body, const std::string& fields = {}) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" +
           body;
}

class HttpSessionTest : public SessionTest {
protected:
    static constexpr HttpTimes patient{std::chrono::seconds{30}, std::chrono::seconds{30},
                                       std::chrono::seconds{30}};

    void make(HttpTimes times = patient, const std::string& name = "127.0.0.1") {
        http.emplace(io->get_executor(), http_host, record, HttpOrigin{name, peer->port(), false}, times);
        http_host.at_loop_gone = [this] {
            if (http) http->stop();
        };
    }
    void ask(const std::string& target = "/") {
        const Error error = http->start({.target = target});
        EXPECT_FALSE(error) << error.message();
    }
    /// Until the exchange is over.
    testing::AssertionResult is_answered() {
        return runs_until([this, before = record.ends] { return record.ends != before; });
    }
    ~HttpSessionTest() override {
        if (http) http->stop();
        peer.reset();
        io.reset();
    }

    HttpHost http_host;
    HttpRecord record{http_host};
    std::optional<HttpSession> http;
};

}  // namespace txcouchbase::net
