// What the log hook hears of a connection's life, word for word.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_writer.hpp"
#include "tests/integration/refused_port.hpp"
#include "tests/integration/scripted_server.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

std::string version_reply() {
    std::string bytes;
    protocol::append_frame(bytes,
                           {.magic = protocol::Magic::client_response, .opcode = protocol::Opcode::version},
                           {.value = "1.6.18"});
    return bytes;
}

/// Takes connections, and closes each at its first operation.
std::optional<std::string> drop_at_first_operation(std::string_view received) {
    if (received.empty()) return "";
    if (received[1] == '\x0b') return version_reply();
    return std::nullopt;
}

class Log : public testing::Test {
protected:
    static const char* name_of(LogLevel level) {
        static constexpr const char* names[] = {"trace", "debug", "info", "warning", "error"};
        return names[static_cast<int>(level)];
    }
    /// Notes every record as a line: level, subsystem, node, message. Delays are random, and show as "N ms".
    ConnectionOptions options(LogLevel level = LogLevel::trace) {
        return {.log =
                    [this](const LogRecord& record) {
                        std::string message{record.message};
                        if (const std::size_t end = message.rfind(" ms"); end != std::string::npos)
                            message.replace(message.rfind(' ', end - 1) + 1, std::string::npos, "N ms");
                        lines.push_back(std::string{name_of(record.level)} + ' ' +
                                        std::string{record.subsystem} + ' ' + std::string{record.node} +
                                        ": " + message);
                        if (at_record) at_record();
                    },
                .log_level = level};
    }
    bool await_lines(std::size_t count) {
        return run_until(io, [&] { return lines.size() >= count; });
    }

    boost::asio::io_context io{1};
    ScriptedServer server{io, drop_at_first_operation};
    Lines lines;
    std::function<void()> at_record;
};

TEST_F(Log, HearsOfConnectingLosingAndComingBack) {
    Connection cb{io, server.url(), options()};
    EXPECT_TRUE(failed_with<NetworkError>(Ending{cb.set("secret key", "secret value")}.await(io)));
    await_lines(6);
    const std::string node = server.node();
    EXPECT_EQ(lines, (Lines{"debug session " + node + ": dialling", "info session " + node + ": connected",
                            "warning session " + node + ": connection lost: the peer closed the connection",
                            "info session " + node + ": dialling again in N ms",
                            "debug session " + node + ": dialling", "info session " + node + ": connected"}));
}

TEST_F(Log, HearsOfNothingBelowItsLevel) {
    Connection cb{io, server.url(), options(LogLevel::warning)};
    EXPECT_TRUE(failed_with<NetworkError>(Ending{cb.get("k")}.await(io)));
    EXPECT_EQ(lines, (Lines{"warning session " + server.node() +
                            ": connection lost: the peer closed the connection"}));
}

TEST_F(Log, HearsOfEverythingButDetailByDefault) {
    EXPECT_EQ(ConnectionOptions{}.log_level, LogLevel::info);
}

TEST_F(Log, HearsWhyAFirstConnectFailed) {
    const RefusedPort refused;
    Connection cb{io, refused.url(), options(LogLevel::info)};
    EXPECT_TRUE(failed_with<ConnectError>(Ending{cb.connect()}.await(io)));
    EXPECT_EQ(lines,
              (Lines{"error session " + refused.node() + ": the first connect failed: Connection refused"}));
}

TEST_F(Log, HearsOfEveryAttemptThatFailsLater) {
    std::optional<Memcached> mortal{std::in_place};
    Connection cb{io, mortal->url(), options(LogLevel::info)};
    ASSERT_TRUE(succeeded(Ending{cb.connect()}.await(io)));
    const std::string node = mortal->node();
    mortal->kill();
    await_lines(5);
    ASSERT_GE(lines.size(), 5U);
    EXPECT_EQ(lines[0], "info session " + node + ": connected");
    EXPECT_EQ(lines[1].rfind("warning session " + node + ": connection lost: ", 0), 0U) << lines[1];
    EXPECT_EQ(lines[2], "info session " + node + ": dialling again in N ms");
    EXPECT_EQ(lines[3], "info session " + node + ": still no connection: Connection refused");
    EXPECT_EQ(lines[4], "info session " + node + ": dialling again in N ms");
}

TEST_F(Log, HearsOfASilentPeerAndOfTheRepliesThatCameTooLate) {
    Memcached mute;
    ConnectionOptions chosen = options(LogLevel::info);
    chosen.silence_timeout = 500ms;
    Connection cb{io, mute.url(), chosen};
    ASSERT_TRUE(succeeded(Ending{cb.connect()}.await(io)));
    mute.stop();
    EXPECT_TRUE(failed_with<TimeoutError>(Ending{cb.get("late", {.timeout = 20ms})}.await(io)));
    mute.resume();
    ASSERT_TRUE(succeeded(Ending{cb.noop()}.await(io)));
    mute.stop();
    static_cast<void>(Ending{cb.get("k", {.timeout = 5s})}.await(io));
    await_lines(4);
    mute.resume();
    const std::string node = mute.node();
    EXPECT_EQ(
        lines,
        (Lines{"info session " + node + ": connected",
               "warning session " + node + ": silent peer: not one byte came within the silence timeout",
               "info session " + node + ": replies that came too late on it and were swallowed: 1",
               "info session " + node + ": dialling again in N ms"}));
}

TEST_F(Log, AHookMayCloseAndDropTheConnectionAtEveryRecord) {
    // dialling, which is the constructor's; connected, lost, dialling again, dialling, connected
    for (std::size_t at = 2; at <= 6; ++at) {
        lines.clear();
        bool is_gone = false;
        std::optional<Connection> cb{std::in_place, io, server.url(), options()};
        auto [destroyed, waiting] = make_deferred<void>();
        cb->register_deferred("_dtor", std::move(destroyed));
        waiting.add_callback([&] { is_gone = true; });
        at_record = [&] {
            if (lines.size() != at) return;
            cb->close();
            cb.reset();
        };
        cb->get("k").add_both([](const Outcome<ValueResult>&) {});
        run_until(io, [&] { return is_gone; });
        EXPECT_EQ(lines.size(), at);
    }
}

TEST_F(Log, WhatAHookThrowsGoesToTheUnhandledHook) {
    std::vector<Failure> unhandled;
    Connection cb{io, server.url(), options(LogLevel::info)};
    cb.on_unhandled([&](std::exception_ptr thrown) { unhandled.emplace_back(std::move(thrown)); });
    at_record = [] { throw std::runtime_error{"no space left on the log's device"}; };
    EXPECT_TRUE(succeeded(Ending{cb.connect()}.await(io)));
    ASSERT_EQ(unhandled.size(), 1U);
    EXPECT_EQ(unhandled[0].what(), "no space left on the log's device");
}

}  // namespace
}  // namespace txcouchbase::test
