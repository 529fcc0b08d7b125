// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/results.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <txcouchbase/exceptions.hpp>

#include "client/transcoder.hpp"
#include "net/block.hpp"

namespace txcouchbase {
namespace {

ValueResult value_result(std::string_view value, std::uint32_t flags = flags::utf8) {
    return ValueResult{{}, "k", 42, value, flags};
}

template <class R>
std::string printed(const R& result) {
    std::ostringstream out;
    out << result;
    return out.str();
}

TEST(Results, AnEmptyResultHasNothingAndIsASuccess) {
    const ValueResult result;
    EXPECT_EQ(result.key(), "");
    EXPECT_EQ(result.bytes(), "");
    EXPECT_EQ(result.cas(), 0U);
    EXPECT_EQ(result.flags(), 0U);
    EXPECT_TRUE(result.success());
    EXPECT_EQ(result.errstr(), "success");
    EXPECT_THROW(result.number(), ValueFormatError);
}

TEST(Results, AResultPinsItsBlockAndSoDoItsCopies) {
    net::Block* const block = net::Block::make(16);
    std::copy_n("keyvalue", 8, block->data());
    std::optional<ValueResult> copy;
    {
        ValueResult first{
            detail::Pin{block->pin()}, {block->data(), 3}, 1, {block->data() + 3, 5}, flags::utf8};
        copy = first;
        const ValueResult moved = std::move(first);
        EXPECT_FALSE(block->is_unpinned());
        EXPECT_EQ(moved.bytes(), "value");
    }
    EXPECT_FALSE(block->is_unpinned());
    EXPECT_EQ(copy->key(), "key");
    EXPECT_EQ(copy->text(), "value");
    ValueResult assigned;
    assigned = *copy;
    copy.reset();
    EXPECT_FALSE(block->is_unpinned());
    assigned = ValueResult{};
    EXPECT_TRUE(block->is_unpinned());
    block->retire();
}

TEST(Results, ANumberIsDecimalDigitsAndPerhapsBlanksBehindThem) {
    EXPECT_EQ(value_result("0").number(), 0U);
    EXPECT_EQ(value_result("18446744073709551615").number(), 18446744073709551615U);
    EXPECT_EQ(value_result("7 ").number(), 7U);
    EXPECT_EQ(value_result("7  ", flags::json).number(), 7U);
}

TEST(Results, WhatIsNoUnsignedNumberIsAValueFormatErrorThatNamesTheKey) {
    for (const char* const text :
         {"", " ", " 7", "-1", "+1", "1.0", "7x", "7 x", "0x10", "18446744073709551616"}) {
        try {
            static_cast<void>(value_result(text).number());
            ADD_FAILURE() << '"' << text << '"';
        } catch (const ValueFormatError& error) {
            EXPECT_EQ(error.key(), "k");
        }
    }
}

TEST(Results, TheyPrintTheirKindKeyAndCas) {
    EXPECT_EQ(printed(OperationResult{{}, "k", 42}), "OperationResult<SUCCESS, key=k, cas=42>");
    EXPECT_EQ(printed(OperationResult{{}, "k", 0, errc::not_found}),
              "OperationResult<KEY_ENOENT, key=k, cas=0>");
    EXPECT_EQ(printed(value_result("v")), "ValueResult<SUCCESS, key=k, cas=42, flags=0x4000004, 1 bytes: v>");
    EXPECT_EQ(printed(ValueResult{}), "ValueResult<SUCCESS, key=, cas=0, no value>");
}

TEST(Results, ALongValueIsPrintedAbridged) {
    const std::string longest_whole(64, 'x');
    EXPECT_EQ(printed(value_result(longest_whole)),
              "ValueResult<SUCCESS, key=k, cas=42, flags=0x4000004, 64 bytes: " + longest_whole + '>');
    EXPECT_EQ(printed(value_result(longest_whole + "yyy")),
              "ValueResult<SUCCESS, key=k, cas=42, flags=0x4000004, 67 bytes: " + longest_whole + "...>");
}

}  // namespace
}  // namespace txcouchbase
