// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/sample/sample_document.hpp"

#include <gtest/gtest.h>

#include "protocol/vbucket_hash.hpp"
#include "tests/cluster/sample/beer_sample.hpp"

namespace txcouchbase::cluster {
namespace {

constexpr Moment now{Time{std::chrono::seconds{1'800'000'000}}, Time{std::chrono::seconds{1'800'000'000}}};

/// A part of a bucket with 4 vBuckets: 0 active, 1 a replica, 2 active, 3 elsewhere.
Bucket part() {
    Bucket bucket{"beer-sample", "uuid", 4};
    for (std::uint16_t id = 0; id < 3; ++id) {
        Vbucket& copy = bucket.put(id, std::make_unique<Vbucket>(id + 1u));
        copy.set_state(id == 1 ? VbucketState::replica : VbucketState::active);
    }
    return bucket;
}

TEST(StoreSamples, puts_each_document_where_a_client_looks_for_it) {
    const std::vector<SampleDocument> documents = beer_sample();
    Bucket bucket = part();
    std::size_t expected = 0;
    EXPECT_GT(store_samples(bucket, documents, now), 7345u * 4 / 10);
    for (const SampleDocument& document : documents) {
        const std::uint16_t id = protocol::vbucket_of(document.key, 4);
        if (id % 2 != 0) continue;
        ++expected;
        const Lookup found = bucket.find(id)->get(document.key, now);
        ASSERT_EQ(found.status, Status::success) << document.key;
        ASSERT_EQ(found.document->value(), document.json);
        ASSERT_EQ(found.document->datatype(), protocol::Datatype::json);
    }
    EXPECT_EQ(bucket.find(0)->item_count() + bucket.find(2)->item_count(), expected);
}

TEST(StoreSamples, leaves_replicas_to_replication_and_tells_of_what_has_changed) {
    Bucket bucket = part();
    const std::vector<SampleDocument> documents = beer_sample();
    const std::size_t stored = store_samples(bucket, documents, now);
    EXPECT_EQ(stored, bucket.find(0)->item_count() + bucket.find(2)->item_count());
    EXPECT_EQ(bucket.find(1)->high_seqno(), 0u);
    EXPECT_EQ(bucket.take_changed(), (std::vector<std::uint16_t>{2, 0}));
}

}  // namespace
}  // namespace txcouchbase::cluster
