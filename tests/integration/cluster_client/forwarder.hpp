// A port that leads to another one, as address translation and other addresses of a node do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>

namespace txcouchbase::test {

/// Runs on the test's loop.
class Forwarder {
public:
    using Tcp = boost::asio::ip::tcp;

    /// Without a port of its own it has any.
    Forwarder(boost::asio::io_context& io, const std::string& address, std::uint16_t to,
              std::uint16_t port = 0)
        : io_(io),
          to_(boost::asio::ip::address_v4::loopback(), to),
          acceptor_(io, {boost::asio::ip::make_address(address), port}) {
        accept();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    int connections() const { return connections_; }

private:
    /// One direction; both ends are closed with it.
    struct Pipe : std::enable_shared_from_this<Pipe> {
        Pipe(std::shared_ptr<Tcp::socket> a, std::shared_ptr<Tcp::socket> b)
            : from(std::move(a)), into(std::move(b)) {}
        void run() {
            from->async_read_some(
                boost::asio::buffer(room), [self = shared_from_this()](auto ec, std::size_t got) {
                    if (ec) return self->end();
                    boost::asio::async_write(
                        *self->into, boost::asio::buffer(self->room.data(), got),
                        [self](auto failed, std::size_t) { failed ? self->end() : self->run(); });
                });
        }
        void end() const {
            boost::system::error_code ignored;
            from->close(ignored);
            into->close(ignored);
        }
        std::shared_ptr<Tcp::socket> from;
        std::shared_ptr<Tcp::socket> into;
        std::string room = std::string(16 * 1024, '\0');
    };

    void accept() {
        acceptor_.async_accept([this](const boost::system::error_code& ec, Tcp::socket accepted) {
            if (ec) return;
            ++connections_;
            auto client = std::make_shared<Tcp::socket>(std::move(accepted));
            auto server = std::make_shared<Tcp::socket>(io_);
            boost::system::error_code refused;
            server->connect(to_, refused);
            if (!refused) {
                std::make_shared<Pipe>(client, server)->run();
                std::make_shared<Pipe>(server, client)->run();
            }
            accept();
        });
    }

    boost::asio::io_context& io_;
    Tcp::endpoint to_;
    Tcp::acceptor acceptor_;
    int connections_ = 0;
};

}  // namespace txcouchbase::test
