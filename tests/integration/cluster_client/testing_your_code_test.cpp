// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/cluster_client/shop.hpp"

using txcouchbase::test::Shop;

// begin docs/testing-your-code.md
#include <gtest/gtest.h>

#include <txcouchbase/cluster.hpp>

TEST(Shop, KeepsAnOrderThroughAFailover) {
    auto couchbase = txcouchbase::cluster::start({.nodes = 3});
    Shop shop{couchbase.connection_string(), couchbase.user(), couchbase.password()};

    shop.place_order("order::1", "two pairs of shoes");
    couchbase.fail_over(1);

    EXPECT_EQ(shop.order("order::1"), "two pairs of shoes");
}
// end docs/testing-your-code.md
