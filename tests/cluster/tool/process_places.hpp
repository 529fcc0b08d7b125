// Nodes as child processes of this program, so that what happens to a process is what happens to a node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <vector>

#include "tests/cluster/control/node_place.hpp"
#include "tests/cluster/network/certificates.hpp"

namespace txcouchbase::cluster::tool {

class ProcessPlace;

/**
 * Children that are killed or stopped by anybody are noticed (SIGCHLD). When this goes, all of them are killed, and
 * the folder with their disks is removed.
 *
 * Errors: ClusterError.
 */
class ProcessPlaces final : public NodePlaces {
public:
    ProcessPlaces(boost::asio::io_context& loop, std::optional<Certificates> certificates);
    ~ProcessPlaces() override;

    std::unique_ptr<NodePlace> make(NodeId node, NodeRouter& router) override;

private:
    friend class ProcessPlace;
    void wait_for_children();

    boost::asio::io_context& loop_;
    std::optional<Certificates> certificates_;
    boost::asio::signal_set children_;
    std::filesystem::path folder_;
    std::vector<ProcessPlace*> places_ = {};
};

}  // namespace txcouchbase::cluster::tool
