// Which server keeps which vBucket: a balanced map that moves as little as it can.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/**
 * The map after `current`, with data on the usable servers alone.
 *
 * Shape: `current` has a row for each vBucket (a new bucket's are empty or full of `nobody`); `is_usable` has an entry
 *        for each index that a row may name, and at least one is true. Every row of the result has 1 + `replicas`
 *        entries; with too few servers the last ones are `nobody`.
 * Rules: numbers of active copies differ by at most 1 between usable servers, and so do those of replicas; the copies
 *        of a vBucket are on different servers. No more actives move than that needs, preferably to a server that has
 *        a replica already. The result for a result is itself.
 */
VbucketMap place(const VbucketMap& current, const std::vector<bool>& is_usable, std::uint8_t replicas);

/// The rows of a new bucket.
VbucketMap place_new(std::uint16_t vbuckets, std::size_t servers, std::uint8_t replicas);

}  // namespace txcouchbase::cluster
