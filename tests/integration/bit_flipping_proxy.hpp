// A proxy in front of a server that flips one bit of all the bytes that the server sends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

namespace txcouchbase::test {

/// Which bit: of which connection, in the order of their coming, of which byte on it, from the server.
struct FlippedBit {
    int connection = 0;
    std::uint64_t byte = 0;
    int bit = 0;
};

class BitFlippingProxy {
public:
    BitFlippingProxy(boost::asio::io_context& io, std::uint16_t server_port, FlippedBit flip);
    BitFlippingProxy(const BitFlippingProxy&) = delete;
    BitFlippingProxy& operator=(const BitFlippingProxy&) = delete;

    /// Its own port, of 127.0.0.1.
    std::string url() const {
        return "memcached://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    bool has_flipped() const noexcept { return has_flipped_; }

private:
    void accept();

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::endpoint server_;
    FlippedBit flip_;
    int connections_ = 0;
    bool has_flipped_ = false;
};

}  // namespace txcouchbase::test
