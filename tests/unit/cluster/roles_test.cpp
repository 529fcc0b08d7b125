// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/roles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

UserInfo user_with(const std::vector<std::string>& roles) {
    UserInfo user;
    EXPECT_EQ(parse_roles(roles, user), std::nullopt);
    return user;
}

TEST(Roles, say_what_somebody_may_do) {
    EXPECT_TRUE(user_with({"admin"}).is_admin);
    const UserInfo user =
        user_with({"data_reader[a]", "data_writer[b]", "bucket_full_access[*]", "data_writer[a]"});
    EXPECT_FALSE(user.is_admin);
    EXPECT_TRUE(user.buckets.at("a").may_read && user.buckets.at("a").may_write) << "rights add up";
    EXPECT_TRUE(!user.buckets.at("b").may_read && user.buckets.at("b").may_write);
    EXPECT_TRUE(user.buckets.at("*").may_read && user.buckets.at("*").may_write);
    EXPECT_TRUE(user_with({}).buckets.empty());
}

TEST(Roles, replace_those_from_before) {
    UserInfo user = user_with({"admin"});
    EXPECT_EQ(parse_roles(std::vector<std::string>{"data_reader[a]"}, user), std::nullopt);
    EXPECT_FALSE(user.is_admin);
    EXPECT_EQ(user.buckets.size(), 1u);
}

TEST(Roles, that_are_wrong_are_named_and_change_nothing) {
    for (const char* const role :
         {"root", "", "data_reader", "data_reader[]", "data_reader[a", "data_reader[a]x",
          "data_reader[a:b:c]", "admin[a]", "admin[]", "data_reader[[a]]", "Admin", "[a]"}) {
        UserInfo user = user_with({"data_writer[kept]"});
        const auto words = parse_roles(std::vector<std::string>{"admin", role}, user);
        ASSERT_TRUE(words) << role;
        EXPECT_THAT(*words, HasSubstr("[" + std::string{role} + "]"));
        EXPECT_FALSE(user.is_admin);
        EXPECT_EQ(user.buckets.size(), 1u);
    }
}

TEST(Roles, of_a_form_are_separated_by_commas) {
    EXPECT_THAT(split_roles("admin, data_reader[a] ,data_writer[b]"),
                ElementsAre("admin", "data_reader[a]", "data_writer[b]"));
    EXPECT_THAT(split_roles("data_reader[a,b],admin"), ElementsAre("data_reader[a,b]", "admin"));
    EXPECT_THAT(split_roles(" ,, "), IsEmpty());
}

TEST(Roles, are_told_again_from_the_rights) {
    const std::vector<GrantedRole> roles =
        granted_roles(user_with({"data_reader[a]", "data_writer[b]", "bucket_full_access[c]"}));
    ASSERT_EQ(roles.size(), 3u);
    EXPECT_EQ(roles[0].name + roles[0].bucket, "data_readera");
    EXPECT_EQ(roles[1].name + roles[1].bucket, "data_writerb");
    EXPECT_EQ(roles[2].name + roles[2].bucket, "bucket_full_accessc");
    EXPECT_EQ(granted_roles(user_with({"admin"})).front().name, "admin");
}

}  // namespace
}  // namespace txcouchbase::cluster
