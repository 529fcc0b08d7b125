// What value<T>() makes of stored documents, and refuses to make of them.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/json.hpp>

#include "client/replies.hpp"
#include "client/transcoder.hpp"

namespace txcouchbase {
namespace {

ValueResult stored(std::string_view json) {
    return ValueResult{{}, "k", 42, json, flags::json};
}

template <class T>
testing::AssertionResult is_refused(std::string_view json) {
    try {
        return testing::AssertionFailure() << json << " became " << stored(json).value<T>();
    } catch (const ValueFormatError& error) {
        if (error.key() == "k") return testing::AssertionSuccess();
        return testing::AssertionFailure() << "the key is not named";
    }
}

TEST(ResultValues, AnIntegerMustBeOneExactly) {
    EXPECT_EQ(stored("5").value<int>(), 5);
    EXPECT_EQ(stored("-5").value<int>(), -5);
    EXPECT_EQ(stored("5.0").value<int>(), 5) << "JSON has one kind of numbers";
    EXPECT_EQ(stored("18446744073709551615").value<std::uint64_t>(), 18446744073709551615U);
    EXPECT_EQ(stored("-9223372036854775808").value<std::int64_t>(), INT64_MIN);
    EXPECT_EQ(stored("255").value<std::uint8_t>(), 255);
    EXPECT_TRUE(is_refused<int>("18446744073709551615"));
    EXPECT_TRUE(is_refused<std::int64_t>("9223372036854775808"));
    EXPECT_TRUE(is_refused<std::int64_t>("1e19"));
    EXPECT_TRUE(is_refused<std::int64_t>("-9223372036854775809"))
        << "no integer of 64 bits, and so no exact number";
    EXPECT_TRUE(is_refused<std::int64_t>("9007199254740993.0"))
        << "it may have been rounded when it was read";
    EXPECT_EQ(stored("-9223372036854775808").value<std::int64_t>(), std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(is_refused<std::uint64_t>("18446744073709551616"));
    EXPECT_TRUE(is_refused<unsigned>("-1"));
    EXPECT_TRUE(is_refused<unsigned>("-1.0"));
    EXPECT_TRUE(is_refused<int>("1.5"));
    EXPECT_TRUE(is_refused<int>("2147483648"));
    EXPECT_TRUE(is_refused<int>("-2147483649"));
    EXPECT_TRUE(is_refused<int>("1e300"));
    EXPECT_TRUE(is_refused<std::uint8_t>("256"));
    EXPECT_TRUE(is_refused<int>("\"5\""));
}

TEST(ResultValues, ANumberWithAFractionMayBeAnInteger) {
    EXPECT_EQ(stored("5").value<double>(), 5.0);
    EXPECT_EQ(stored("1.5").value<double>(), 1.5);
}

TEST(ResultValues, TruthIsNoNumber) {
    EXPECT_TRUE(stored("true").value<bool>());
    EXPECT_TRUE(is_refused<bool>("1"));
}

TEST(ResultValues, OfNoValueEveryWayOfAskingSaysThatThereIsNone) {
    const ValueResult miss = failed_result("k", errc::not_found);
    const auto words_of = [&](auto ask) {
        try {
            ask(miss);
        } catch (const ValueFormatError& error) {
            return error.error().detail().cause;
        }
        return std::string{"nothing was thrown"};
    };
    const std::string words = "there is no value: the key was not found";
    EXPECT_EQ(words_of([](const ValueResult& result) { static_cast<void>(result.text()); }), words);
    EXPECT_EQ(words_of([](const ValueResult& result) { static_cast<void>(result.number()); }), words);
    EXPECT_EQ(words_of([](const ValueResult& result) { static_cast<void>(result.json()); }), words);
    EXPECT_EQ(words_of([](const ValueResult& result) { static_cast<void>(result.value<int>()); }), words);
}

}  // namespace
}  // namespace txcouchbase
