// SPDX-License-Identifier: Apache-2.0
#include "views/query_text.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::views {
namespace {

TEST(QueryText, EveryByteIsEscapedUnlessItIsHarmless) {
    EXPECT_EQ(query_escaped("azAZ09-._~/"), "azAZ09-._~/");
    EXPECT_EQ(query_escaped(std::string("\0 \"#%&+=?\x7f\xff", 11)), "%00%20%22%23%25%26%2B%3D%3F%7F%FF");
}

TEST(QueryText, WhatWasEscapedIsAQueryAndReadsBack) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    EXPECT_TRUE(is_query_text(query_escaped(all)));
    EXPECT_EQ(query_unescaped(query_escaped(all)), all);
}

TEST(QueryText, APercentSignNeedsItsTwoDigits) {
    EXPECT_TRUE(is_query_text("a%aF%00"));
    for (const char* const text : {"%", "%1", "a%1g", "%-1", "% 1", "%%"}) {
        EXPECT_FALSE(is_query_text(text)) << text;
        EXPECT_EQ(query_unescaped(text), text) << "and stays";
    }
}

}  // namespace
}  // namespace txcouchbase::views
