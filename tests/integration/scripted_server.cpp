// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/scripted_server.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace txcouchbase::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// One connection; lives as long as a read of its is under way.
struct Conversation : std::enable_shared_from_this<Conversation> {
    Conversation(tcp::socket accepted, const ScriptedServer::Script& its_script)
        : socket(std::move(accepted)), script(its_script) {}

    void say(std::string_view received) {
        std::optional<std::string> next = script(received);
        if (!next) return;
        answer = *std::move(next);
        asio::async_write(socket, asio::buffer(answer), [self = shared_from_this()](auto ec, std::size_t) {
            if (!ec) self->listen();
        });
    }
    void listen() {
        socket.async_read_some(asio::buffer(buffer), [self = shared_from_this()](auto ec, std::size_t count) {
            if (!ec) self->say({self->buffer.data(), count});
        });
    }

    tcp::socket socket;
    ScriptedServer::Script script;
    std::string answer;
    std::array<char, 4096> buffer;
};

}  // namespace

ScriptedServer::ScriptedServer(asio::io_context& io, Script script)
    : acceptor_(io, {asio::ip::address_v4::loopback(), 0}), script_(std::move(script)) {
    accept();
}

void ScriptedServer::accept() {
    acceptor_.async_accept([this](auto ec, tcp::socket socket) {
        if (ec) return;
        ++connections_;
        std::make_shared<Conversation>(std::move(socket), script_)->say({});
        accept();
    });
}

}  // namespace txcouchbase::test
