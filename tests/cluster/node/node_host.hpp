// What a node wants done, and by whom: the door from the machine to a transport, real or simulated.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/cluster/message.hpp"

namespace txcouchbase::cluster {

/// Names a client's connection for as long as the cluster lives; never used twice.
using ConnectionId = std::uint64_t;

/**
 * Implemented by the transports. No function calls back into the machine: what follows from it is told later.
 */
class NodeHost {
public:
    virtual ~NodeHost() = default;

    /// The bytes are copied or gone when this returns. A connection that is lost already swallows them.
    virtual void send(ConnectionId connection, ByteView bytes) = 0;
    /// Closes once everything sent so far is on its way.
    virtual void close(ConnectionId connection) = 0;
    /// In order for each pair of nodes; lost with a node that is down.
    virtual void tell(NodeId peer, Message message) = 0;
    /// These versions are on the node's disk now. A process that may be killed writes them to a file; in process the
    /// node itself is the disk (NodeMachine::persisted_image). An empty failover log: this copy is on disk no more, and
    /// what is persisted of it next is its beginning.
    virtual void persist(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                         const std::vector<DocumentPtr>& documents) = 0;
    /// For uuids, nonces, salts and GET_RANDOM_KEY; a simulation's is seeded.
    virtual std::uint64_t random() = 0;
};

}  // namespace txcouchbase::cluster
