// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cluster/manager/bucket_form.hpp"
#include "tests/cluster/manager/user_form.hpp"

namespace txcouchbase::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;

FormErrors bucket_errors(Form form) {
    form.emplace("name", "good");
    FormErrors errors;
    read_bucket_form(form, errors);
    return errors;
}

TEST(BucketForm, gives_a_bucket) {
    FormErrors errors;
    const BucketOptions options = read_bucket_form({{"name", "My.bucket-1_%"},
                                                    {"bucketType", "couchbase"},
                                                    {"ramQuotaMB", "100"},
                                                    {"replicaNumber", "3"},
                                                    {"flushEnabled", "1"},
                                                    {"numVBuckets", "1024"}},
                                                   errors);
    EXPECT_THAT(errors, IsEmpty());
    EXPECT_EQ(options.name, "My.bucket-1_%");
    EXPECT_EQ(options.type, BucketType::couchbase);
    EXPECT_EQ(options.ram_quota_mb, 100u);
    EXPECT_EQ(options.replicas, 3);
    EXPECT_TRUE(options.is_flush_enabled);
    EXPECT_EQ(options.vbuckets, 1024);
}

TEST(BucketForm, leaves_out_what_has_a_default) {
    FormErrors errors;
    const BucketOptions options = read_bucket_form({{"name", "b"}, {"bucketType", "memcached"}}, errors);
    EXPECT_THAT(errors, IsEmpty());
    EXPECT_EQ(options.type, BucketType::memcached);
    EXPECT_EQ(options.vbuckets, 64);
    EXPECT_FALSE(options.is_flush_enabled) << "as the real server has it";
}

TEST(BucketForm, takes_what_an_SDK_sends) {
    EXPECT_THAT(bucket_errors({{"bucketType", "membase"},
                               {"replicaIndex", "0"},
                               {"evictionPolicy", "valueOnly"},
                               {"maxTTL", "0"},
                               {"compressionMode", "passive"},
                               {"durabilityMinLevel", "none"},
                               {"conflictResolutionType", "seqno"},
                               {"storageBackend", "couchstore"}}),
                IsEmpty());
}

TEST(BucketForm, names_the_field_that_is_wrong) {
    const std::pair<const char*, const char*> wrong[] = {
        {"bucketType", "ephemeral"},
        {"bucketType", "x"},
        {"ramQuotaMB", "99"},
        {"ramQuotaMB", "-1"},
        {"ramQuotaMB", ""},
        {"ramQuotaMB", "4294967296"},
        {"replicaNumber", "4"},
        {"replicaNumber", "1.5"},
        {"replicaNumber", "-1"},
        {"flushEnabled", "true"},
        {"flushEnabled", "2"},
        {"numVBuckets", "0"},
        {"numVBuckets", "1025"},
        {"numVBuckets", "64 "},
        {"maxTTL", "5"},
        {"compressionMode", "weird"},
        {"evictionPolicy", "never"},
        {"durabilityMinLevel", "majority"},
        {"replicas", "1"},
    };
    for (const auto& [field, value] : wrong)
        EXPECT_THAT(bucket_errors({{field, value}}), ElementsAre(Key(field))) << value;
}

TEST(BucketForm, names_every_field_that_is_wrong) {
    EXPECT_THAT(bucket_errors({{"ramQuotaMB", "x"}, {"replicaNumber", "x"}, {"typo", "x"}}),
                ElementsAre(Key("ramQuotaMB"), Key("replicaNumber"), Pair("typo", "Unsupported key")));
}

TEST(BucketForm, wants_a_name_that_the_real_server_takes) {
    const auto words_about = [](const Form& form) {
        FormErrors errors;
        read_bucket_form(form, errors);
        return errors["name"];
    };
    EXPECT_EQ(words_about({{"name", std::string(100, 'b')}}), "");
    EXPECT_EQ(words_about({{"name", std::string(101, 'b')}}), "Bucket name cannot exceed 100 characters");
    EXPECT_EQ(words_about({}), "Bucket name needs to be specified");
    EXPECT_EQ(words_about({{"name", ""}}), "Bucket name needs to be specified");
    EXPECT_EQ(words_about({{"name", ".b"}}), "Bucket name cannot start with dot.");
    for (const char* const name : {"a b", "a/b", "\xc3\xa4", "a\n", "a$"})
        EXPECT_THAT(words_about({{"name", name}}), HasSubstr("can only contain")) << name;
}

TEST(UserForm, gives_a_user) {
    FormErrors errors;
    const UserInfo user = read_user_form("alice", nullptr,
                                         {{"password", "secret"},
                                          {"roles", "data_reader[a],data_writer[a]"},
                                          {"name", "Alice"},
                                          {"groups", ""}},
                                         errors);
    EXPECT_THAT(errors, IsEmpty());
    EXPECT_EQ(user.name, "alice");
    EXPECT_EQ(user.password->view(), "secret");
    EXPECT_TRUE(user.buckets.at("a").may_write);
}

TEST(UserForm, keeps_the_password_of_somebody_who_exists) {
    FormErrors errors;
    const UserInfo before =
        read_user_form("alice", nullptr, {{"password", "secret"}, {"roles", "admin"}}, errors);
    const UserInfo after = read_user_form("alice", &before, {{"roles", "data_reader[a]"}}, errors);
    EXPECT_THAT(errors, IsEmpty());
    EXPECT_EQ(after.password->view(), "secret");
    EXPECT_FALSE(after.is_admin) << "but not the roles";
}

TEST(UserForm, names_the_field_that_is_wrong) {
    const auto errors_of = [](std::string_view name, const Form& form) {
        FormErrors errors;
        read_user_form(name, nullptr, form, errors);
        return errors;
    };
    EXPECT_THAT(errors_of("a", {}), ElementsAre(Pair("password", HasSubstr("required"))));
    EXPECT_THAT(errors_of("a", {{"password", "12345"}}),
                ElementsAre(Pair("password", HasSubstr("at least 6 characters"))));
    EXPECT_THAT(errors_of("a", {{"password", "123456"}, {"roles", "root"}}),
                ElementsAre(Pair("roles", HasSubstr("[root]"))));
    EXPECT_THAT(errors_of("a", {{"password", "123456"}, {"groups", "g"}}),
                ElementsAre(Pair("groups", HasSubstr("g"))));
    EXPECT_THAT(errors_of("a", {{"password", "123456"}, {"rolse", ""}}),
                ElementsAre(Pair("rolse", "Unsupported key")));
}

TEST(UserForm, wants_a_name_that_the_real_server_takes) {
    const auto is_good = [](std::string_view name) {
        FormErrors errors;
        read_user_form(name, nullptr, {{"password", "123456"}}, errors);
        return errors.empty();
    };
    EXPECT_TRUE(is_good(std::string(128, 'u')));
    EXPECT_FALSE(is_good(std::string(129, 'u')));
    EXPECT_TRUE(is_good("J\xc3\xbcrgen.x-1"));
    for (const char* const name : {"", "a b", "a=b", "a,b", "a@b", "a\x7f", "\x01", "\xff", "a/b"})
        EXPECT_FALSE(is_good(name)) << name;
}

}  // namespace
}  // namespace txcouchbase::cluster
