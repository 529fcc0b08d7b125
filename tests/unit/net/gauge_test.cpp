// SPDX-License-Identifier: Apache-2.0
#include "net/gauge.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "tests/unit/net/random.hpp"

namespace txcouchbase::net {
namespace {

TEST(Gauge, HasRoomUpToItsCapAndNotBeyond) {
    Gauge gauge{{.operations = 2, .bytes = 100}};
    EXPECT_TRUE(gauge.has_room(100));
    EXPECT_FALSE(gauge.has_room(101));
    gauge.add(60);
    EXPECT_TRUE(gauge.has_room(40));
    EXPECT_FALSE(gauge.has_room(41));
    gauge.add(0);
    EXPECT_FALSE(gauge.has_room(0));
    gauge.remove(60);
    EXPECT_TRUE(gauge.has_room(100));
}

TEST(SharedLimit, OneGaugeMayTakeAllOfIt) {
    Gauge a{{.operations = 100, .bytes = 1'000}}, b{{.operations = 100, .bytes = 1'000}};
    SharedLimit limit{{.operations = 10, .bytes = 500}};
    limit.admit(a);
    limit.admit(b);
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(a.has_room(50)) << i;
        a.add(50);
    }
    EXPECT_FALSE(a.has_room(0));
    EXPECT_FALSE(b.has_room(0));
    a.remove(50);
    EXPECT_FALSE(b.has_room(51));
    EXPECT_TRUE(b.has_room(50));
    b.add(50);
    EXPECT_FALSE(a.has_room(0));
    EXPECT_EQ(limit.used().operations, 10U);
    EXPECT_EQ(limit.used().bytes, 500U);
}

TEST(SharedLimit, DoesNotLiftTheCapOfOneGauge) {
    Gauge a{{.operations = 1, .bytes = 10}}, b{{.operations = 100, .bytes = 1'000}};
    SharedLimit limit{{.operations = 10, .bytes = 500}};
    limit.admit(a);
    limit.admit(b);
    EXPECT_FALSE(a.has_room(11));
    EXPECT_TRUE(a.has_room(10));
    a.add(10);
    EXPECT_FALSE(a.has_room(0));
}

TEST(SharedLimit, RefusesExactlyWhatDoesNotFitWhoeverAsks) {
    Random random{1};
    std::deque<Gauge> gauges;
    SharedLimit limit{{.operations = 40, .bytes = 2'000}};
    for (int i = 0; i < 5; ++i) limit.admit(gauges.emplace_back(Amount{.operations = 20, .bytes = 900}));
    std::deque<std::pair<Gauge*, std::size_t>> taken;
    for (int i = 0; i < 20'000; ++i) {
        if (!taken.empty() && random.one_in(2)) {
            taken.front().first->remove(taken.front().second);
            taken.pop_front();
        }
        Gauge& gauge = gauges[random.below(5)];
        const std::size_t size = random.below(100);
        const Amount all = limit.used();
        const bool fits = all.operations < 40 && all.bytes + size <= 2'000 && gauge.used().operations < 20 &&
                          gauge.used().bytes + size <= 900;
        ASSERT_EQ(gauge.has_room(size), fits) << "step " << i;
        if (!fits) continue;
        gauge.add(size);
        taken.emplace_back(&gauge, size);
    }
}

}  // namespace
}  // namespace txcouchbase::net
