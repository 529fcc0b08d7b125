// The smallest program of somebody who embeds us: it asks a port where nobody listens, and is told so.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <txcouchbase/connection.hpp>

int main() {
    boost::asio::io_context io;
    txcouchbase::Connection connection(io, "memcached://127.0.0.1:1");
    connection.connect().add_errback(
        [](const txcouchbase::Failure& failure) { std::cout << "refused: " << failure.what() << '\n'; });
    io.run();
}
