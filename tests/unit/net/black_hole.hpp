// An address that swallows packets: it neither takes a connection nor refuses it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace txcouchbase::net {

/// Linux drops what would connect to a listener whose queue is full, and this one's holds one that nobody accepts.
class BlackHole {
public:
    BlackHole(const char* address, std::uint16_t port) {
        using Tcp = boost::asio::ip::tcp;
        const Tcp::endpoint endpoint{boost::asio::ip::make_address(address), port};
        listener_.open(Tcp::v4());
        listener_.set_option(Tcp::acceptor::reuse_address{true});
        listener_.bind(endpoint);
        listener_.listen(0);
        filler_.connect(endpoint);
    }

private:
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor listener_{io_};
    boost::asio::ip::tcp::socket filler_{io_};
};

}  // namespace txcouchbase::net
