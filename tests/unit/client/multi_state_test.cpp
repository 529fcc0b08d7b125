// SPDX-License-Identifier: Apache-2.0
#include "client/multi_state.hpp"

#include <gtest/gtest.h>

#include <unordered_map>

namespace txcouchbase::detail {
namespace {

TEST(KeyIndex, NumbersKeysInTheOrderInWhichTheyAreFirstSeen) {
    KeyIndex index;
    EXPECT_EQ(index.insert("b"), (std::pair{0U, true}));
    EXPECT_EQ(index.insert("a"), (std::pair{1U, true}));
    EXPECT_EQ(index.insert("b"), (std::pair{0U, false}));
    EXPECT_EQ(index.size(), 2U);
    EXPECT_EQ(index.key(0), "b");
    EXPECT_EQ(index.key(1), "a");
}

TEST(KeyIndex, FindsNothingWhileItIsEmptyWhateverRoomItHas) {
    for (const std::size_t room : {0U, 1U, 2U, 3U, 1000U}) {
        KeyIndex index;
        EXPECT_EQ(index.find("k"), KeyIndex::none);
        index.reserve(room);
        EXPECT_EQ(index.find("k"), KeyIndex::none);
        EXPECT_EQ(index.insert("k"), (std::pair{0U, true}));
        EXPECT_EQ(index.find("k"), 0U);
    }
}

TEST(KeyIndex, TheFirstKeyMayBeEmpty) {
    KeyIndex index;
    EXPECT_EQ(index.insert({}), (std::pair{0U, true}));
    EXPECT_EQ(index.find(""), 0U);
    EXPECT_EQ(index.key(0), "");
}

TEST(KeyIndex, KeysThatRunIntoEachOtherStayApart) {
    KeyIndex index;
    for (const std::string_view key : {"ab", "c", "a", "bc", "", "abc"})
        EXPECT_TRUE(index.insert(key).second);
    EXPECT_EQ(index.find(""), 4U);
    EXPECT_EQ(index.key(4), "");
    EXPECT_EQ(index.key(5), "abc");
    EXPECT_EQ(index.find("b"), KeyIndex::none);
}

TEST(KeyIndex, AgreesWithAMapThroughEveryGrowth) {
    for (const std::size_t room : {0U, 100U, 20'000U}) {
        KeyIndex index;
        index.reserve(room);
        std::unordered_map<std::string, std::uint32_t> model;
        for (std::uint32_t i = 0; i < 20'000; ++i) {
            const std::string key = std::to_string(i * 2'654'435'761U % 15'000);
            const auto [known, is_new] = model.emplace(key, static_cast<std::uint32_t>(model.size()));
            ASSERT_EQ(index.insert(key), (std::pair{known->second, is_new}));
        }
        ASSERT_EQ(index.size(), model.size());
        for (const auto& [key, number] : model) {
            ASSERT_EQ(index.find(key), number);
            ASSERT_EQ(index.key(number), key);
        }
        EXPECT_EQ(index.find("15000"), KeyIndex::none);
    }
}

}  // namespace
}  // namespace txcouchbase::detail
