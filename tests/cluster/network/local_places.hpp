// Nodes in this process, each on its own ports, and each its own disk.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

#include "tests/cluster/control/node_place.hpp"
#include "tests/cluster/network/certificates.hpp"

namespace txcouchbase::cluster {

class LocalPlaces final : public NodePlaces {
public:
    /// `tls` may be null, and must outlive the places.
    LocalPlaces(boost::asio::io_context& loop, boost::asio::ssl::context* tls) : loop_(loop), tls_(tls) {}

    std::unique_ptr<NodePlace> make(NodeId node, NodeRouter& router) override;

private:
    boost::asio::io_context& loop_;
    boost::asio::ssl::context* tls_;
};

}  // namespace txcouchbase::cluster
