// A server that says what its script tells it to, in the loop of the test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace txcouchbase::test {

class ScriptedServer {
public:
    /// What to answer to what was received on one connection: bytes, none to stay silent, or nothing to close. The
    /// first call is with no bytes: a connection was accepted.
    using Script = std::function<std::optional<std::string>(std::string_view received)>;

    ScriptedServer(boost::asio::io_context& io, Script script);
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    /// A port of 127.0.0.1.
    std::string node() const { return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()); }
    std::string url() const { return "memcached://" + node(); }
    int connections() const noexcept { return connections_; }

private:
    void accept();

    boost::asio::ip::tcp::acceptor acceptor_;
    Script script_;
    int connections_ = 0;
};

}  // namespace txcouchbase::test
