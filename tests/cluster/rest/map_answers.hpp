// Cluster maps over HTTP: terse and verbose, once and as streams.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/rest/routes.hpp"

namespace txcouchbase::cluster {

Answer node_services(const Call& call);
Answer terse_map(const Call& call);
Answer terse_stream(const Call& call);
Answer verbose_map(const Call& call);
Answer verbose_stream(const Call& call);
/// Of all buckets that the user may read.
Answer bucket_list(const Call& call);

/// The map that a stream tells now; nothing when the bucket is gone.
std::optional<std::string> current_map(const Node& node, const MapStream& stream);

/// As a client on this machine needs it: verbose documents name addresses, never "$HOST".
std::string with_own_address(std::string document);

}  // namespace txcouchbase::cluster
