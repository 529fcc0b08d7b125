// SPDX-License-Identifier: Apache-2.0
#include "protocol/ketama.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

std::vector<std::string> vector_servers() {
    return aux_vectors()["ketama"]["servers"].get<std::vector<std::string>>();
}

/// The ring as the vectors show it: positions with the server's spelling.
std::vector<std::pair<std::uint32_t, std::string>> spelled(const std::vector<std::string>& servers) {
    const KetamaRing ring{servers};
    std::vector<std::pair<std::uint32_t, std::string>> points;
    for (const auto& point : ring.points()) points.emplace_back(point.position, servers[point.server]);
    return points;
}

TEST(Ketama, TheRingHasThePointsOfTheVectors) {
    const auto& v = aux_vectors()["ketama"];
    const auto points = spelled(vector_servers());
    ASSERT_EQ(points.size(), v["num_points"].get<std::size_t>());
    EXPECT_TRUE(std::ranges::is_sorted(points));
    for (std::size_t i = 0; i < v["first_points"].size(); ++i)
        EXPECT_EQ(points[i], (v["first_points"][i].get<std::pair<std::uint32_t, std::string>>()));
    EXPECT_EQ(points.back(), (v["last_point"].get<std::pair<std::uint32_t, std::string>>()));
    for (const auto& sample : v["continuum_samples"])
        for (const auto& position : sample["points"])
            EXPECT_TRUE(std::ranges::binary_search(points, position.get<std::uint32_t>(), {},
                                                   [](const auto& p) { return p.first; }))
                << sample;
}

TEST(Ketama, EveryKeyOfTheVectorsFindsItsServer) {
    const auto servers = vector_servers();
    const KetamaRing ring{servers};
    for (const auto& v : aux_vectors()["ketama"]["keys"]) {
        const auto key = v["key"].get<std::string>();
        EXPECT_EQ(ketama_hash(key), v["hash"].get<std::uint32_t>()) << v;
        EXPECT_EQ(servers[ring.server_of(key)], v["server"].get<std::string>()) << v;
    }
}

TEST(Ketama, AHashBeyondTheLastPointWrapsToTheFirst) {
    const KetamaRing ring{vector_servers()};
    std::string key;
    for (int i = 0; key.empty(); ++i)
        if (ketama_hash(std::to_string(i)) > ring.points().back().position) key = std::to_string(i);
    EXPECT_EQ(ring.server_of(key), ring.points().front().server);
}

TEST(Ketama, TheOrderOfTheListMovesNoKey) {
    auto servers = vector_servers();
    const auto points = spelled(servers);
    while (std::ranges::next_permutation(servers).found) EXPECT_EQ(spelled(servers), points);
}

TEST(Ketama, ALeavingServerMovesOnlyItsOwnKeys) {
    const auto all = vector_servers();
    const std::vector<std::string> fewer{all[0], all[2]};
    const KetamaRing before{all};
    const KetamaRing after{fewer};
    std::map<std::string, int> keys_of;
    for (int i = 0; i < 3000; ++i) {
        const std::string key = "key-" + std::to_string(i);
        const std::string& owner = all[before.server_of(key)];
        ++keys_of[owner];
        if (owner != all[1]) {
            EXPECT_EQ(fewer[after.server_of(key)], owner);
        }
    }
    for (const auto& [server, keys] : keys_of) EXPECT_GT(keys, 500) << server;
}

TEST(Ketama, ASingleServerKeepsEverything) {
    const std::vector<std::string> servers{"[::1]:11211"};
    const KetamaRing ring{servers};
    EXPECT_EQ(ring.points().size(), 160U);
    for (const char* key : {"", "a", "hello"}) EXPECT_EQ(ring.server_of(key), 0U);
}

}  // namespace
}  // namespace txcouchbase::protocol
