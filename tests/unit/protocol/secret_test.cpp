// SPDX-License-Identifier: Apache-2.0
#include "protocol/secret.hpp"

#include <gtest/gtest.h>

#include <new>
#include <type_traits>

namespace txcouchbase::protocol {
namespace {

TEST(Secret, HoldsItsPiecesOneBehindTheOther) {
    EXPECT_EQ(Secret{}.view(), "");
    EXPECT_EQ((Secret{{"ab", "", "cd"}}.view()), "abcd");
}

TEST(Secret, IsWipedWhenItDies) {
    // Short enough to stand inside the string object, whose memory here is ours and still readable afterwards.
    alignas(Secret) char memory[sizeof(Secret)];
    auto* secret = new (memory) Secret{{"hunter2"}};
    ASSERT_NE((ByteView{memory, sizeof memory}.find("hunter2")), ByteView::npos);
    secret->~Secret();
    EXPECT_EQ((ByteView{memory, sizeof memory}.find("hunter2")), ByteView::npos);
    EXPECT_EQ((ByteView{memory, sizeof memory}.find("unter")), ByteView::npos);
}

TEST(Secret, CannotBeCopiedIntoMemoryThatNobodyWipes) {
    static_assert(!std::is_copy_constructible_v<Secret> && !std::is_move_constructible_v<Secret>);
    static_assert(!std::is_copy_assignable_v<Secret> && !std::is_move_assignable_v<Secret>);
}

TEST(EqualInConstantTime, SaysWhetherTheBytesAreTheSame) {
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "xbc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
    EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
}

TEST(EqualInConstantTime, NothingEqualsNothing) {
    EXPECT_FALSE(equal_in_constant_time("", ""));
    EXPECT_FALSE(equal_in_constant_time({}, {}));
    EXPECT_FALSE(equal_in_constant_time("", "a"));
}

}  // namespace
}  // namespace txcouchbase::protocol
