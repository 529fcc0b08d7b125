// SPDX-License-Identifier: Apache-2.0
// HTTP over TLS, against a server on a loopback port.
#include <boost/asio/post.hpp>

#include "tests/unit/net/http_fixture.hpp"
#include "tests/unit/net/tls_pair.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

class TlsPeerLayer final : public PeerLayer {
public:
    std::string read(ByteView wire_bytes) override { return end.read(wire_bytes); }
    void write(ByteView bytes) override { end.write(bytes); }
    std::string unsent() override { return end.unsent(); }

    TlsServerEnd end;
};

class TlsHttpSession : public HttpSessionTest {
protected:
    void make_secure(const std::string& name = "127.0.0.1", HttpTimes times = patient,
                     const std::string& verified = {}) {
        http.emplace(io->get_executor(), http_host, record, HttpOrigin{name, peer->port(), true}, times,
                     Security{.context = client_context(), .host = verified});
        http_host.at_loop_gone = [this] {
            if (http) http->stop();
        };
    }
    void serve(std::function<std::string(const std::string& request)> answer) {
        peer->on_accept([answering = answering(std::move(answer))](PeerConnection& connection) {
            connection.put_on(std::make_unique<TlsPeerLayer>());
            answering(connection);
        });
    }
    TlsServerEnd& end() { return dynamic_cast<TlsPeerLayer&>(*peer->last().layer()).end; }
};

TEST_F(TlsHttpSession, AsksOneThingAfterTheOtherOnOneConnection) {
    std::string requests;
    serve([&](const std::string& request) {
        requests += request;
        return http_answer("x");
    });
    make_secure("localhost");
    const Credentials credentials{"user", "password", false};
    for (int i = 0; i < 3; ++i) {
        ASSERT_FALSE(http->start({.target = "/", .credentials = &credentials}));
        ASSERT_TRUE(is_answered());
        let_pass(5ms);  // in which what TLS says between exchanges does not count as an answer
    }
    EXPECT_EQ(record.story + record.body, "200 end 200 end 200 end xxx") << record.error.message();
    EXPECT_EQ(peer->connections().size(), 1U);
    EXPECT_EQ(end().called(), "localhost");
    EXPECT_NE(requests.find("Authorization: Basic dXNlcjpwYXNzd29yZA=="), std::string::npos);
}

TEST_F(TlsHttpSession, LargeBodiesGoBothWaysWithPauses) {
    const std::string body(4U << 20, 'b');
    peer->on_accept([&](PeerConnection& connection) {
        connection.put_on(std::make_unique<TlsPeerLayer>());
        connection.hear([&, heard = std::size_t{0}](ByteView bytes) mutable {
            const bool was_complete = heard > body.size();
            heard += bytes.size();
            if (heard > body.size() && !was_complete) connection.send(http_answer(body));
        });
    });
    make_secure();
    record.at_body = [this] {
        http->pause();
        boost::asio::post(*io, [this] { http->resume(); });
    };
    ASSERT_FALSE(http->start({.method = HttpMethod::post, .target = "/", .body = body}));
    ASSERT_TRUE(is_answered());
    EXPECT_TRUE(record.body == body);
    EXPECT_EQ(record.story, "200 end ") << record.error.message();
}

TEST_F(TlsHttpSession, APeerThatIsNotWhoItShouldBeGetsNothing) {
    std::string requests;
    serve([&](const std::string& request) { return requests = request; });
    make_secure("127.0.0.2+127.0.0.1");
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::connect_error) << record.error.message();
    EXPECT_FALSE(record.error.detail().was_written);
    EXPECT_EQ(requests, "");
}

TEST_F(TlsHttpSession, ThePeerIsVerifiedByTheNameThatIsSaidInsteadOfItsOwn) {
    serve([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; });
    make_secure("127.0.0.1", patient, "db.example.com");
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::connect_error) << "its certificate is for 127.0.0.1";
}

TEST_F(TlsHttpSession, AHandshakeMustEndInTime) {
    make_secure("127.0.0.1", {30ms, 30s, 30s});
    ask();
    ASSERT_TRUE(is_answered());
    EXPECT_EQ(record.error.rc(), errc::timed_out);
    EXPECT_EQ(record.error.detail().cause,
              "connected, but the TLS handshake did not end within the connect timeout");
    EXPECT_FALSE(record.error.detail().was_written);
}

TEST_F(TlsHttpSession, ABodyUntilTheEndEndsWithAGoodbyeAndNotWithACut) {
    for (const bool says_goodbye : {true, false}) {
        serve([](const std::string&) { return "HTTP/1.1 200 OK\r\n\r\nhello"; });
        make_secure();
        ask();
        ASSERT_TRUE(runs_until([this] { return record.body == "hello"; }));
        if (says_goodbye) {
            end().say_goodbye();
            peer->last().send_raw(end().unsent());
        } else {
            peer->last().close();
        }
        ASSERT_TRUE(is_answered());
        EXPECT_EQ(record.story, says_goodbye ? "200 end " : "200 failed ");
        record.story.clear();
        record.body.clear();
    }
    EXPECT_EQ(record.error.rc(), errc::connection_lost);
}

TEST_F(TlsHttpSession, MayBeStoppedInTheHandshakeAndBeDestroyedInAnAnswer) {
    serve([](const std::string&) { return http_answer("x"); });
    make_secure();
    ask();
    ASSERT_TRUE(runs_until([this] { return !peer->connections().empty() && peer->last().received() != 0; }));
    http->stop();
    make_secure();
    record.at_body = [this] { http.reset(); };
    ask();
    ASSERT_TRUE(runs_until([this] { return !http; }));
    peer->stop();
    EXPECT_TRUE(runs_out());
    EXPECT_EQ(record.story + record.body, "200 x");
}

}  // namespace
}  // namespace txcouchbase::net
