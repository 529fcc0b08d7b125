// The development cluster, in this process: Couchbase's behaviour on loopback in milliseconds, for tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>

#include "tests/cluster/options.hpp"

namespace txcouchbase::cluster {

/// A command that the cluster refused, or options it cannot start with; what() says what was wrong and where.
class ClusterError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/**
 * A running cluster: it serves from a thread of its own until it is destroyed, and leaves nothing behind.
 *
 *     auto cluster = txcouchbase::cluster::start({.nodes = 3});
 *     connect(cluster.connection_string(), cluster.user(), cluster.password());
 *     cluster.fail_over(1);
 *
 * Threads:  functions may be called from any thread, and at once: a rebalance that waits for a frozen node can be
 *           helped by a thaw. Each returns when what it asks for is done.
 * Lifetime: movable; a moved-from Cluster may only be destroyed or assigned to.
 * Errors:   ClusterError with the cluster's own words: no such node, nothing to rebalance...
 * Spec:     docs/txcb-cluster.md has the same commands as JSON.
 */
class Cluster {
public:
    Cluster(Cluster&&) noexcept;
    Cluster& operator=(Cluster&&) noexcept;
    ~Cluster();

    /// "couchbase://127.0.0.1:41001,127.0.0.1:41007": every node's KV port.
    std::string connection_string() const;
    /// The same over TLS, "couchbases://..."; ClusterError without Options::has_tls.
    std::string tls_connection_string() const;
    /// "http://127.0.0.1:41002,...": every node's REST port.
    std::string http_connection_string() const;
    const std::string& user() const noexcept;
    const std::string& password() const noexcept;
    /// PEM of the CA that signed the nodes' certificates.
    const std::string& ca_certificate() const;

    // Topology. Nodes are numbered from 0 as they were added.
    std::size_t add_node();              ///< its number; it gets data with the next rebalance
    void remove_node(std::size_t node);  ///< rebalances it out and stops it
    void rebalance();                    ///< returns when all data are where they belong
    void fail_over(std::size_t node);    ///< at once: replicas take over, what they lack is lost
    void create_bucket(const BucketOptions& options);
    void delete_bucket(std::string_view name);
    void flush_bucket(std::string_view name);

    // Accidents.
    void freeze(std::size_t node);  ///< as SIGSTOP does: sockets stay, nothing moves
    void thaw(std::size_t node);
    void kill(std::size_t node);  ///< as SIGKILL does: connections are reset, only what is on disk survives
    void restart(std::size_t node);  ///< after kill: on the same ports, with what was on disk
    void reset_connections(std::size_t node);

    /**
     * Any command of the control surface, as JSON: {"do": "inject", "node": 1, "opcode": "GET", "status": 134,
     * "count": 3}. Returns the answer as JSON. All functions above are short forms of it.
     */
    std::string control(std::string_view json);

private:
    friend Cluster start(const Options& options);
    class Runner;
    explicit Cluster(std::unique_ptr<Runner> runner) noexcept;
    std::unique_ptr<Runner> runner_;
};

/**
 * Starts a cluster on free ports of 127.0.0.1 and returns when it can serve.
 *
 * Errors: ClusterError: an option out of its range, no free port.
 * Cost:   one thread; under 10 ms for 3 nodes.
 */
Cluster start(const Options& options = {});

}  // namespace txcouchbase::cluster
