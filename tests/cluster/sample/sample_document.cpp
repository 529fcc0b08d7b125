// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/sample/sample_document.hpp"

#include "protocol/vbucket_hash.hpp"

namespace txcouchbase::cluster {

std::size_t store_samples(Bucket& bucket, std::span<const SampleDocument> documents, const Moment& now) {
    std::size_t stored = 0;
    for (const SampleDocument& document : documents) {
        const std::uint16_t id = protocol::vbucket_of(document.key, bucket.vbuckets());
        Vbucket* const copy = bucket.find(id, VbucketState::active);
        if (copy == nullptr) continue;
        const StoreArguments arguments{
            .key = document.key, .value = document.json, .datatype = protocol::Datatype::json};
        if (copy->store(StoreMode::set, arguments, now).status != Status::success) continue;
        bucket.mark_changed(id);
        ++stored;
    }
    return stored;
}

}  // namespace txcouchbase::cluster
