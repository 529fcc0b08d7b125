// A port of 127.0.0.1 on which every connection is refused.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace txcouchbase::test {

/// Holds the port, bound but not listening, so that nobody else can come to listen there.
class RefusedPort {
public:
    RefusedPort() { socket_.bind({boost::asio::ip::address_v4::loopback(), 0}); }

    std::uint16_t port() const { return socket_.local_endpoint().port(); }
    std::string node() const { return "127.0.0.1:" + std::to_string(port()); }
    std::string url() const { return "memcached://" + node(); }

private:
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::socket socket_{io_, boost::asio::ip::tcp::v4()};
};

}  // namespace txcouchbase::test
