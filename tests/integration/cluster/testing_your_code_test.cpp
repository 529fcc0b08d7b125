// The test that docs/testing-your-code.md shows: what a user of the development cluster writes.
// SPDX-License-Identifier: Apache-2.0
// begin guide
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <txcouchbase/cluster.hpp>

// Stands for your code, which takes the connection string of a cluster: what it hears from the last node.
std::string your_code(const std::string& url) {
    boost::asio::ip::tcp::iostream http("127.0.0.1", url.substr(url.rfind(':') + 1));
    http << "GET /pools HTTP/1.0\r\n\r\n" << std::flush;
    return {std::istreambuf_iterator<char>(http), {}};
}

TEST(YourCode, HearsFromANodeThatWasRestarted) {
    auto cluster = txcouchbase::cluster::start({.nodes = 2});
    EXPECT_TRUE(your_code(cluster.http_connection_string()).starts_with("HTTP/1.1 200 OK"));
    cluster.kill(1);
    EXPECT_EQ(your_code(cluster.http_connection_string()), "");
    cluster.restart(1);
    EXPECT_TRUE(your_code(cluster.http_connection_string()).starts_with("HTTP/1.1 200 OK"));
}
// end guide
