// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/placement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace txcouchbase::cluster {
namespace {

using Row = std::vector<int>;

/// What a map says of itself: how many actives and replicas each server has.
struct Counts {
    std::vector<int> actives;
    std::vector<int> replicas;

    Counts(const VbucketMap& map, std::size_t servers) : actives(servers), replicas(servers) {
        for (const Row& row : map)
            for (std::size_t k = 0; k != row.size(); ++k)
                if (row[k] != nobody) ++(k == 0 ? actives : replicas)[static_cast<std::size_t>(row[k])];
    }
};

int spread(const std::vector<int>& counts, const std::vector<bool>& is_usable) {
    int low = 1 << 20;
    int high = 0;
    for (std::size_t i = 0; i != counts.size(); ++i) {
        if (!is_usable[i]) {
            EXPECT_EQ(counts[i], 0) << "server " << i << " is not to be used";
            continue;
        }
        low = std::min(low, counts[i]);
        high = std::max(high, counts[i]);
    }
    return high - low;
}

void expect_good(const VbucketMap& map, const std::vector<bool>& is_usable, std::uint8_t replicas) {
    const auto usable = static_cast<std::size_t>(std::count(is_usable.begin(), is_usable.end(), true));
    for (const Row& row : map) {
        ASSERT_EQ(row.size(), 1U + replicas);
        ASSERT_NE(row[0], nobody);
        std::set<int> different;
        for (const int server : row) {
            if (server == nobody) continue;
            EXPECT_TRUE(different.insert(server).second) << "two copies on " << server;
        }
        EXPECT_EQ(different.size(), std::min<std::size_t>(1U + replicas, usable));
        EXPECT_TRUE(std::is_partitioned(row.begin(), row.end(), [](int server) { return server != nobody; }));
    }
    const Counts counts(map, is_usable.size());
    EXPECT_LE(spread(counts.actives, is_usable), 1);
    EXPECT_LE(spread(counts.replicas, is_usable), 1);
    EXPECT_EQ(place(map, is_usable, replicas), map) << "what is balanced stays";
}

int moved_actives(const VbucketMap& from, const VbucketMap& to) {
    int moved = 0;
    for (std::size_t v = 0; v != from.size(); ++v) moved += from[v][0] != to[v][0];
    return moved;
}

TEST(Placement, NewBucketsAreBalancedOnAnyNumberOfServers) {
    for (const int vbuckets : {1, 7, 64, 128})
        for (std::size_t servers = 1; servers <= 9; ++servers)
            for (std::uint8_t replicas = 0; replicas <= 3; ++replicas) {
                SCOPED_TRACE(testing::Message()
                             << vbuckets << " on " << servers << " with " << int{replicas});
                const VbucketMap map = place_new(static_cast<std::uint16_t>(vbuckets), servers, replicas);
                expect_good(map, std::vector<bool>(servers, true), replicas);
            }
}

TEST(Placement, ThreeReplicasOnTwoServersAreOneAndNobody) {
    for (const Row& row : place_new(4, 2, 3)) {
        EXPECT_EQ(row[1], 1 - row[0]);
        EXPECT_EQ(row[2], nobody);
        EXPECT_EQ(row[3], nobody);
    }
}

TEST(Placement, ANewServerTakesItsShareAndNothingElseMoves) {
    for (std::size_t servers = 1; servers <= 7; ++servers)
        for (std::uint8_t replicas = 0; replicas <= 3; ++replicas) {
            SCOPED_TRACE(testing::Message() << servers << " with " << int{replicas});
            const VbucketMap before = place_new(64, servers, replicas);
            const std::vector<bool> all(servers + 1, true);
            const VbucketMap after = place(before, all, replicas);
            expect_good(after, all, replicas);
            EXPECT_EQ(moved_actives(before, after), Counts(after, servers + 1).actives[servers]);
        }
}

TEST(Placement, AServerThatLeavesGivesUpWhatItHadAndNothingElseMoves) {
    for (std::size_t servers = 2; servers <= 7; ++servers)
        for (std::uint8_t replicas = 0; replicas <= 3; ++replicas) {
            SCOPED_TRACE(testing::Message() << servers << " with " << int{replicas});
            const VbucketMap before = place_new(64, servers, replicas);
            std::vector<bool> some(servers, true);
            some[1] = false;
            const VbucketMap after = place(before, some, replicas);
            expect_good(after, some, replicas);
            EXPECT_EQ(moved_actives(before, after), Counts(before, servers).actives[1]);
        }
}

TEST(Placement, AReplicaIsPromotedRatherThanCopied) {
    const VbucketMap before = {{0, 1}, {0, 1}, {0, 1}, {0, 1}};
    const VbucketMap after = place(before, {true, true}, 1);
    EXPECT_EQ(moved_actives(before, after), 2);
    for (const Row& row : after) EXPECT_EQ(row[1], 1 - row[0]);
}

TEST(Placement, MapsWithHolesAreMended) {
    const VbucketMap holes = {{nobody, nobody}, {1, nobody}, {1, 2}, {1, 2}, {1, 0}, {nobody, nobody}};
    const VbucketMap mended = place(holes, {true, true, true}, 1);
    expect_good(mended, {true, true, true}, 1);
    EXPECT_EQ(moved_actives(holes, mended), 4) << "two that nobody had, two too many on server 1";
}

TEST(Placement, MoreReplicasAreFoundPlacesWithoutMovingActives) {
    const VbucketMap one = place_new(64, 4, 1);
    VbucketMap widened = place(one, std::vector<bool>(4, true), 2);
    expect_good(widened, std::vector<bool>(4, true), 2);
    EXPECT_EQ(moved_actives(one, widened), 0);
}

TEST(Placement, StaysGoodThroughAHistoryOfComingsAndGoings) {
    for (std::uint8_t replicas = 0; replicas <= 3; ++replicas) {
        std::vector<bool> is_usable = {true, true, false, false, false, false, false};
        VbucketMap map = place(VbucketMap(64), is_usable, replicas);
        unsigned random = 12345;
        for (int step = 0; step != 60; ++step) {
            random = random * 1103515245U + 12345U;
            const std::size_t which = (random >> 16U) % is_usable.size();
            is_usable[which] = !is_usable[which];
            if (std::find(is_usable.begin(), is_usable.end(), true) == is_usable.end())
                is_usable[which] = true;
            map = place(map, is_usable, replicas);
            SCOPED_TRACE(testing::Message() << "step " << step << " with " << int{replicas});
            expect_good(map, is_usable, replicas);
        }
    }
}

}  // namespace
}  // namespace txcouchbase::cluster
