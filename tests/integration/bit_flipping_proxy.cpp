// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/bit_flipping_proxy.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace txcouchbase::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// One direction of one connection; both ends are closed together.
struct Pipe : std::enable_shared_from_this<Pipe> {
    Pipe(std::shared_ptr<tcp::socket> source, std::shared_ptr<tcp::socket> sink)
        : from(std::move(source)), to(std::move(sink)) {}

    void forward() {
        from->async_read_some(asio::buffer(bytes), [self = shared_from_this()](auto ec, std::size_t count) {
            if (ec) return self->close();
            self->flip(count);
            asio::async_write(*self->to, asio::buffer(self->bytes, count),
                              [self](auto write_ec, std::size_t) {
                                  if (write_ec) return self->close();
                                  self->forward();
                              });
        });
    }
    void flip(std::size_t count) {
        if (flipped != nullptr && at >= passed && at - passed < count) {
            bytes[at - passed] = static_cast<char>(bytes[at - passed] ^ mask);
            *flipped = true;
        }
        passed += count;
    }
    void close() {
        boost::system::error_code ignored;
        from->close(ignored);
        to->close(ignored);
    }

    std::shared_ptr<tcp::socket> from;
    std::shared_ptr<tcp::socket> to;
    std::array<char, 64 * 1024> bytes;
    std::uint64_t passed = 0;
    std::uint64_t at = 0;
    int mask = 0;
    bool* flipped = nullptr;
};

}  // namespace

BitFlippingProxy::BitFlippingProxy(asio::io_context& io, std::uint16_t server_port, FlippedBit flip)
    : acceptor_(io, {asio::ip::address_v4::loopback(), 0}),
      server_(asio::ip::address_v4::loopback(), server_port),
      flip_(flip) {
    accept();
}

void BitFlippingProxy::accept() {
    acceptor_.async_accept([this](auto ec, tcp::socket socket) {
        if (ec) return;
        const auto client = std::make_shared<tcp::socket>(std::move(socket));
        const auto server = std::make_shared<tcp::socket>(acceptor_.get_executor());
        server->connect(server_);
        std::make_shared<Pipe>(client, server)->forward();
        const auto replies = std::make_shared<Pipe>(server, client);
        if (connections_++ == flip_.connection) {
            replies->at = flip_.byte;
            replies->mask = 1 << flip_.bit;
            replies->flipped = &has_flipped_;
        }
        replies->forward();
        accept();
    });
}

}  // namespace txcouchbase::test
