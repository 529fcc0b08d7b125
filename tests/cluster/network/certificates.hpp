// The certificates of one cluster: a CA made for it alone, and one of the nodes, signed by it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <string>

namespace txcouchbase::cluster {

/// PEM, all of it.
struct Certificates {
    std::string ca;
    std::string node;
    std::string node_key;
};

/**
 * Shape:  EC keys on P-256; the nodes' certificate is for 127.0.0.1, ::1 and localhost. The CA's key is forgotten.
 * Units:  valid from an hour ago, for 30 days: no development cluster runs longer.
 * Errors: ClusterError when OpenSSL refuses.
 * Cost:   some 300 microseconds.
 */
Certificates make_certificates();

/// What nodes serve TLS with: 1.2 and 1.3. ClusterError when the certificates are none.
boost::asio::ssl::context make_tls_context(const Certificates& certificates);

}  // namespace txcouchbase::cluster
