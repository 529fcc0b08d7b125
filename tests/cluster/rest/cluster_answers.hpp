// What a node says about its cluster: /pools and below.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/rest/routes.hpp"

namespace txcouchbase::cluster {

Answer pools(const Call& call);
Answer pool(const Call& call);
Answer nodes(const Call& call);

}  // namespace txcouchbase::cluster
