// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/management.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace txcouchbase::cluster {
namespace {

using testing::HasSubstr;

/// A manager of one node that is up, and everything that the node was told.
struct Managed {
    Managed() {
        manager.add_node({});
        manager.on_node_up(0);
    }

    ManagementReply ask(const std::string& method, const std::string& path, const std::string& body = "") {
        return manage(manager, {.id = ++last_id, .method = method, .path = path, .body = body});
    }
    ManagementReply create(const std::string& form) { return ask("POST", "/pools/default/buckets", form); }
    ManagementReply put(const std::string& user, const std::string& form) {
        return ask("PUT", "/settings/rbac/users/local/" + user, form);
    }

    std::uint64_t random = 0;
    std::uint64_t last_id = 0;
    std::vector<Message> told = {};
    Manager manager{[this](NodeId, Message message) { told.push_back(std::move(message)); },
                    [this] { return ++random; },
                    {},
                    {}};
};

nlohmann::json errors_of(const ManagementReply& reply) {
    return nlohmann::json::parse(reply.body).at("errors");
}

TEST(Management, creates_a_bucket) {
    Managed managed;
    const ManagementReply reply = managed.create(
        "name=b%2d1&bucketType=membase&ramQuotaMB=128&replicaNumber=0&flushEnabled=1&numVBuckets=8");
    EXPECT_EQ(reply.status, 202u);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.id, 1u);
    const BucketInfo* const bucket = managed.manager.state()->find_bucket("b-1");
    ASSERT_NE(bucket, nullptr);
    EXPECT_EQ(bucket->map.size(), 8u);
    EXPECT_EQ(bucket->ram_quota_mb, 128u);
    EXPECT_TRUE(bucket->is_flush_enabled);
}

TEST(Management, says_what_is_wrong_with_a_buckets_form) {
    Managed managed;
    ASSERT_EQ(managed.create("name=b").status, 202u);
    const ManagementReply again = managed.create("name=b&ramQuotaMB=1");
    EXPECT_EQ(again.status, 400u);
    EXPECT_EQ(again.body, R"({"errors":{"name":"Bucket with given name already exists",)"
                          R"("ramQuotaMB":"RAM quota cannot be less than 100 MB"},"summaries":{}})");
    EXPECT_TRUE(errors_of(managed.create("")).contains("name"));
    EXPECT_THAT(errors_of(managed.create("name=%zz")).at("_"), HasSubstr("percent-escape"));
    EXPECT_TRUE(errors_of(managed.create("name=c&\xff=1")).contains("\xef\xbf\xbd"))
        << "a field of other bytes";
    EXPECT_EQ(managed.manager.state()->buckets.size(), 1u);
}

TEST(Management, says_what_the_manager_itself_refuses) {
    Managed managed;
    managed.manager.add_node({});
    managed.manager.on_node_up(1);
    ASSERT_EQ(managed.create("name=b").status, 202u);
    managed.manager.add_node({});
    managed.manager.on_node_up(2);
    ASSERT_EQ(managed.manager.rebalance(), std::nullopt);
    EXPECT_THAT(errors_of(managed.create("name=c")).at("_"), HasSubstr("rebalance"));
    EXPECT_EQ(managed.ask("DELETE", "/pools/default/buckets/b").status, 503u);
}

TEST(Management, deletes_a_bucket_once) {
    Managed managed;
    managed.create("name=b");
    EXPECT_EQ(managed.ask("DELETE", "/pools/default/buckets/b").status, 200u);
    EXPECT_EQ(managed.manager.state()->find_bucket("b"), nullptr);
    const ManagementReply again = managed.ask("DELETE", "/pools/default/buckets/b");
    EXPECT_EQ(again.status, 404u);
    EXPECT_EQ(again.body, "The bucket to be deleted was not found.\r\n");
}

TEST(Management, flushes_a_bucket_that_allows_it) {
    Managed managed;
    managed.create("name=b&flushEnabled=1");
    managed.create("name=firm");
    managed.told.clear();
    EXPECT_EQ(managed.ask("POST", "/pools/default/buckets/b/controller/doFlush").status, 200u);
    ASSERT_EQ(managed.told.size(), 1u);
    EXPECT_EQ(std::get<FlushBucket>(managed.told[0]).bucket_uuid,
              managed.manager.state()->find_bucket("b")->uuid);
    const ManagementReply firm = managed.ask("POST", "/pools/default/buckets/firm/controller/doFlush");
    EXPECT_EQ(firm.status, 400u);
    EXPECT_EQ(firm.body, R"({"_":"Flush is disabled for the bucket"})");
    EXPECT_EQ(managed.ask("POST", "/pools/default/buckets/nope/controller/doFlush").status, 404u);
}

TEST(Management, makes_changes_and_removes_a_user) {
    Managed managed;
    const ManagementReply made = managed.put("J%C3%BCrgen", "password=secret&roles=data_reader%5Bb%5D");
    EXPECT_EQ(made.status, 200u);
    EXPECT_EQ(made.body, "");
    const StatePtr before = managed.manager.state();
    const UserInfo* const user = before->find_user("J\xc3\xbcrgen");
    ASSERT_NE(user, nullptr);
    EXPECT_TRUE(user->buckets.at("b").may_read);
    EXPECT_EQ(managed.put("J%C3%BCrgen", "roles=admin").status, 200u);
    const StatePtr after = managed.manager.state();
    EXPECT_TRUE(after->find_user("J\xc3\xbcrgen")->is_admin);
    EXPECT_EQ(after->find_user("J\xc3\xbcrgen")->password->view(), "secret");
    EXPECT_EQ(managed.ask("DELETE", "/settings/rbac/users/local/J%C3%BCrgen").status, 200u);
    const ManagementReply again = managed.ask("DELETE", "/settings/rbac/users/local/J%C3%BCrgen");
    EXPECT_EQ(again.status, 404u);
    EXPECT_EQ(again.body, "\"User was not found.\"");
}

TEST(Management, says_what_is_wrong_with_a_users_form) {
    Managed managed;
    const ManagementReply reply = managed.put("a", "password=12345&roles=root");
    EXPECT_EQ(reply.status, 400u);
    EXPECT_TRUE(errors_of(reply).contains("password"));
    EXPECT_THAT(errors_of(reply).at("roles"), HasSubstr("[root]"));
    EXPECT_TRUE(errors_of(managed.put("a%20b", "password=123456")).contains("_"));
    EXPECT_TRUE(managed.manager.state()->users.empty());
}

TEST(Management, knows_no_other_requests) {
    Managed managed;
    managed.create("name=b");
    const std::pair<const char*, const char*> others[] = {
        {"GET", "/pools/default/buckets"},
        {"PUT", "/pools/default/buckets/b"},
        {"POST", "/pools/default/buckets/b/controller/doFlush/x"},
        {"POST", "/pools/default/buckets/b/controller/compactBucket"},
        {"DELETE", "/pools/default/buckets"},
        {"PUT", "/settings/rbac/users/external/x"},
        {"POST", "/settings/rbac/users/local/x"},
        {"DELETE", "/settings/rbac/users/local"},
        {"DELETE", "pools"},
        {"DELETE", "/pools/default/buckets/%zz"}};
    for (const auto& [method, path] : others) EXPECT_EQ(managed.ask(method, path).status, 404u) << path;
}

}  // namespace
}  // namespace txcouchbase::cluster
