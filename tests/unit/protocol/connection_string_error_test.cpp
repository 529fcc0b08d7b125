// SPDX-License-Identifier: Apache-2.0
#include "protocol/connection_string_error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace txcouchbase::protocol {
namespace {

TEST(ConnectionStringDefect, EachHasANameAndASentenceOfItsOwn) {
    std::set<std::string_view> names, sentences;
    const int last = static_cast<int>(ConnectionStringDefect::bad_percent_escape);
    for (int i = 0; i <= last; ++i) {
        names.insert(name(static_cast<ConnectionStringDefect>(i)));
        sentences.insert(sentence(static_cast<ConnectionStringDefect>(i)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_EQ(sentences.size(), static_cast<std::size_t>(last) + 1);
    EXPECT_FALSE(sentences.contains(""));
}

TEST(ConnectionStringDefect, NamesStandInTheOrderOfTheEnumeration) {
    using enum ConnectionStringDefect;
    EXPECT_EQ(name(text_too_long), "text_too_long");
    EXPECT_EQ(name(unknown_scheme), "unknown_scheme");
    EXPECT_EQ(name(empty_host), "empty_host");
    EXPECT_EQ(name(bad_port), "bad_port");
    EXPECT_EQ(name(http_port), "http_port");
    EXPECT_EQ(name(bad_bucket), "bad_bucket");
    EXPECT_EQ(name(bad_percent_escape), "bad_percent_escape");
}

}  // namespace
}  // namespace txcouchbase::protocol
