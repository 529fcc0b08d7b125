// What a node remembers of one KV connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>

#include "protocol/feature.hpp"
#include "protocol/scram_server.hpp"
#include "tests/cluster/kv/bucket.hpp"
#include "tests/cluster/node/node.hpp"

namespace txcouchbase::cluster {

struct KvSession {
    bool is_tls = false;
    bool is_closing = false;
    protocol::FeatureSet features = {};

    std::string user = {};  ///< empty: nobody has logged in
    bool is_stale = false;  ///< the user is gone or has other rights: to log in again
    std::unique_ptr<protocol::ScramServer> scram = {};
    protocol::SaslMechanism mechanism = protocol::SaslMechanism::plain;

    std::string bucket = {};       ///< empty: none is selected
    std::string bucket_uuid = {};  ///< another bucket of that name is another one
    /// The newest map that this connection was given, by bucket; empty is the cluster's.
    std::map<std::string, protocol::ConfigVersion, std::less<>> given = {};
    /// The newest map whose version alone was pushed.
    std::map<std::string, protocol::ConfigVersion, std::less<>> told = {};

    bool is_authenticated() const noexcept { return !user.empty(); }
    bool has(protocol::Feature feature) const noexcept { return features.contains(feature); }
};

}  // namespace txcouchbase::cluster
