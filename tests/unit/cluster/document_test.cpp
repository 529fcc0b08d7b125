// A document version is one block that says what it was made of.
// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/document.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

TEST(Document, says_what_it_was_made_of) {
    const DocumentPtr document = make_document(
        {.key = "k", .value = "value", .flags = 7, .expiry = 100, .cas = 9, .seqno = 3, .revision = 2});
    EXPECT_EQ(document->key(), "k");
    EXPECT_EQ(document->value(), "value");
    EXPECT_EQ(document->flags(), 7u);
    EXPECT_EQ(document->cas(), 9u);
    EXPECT_EQ(document->seqno(), 3u);
    EXPECT_EQ(document->revision(), 2u);
    EXPECT_FALSE(document->is_expired(99));
    EXPECT_TRUE(document->is_expired(100));
}

TEST(Document, of_empty_key_and_value_is_made_too) {
    const DocumentPtr document = make_document({});
    EXPECT_EQ(document->key(), "");
    EXPECT_EQ(document->value(), "");
    EXPECT_FALSE(document->is_expired(~0u)) << "expiry 0 is never";
}

}  // namespace
}  // namespace txcouchbase::cluster
