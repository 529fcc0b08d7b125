// The client and the development cluster in one program: both bring Asio's own code, and they link.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <txcouchbase/cluster.hpp>
#include <txcouchbase/connection.hpp>

namespace txcouchbase {
namespace {

// When this fails, the client has learnt couchbase://: docs/testing-your-code.md should use it.
TEST(ClientOnCluster, CannotConnectYetAndSaysSo) {
    cluster::Cluster cluster = cluster::start();
    boost::asio::io_context loop;
    try {
        Connection connection(loop, cluster.connection_string());
        FAIL() << "the client takes couchbase://";
    } catch (const std::exception& error) {
        EXPECT_NE(std::string_view(error.what()).find("only memcached:// can be connected to yet"),
                  std::string_view::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace txcouchbase
