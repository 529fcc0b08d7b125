// The smallest program of somebody who embeds us: it asks a port where nobody listens, and is told so.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <txcouchbase/connection.hpp>

int main(int argc, char** argv) {
    boost::asio::io_context io;
    try {
        txcouchbase::Connection connection(io, argc > 1 ? argv[1] : "memcached://127.0.0.1:1");
        connection.connect().add_errback(
            [](const txcouchbase::Failure& failure) { std::cout << "refused: " << failure.what() << '\n'; });
        io.run();
    } catch (const std::exception& error) {
        std::cout << "refused: " << error.what() << '\n';
    }
}
