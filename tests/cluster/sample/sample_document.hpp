// A document of a sample bucket, before it is anywhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "tests/cluster/kv/bucket.hpp"

namespace txcouchbase::cluster {

struct SampleDocument {
    std::string key;
    std::string json;
};

/// Stores those documents whose vBucket is active in this node's part of the bucket, and returns how many those were.
/// Replicas and disks learn of them as of any other change.
std::size_t store_samples(Bucket& bucket, std::span<const SampleDocument> documents, const Moment& now);

}  // namespace txcouchbase::cluster
