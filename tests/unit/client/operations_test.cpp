// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/operations.hpp>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;

template <class T>
bool is_kept_as(const Encodable& value) {
    return std::holds_alternative<T>(value.value());
}

TEST(Encodable, EveryPlainTypeIsKeptAsWhatItIs) {
    EXPECT_TRUE(is_kept_as<std::nullptr_t>(nullptr));
    EXPECT_TRUE(is_kept_as<bool>(true));
    EXPECT_TRUE(is_kept_as<std::int64_t>(-1));
    EXPECT_TRUE(is_kept_as<std::int64_t>(short{1}));
    EXPECT_TRUE(is_kept_as<std::uint64_t>(1U));
    EXPECT_TRUE(is_kept_as<std::uint64_t>(std::size_t{1}));
    EXPECT_TRUE(is_kept_as<double>(1.0F));
    EXPECT_TRUE(is_kept_as<std::string_view>("text"));
    EXPECT_TRUE(is_kept_as<std::string_view>(std::string{"text"}));
    EXPECT_TRUE(is_kept_as<std::string_view>(std::string_view{"text"}));
    EXPECT_TRUE(is_kept_as<Encodable::Bytes>(std::span<const std::byte>{}));
    EXPECT_TRUE(is_kept_as<const nlohmann::json*>(nlohmann::json::object()));
}

TEST(Encodable, ATextIsNoBooleanAndAPointerNoNumber) {
    EXPECT_FALSE(is_kept_as<bool>("text"));
    static_assert(!std::is_convertible_v<const int*, Encodable>);
    static_assert(!std::is_convertible_v<std::vector<int>, Encodable>);
}

TEST(Options, TheirDefaultsAskForNothing) {
    EXPECT_EQ(StoreOptions{}.cas, 0U);
    EXPECT_EQ(StoreOptions{}.ttl, 0s);
    EXPECT_FALSE(StoreOptions{}.format);
    EXPECT_EQ(AppendOptions{}.format, Format::utf8);
    EXPECT_EQ(CounterOptions{}.delta, 1U);
    EXPECT_FALSE(CounterOptions{}.initial);
    EXPECT_EQ(RequestOptions{}.timeout, 0ms);
    EXPECT_EQ(ConnectionOptions{}.default_format, Format::json);
    EXPECT_FALSE(ConnectionOptions{}.allow_plain);
}

}  // namespace
}  // namespace txcouchbase
