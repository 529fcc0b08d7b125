// A node that does what a Couchbase node does until the client has its map, but for what a test has it say instead.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "protocol/frame.hpp"
#include "tests/integration/scripted_server.hpp"

namespace txcouchbase::test {

class Impostor {
public:
    struct Answer {
        protocol::Status status = protocol::Status::success;
        std::string value = {};
        /// Instead of a frame made of these; nothing closes the connection.
        std::optional<std::string> bytes = std::string{};
    };
    /// Changes what an honest node would answer.
    using Lie = std::function<void(const protocol::Frame& asked, Answer& answer)>;

    static constexpr const char* user = "user";
    static constexpr const char* password = "secret-of-the-test";

    Impostor(boost::asio::io_context& io, Lie lie);

    std::string node() const { return server_.node(); }
    std::string port() const { return node().substr(node().find(':') + 1); }
    std::string url() const { return "couchbase://" + node() + "=mcd/b"; }
    /// What was asked, one connection after the other.
    const std::vector<protocol::Opcode>& asked() const noexcept { return asked_; }
    /// A map of bucket "b", whose only node has this port of 127.0.0.1 and says that it is the one asked.
    static std::string map_with(const std::string& port, int revision = 1);

private:
    class Conversation;

    Lie lie_;
    std::vector<protocol::Opcode> asked_;
    ScriptedServer server_;
};

}  // namespace txcouchbase::test
