// Servers that are not there, or not what they should be: the class of the error, the node, and its words.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "protocol/frame_writer.hpp"
#include "tests/integration/loop.hpp"
#include "tests/integration/refused_port.hpp"
#include "tests/integration/scripted_server.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Bytes = std::optional<std::string>;

/// A script that answers the first bytes it gets, and then listens.
ScriptedServer::Script answering(std::string answer) {
    return [answer = std::move(answer)](std::string_view received) -> Bytes {
        return received.empty() ? "" : answer;
    };
}

std::string version_reply() {
    std::string bytes;
    protocol::append_frame(bytes,
                           {.magic = protocol::Magic::client_response, .opcode = protocol::Opcode::version},
                           {.value = "1.6.18"});
    return bytes;
}

class StrangeServers : public testing::Test {
protected:
    /// What connect() and an operation that waited for it both end with.
    Error failure_of(const std::string& url, const ConnectionOptions& options = {}) {
        Connection cb{io, url, options};
        Ending waiting{cb.get("k")};
        const auto connected = Ending{cb.connect()}.await(io);
        const auto operation = waiting.await(io);
        EXPECT_TRUE(failed_with<CouchbaseNetworkError>(connected));
        EXPECT_EQ(error_of(operation).code(), error_of(connected).code());
        EXPECT_EQ(error_of(operation).detail().cause, error_of(connected).detail().cause);
        EXPECT_EQ(error_of(operation).detail().node, error_of(connected).detail().node);
        EXPECT_EQ(error_of(operation).detail().key, "k");
        EXPECT_FALSE(cb.connected());
        return error_of(connected);
    }

    boost::asio::io_context io{1};
};

TEST_F(StrangeServers, ARefusedPortIsAConnectError) {
    const RefusedPort port;
    const Error error = failure_of(port.url());
    EXPECT_EQ(error.rc(), errc::connect_error);
    EXPECT_EQ(error.detail().node, port.node());
    EXPECT_THAT(error.detail().cause, HasSubstr("refused"));
    EXPECT_THAT(error.message(), HasSubstr("could not be established"));
    EXPECT_THROW(throw_exception(error), ConnectError);
}

TEST_F(StrangeServers, ANameThatDoesNotResolveIsAnUnknownHostError) {
    const Error error = failure_of("memcached://no-such-host.invalid:11300");
    EXPECT_EQ(error.rc(), errc::unknown_host);
    EXPECT_EQ(error.detail().node, "no-such-host.invalid:11300");
    EXPECT_FALSE(error.detail().cause.empty());
    EXPECT_THROW(throw_exception(error), UnknownHostError);
    EXPECT_THROW(throw_exception(error), CouchbaseInputError);
}

TEST_F(StrangeServers, AWebServerIsAProtocolErrorThatSaysSo) {
    ScriptedServer server{io, answering("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")};
    const Error error = failure_of(server.url());
    EXPECT_EQ(error.rc(), errc::protocol_error);
    EXPECT_EQ(error.detail().node, server.node());
    EXPECT_THAT(error.detail().cause, HasSubstr("HTTP"));
    EXPECT_THROW(throw_exception(error), ProtocolError);
    EXPECT_EQ(server.connections(), 1) << "a first connect that fails is final";
}

TEST_F(StrangeServers, ATlsServerIsAProtocolErrorThatSaysSo) {
    // What a TLS server answers to bytes that are none: a fatal alert, unexpected_message.
    ScriptedServer server{io, answering(std::string("\x15\x03\x01\x00\x02\x02\x0a", 7))};
    const Error error = failure_of(server.url());
    EXPECT_EQ(error.rc(), errc::protocol_error);
    EXPECT_THAT(error.detail().cause, HasSubstr("TLS"));
}

TEST_F(StrangeServers, ATextOnlyMemcachedIsAProtocolErrorThatSaysSo) {
    ScriptedServer server{io, answering("ERROR\r\n")};
    const Error error = failure_of(server.url());
    EXPECT_EQ(error.rc(), errc::protocol_error);
    EXPECT_THAT(error.detail().cause, HasSubstr("text protocol"));
}

TEST_F(StrangeServers, AServerThatGreetsFirstIsAProtocolError) {
    ScriptedServer server{io, [](std::string_view) -> Bytes { return "220 mail.example ESMTP\r\n"; }};
    const Error error = failure_of(server.url());
    EXPECT_EQ(error.rc(), errc::protocol_error);
    EXPECT_EQ(error.detail().node, server.node());
}

TEST_F(StrangeServers, RubbishIsAProtocolError) {
    ScriptedServer server{io, answering(std::string(100, '\xff'))};
    EXPECT_EQ(failure_of(server.url()).rc(), errc::protocol_error);
}

TEST_F(StrangeServers, ASilentServerIsATimeoutErrorThatSaysHowFarItCame) {
    ScriptedServer server{io, answering("")};
    const auto before = std::chrono::steady_clock::now();
    const Error error = failure_of(server.url(), {.connect_timeout = 60ms});
    EXPECT_GE(std::chrono::steady_clock::now() - before, 60ms);
    EXPECT_EQ(error.rc(), errc::timed_out);
    EXPECT_EQ(error.detail().node, server.node());
    EXPECT_THAT(error.detail().cause, HasSubstr("did not answer within the connect timeout"));
    EXPECT_THROW(throw_exception(error), TimeoutError);
}

TEST_F(StrangeServers, AServerThatClosesAtOnceIsAConnectErrorThatSaysSo) {
    ScriptedServer server{io, [](std::string_view) -> Bytes { return std::nullopt; }};
    const Error error = failure_of(server.url());
    EXPECT_EQ(error.rc(), errc::connect_error) << "nothing was sent that could have been executed";
    EXPECT_EQ(error.detail().node, server.node());
    EXPECT_THROW(throw_exception(error), ConnectError);
    EXPECT_THAT(error.detail().cause, HasSubstr("another kind of server, or a port for TLS"));
}

TEST_F(StrangeServers, AServerThatClosesInTheMiddleOfItsAnswerIsAConnectErrorThatSaysSo) {
    ScriptedServer server{io, [](std::string_view received) -> Bytes {
                              if (received.empty()) return version_reply().substr(0, 20);
                              return std::nullopt;
                          }};
    const Error error = failure_of(server.url());
    EXPECT_EQ(error.detail().cause, "the peer closed the connection during the handshake");
    EXPECT_THROW(throw_exception(error), ConnectError);
}

TEST_F(StrangeServers, TheConnectTimeoutIsTwoAndAHalfSecondsByDefault) {
    EXPECT_EQ(ConnectionOptions{}.connect_timeout, 2500ms);
    EXPECT_EQ(ConnectionOptions{}.timeout, 2500ms);
    EXPECT_EQ(ConnectionOptions{}.silence_timeout, 5000ms);
}

TEST_F(StrangeServers, AReplyToNothingThatWasAskedClosesTheConnectionAndDeliversNothing) {
    // Sends a GET's reply with an opaque of its own making to everything but VERSION.
    ScriptedServer server{io, [](std::string_view received) -> Bytes {
                              if (received.empty()) return "";
                              if (received[1] == '\x0b') return version_reply();
                              std::string bytes;
                              protocol::append_frame(
                                  bytes,
                                  {.magic = protocol::Magic::client_response,
                                   .opcode = protocol::Opcode::get,
                                   .opaque = 0x7fff'0000},
                                  {.extras = std::string_view{"\0\0\0\0", 4}, .value = "v"});
                              return bytes;
                          }};
    Connection cb{io, server.url()};
    const auto end = Ending{cb.get("k")}.await(io);
    EXPECT_TRUE(failed_with<ProtocolError>(end));
    EXPECT_EQ(error_of(end).detail().key, "k");
    EXPECT_EQ(error_of(end).detail().node, server.node());
    run_until(io,
              [&] { return server.connections() == 2; });  // after a first success it comes back by itself
}

TEST_F(StrangeServers, StatisticsWithoutEndFailAtOnceAndCloseTheConnection) {
    // A million statistics of short and different names, 31 MB in all; then silence, and never a last one.
    ScriptedServer server{io, [](std::string_view received) -> Bytes {
                              if (received.empty()) return "";
                              if (received[1] == '\x0b') return version_reply();
                              std::string bytes;
                              for (int i = 0; i < 1'000'000; ++i)
                                  protocol::append_frame(
                                      bytes,
                                      {.magic = protocol::Magic::client_response,
                                       .opcode = protocol::Opcode::stat,
                                       .opaque = protocol::load_be<std::uint32_t>(received.data() + 12)},
                                      {.key = std::to_string(1'000'000 + i)});
                              return bytes;
                          }};
    Connection cb{io, server.url()};
    const auto end = Ending{cb.stats({}, {.timeout = 30s})}.await(io);
    EXPECT_TRUE(failed_with<ProtocolError>(end));
    EXPECT_EQ(error_of(end).detail().operation, "STAT");
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_EQ(error_of(end).detail().cause, "the replies take more than 16 MiB");
    run_until(io, [&] { return server.connections() == 2; });
}

TEST_F(StrangeServers, AReplyOfAnotherCommandClosesTheConnectionAndDeliversNothing) {
    ScriptedServer server{io, [](std::string_view received) -> Bytes {
                              if (received.empty()) return "";
                              if (received[1] == '\x0b') return version_reply();
                              std::string bytes{received};
                              bytes[0] = '\x81';
                              bytes[1] = '\x04';  // DELETE
                              return bytes.substr(0, 2) + std::string(10, '\0') + bytes.substr(12, 4) +
                                     std::string(8, '\0');
                          }};
    Connection cb{io, server.url()};
    EXPECT_TRUE(failed_with<ProtocolError>(Ending{cb.get("k")}.await(io)));
}

}  // namespace
}  // namespace txcouchbase::test
