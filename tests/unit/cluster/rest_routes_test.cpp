// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/unit/cluster/rest_fixture.hpp"

namespace txcouchbase::cluster {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RestRoutes, tell_a_cluster_about_itself) {
    RestNode rest;
    const auto pools = rest.get("/pools").json();
    EXPECT_EQ(pools.at("pools").at(0).at("name"), "default");
    EXPECT_EQ(pools.at("uuid"), "cafe");
    EXPECT_EQ(pools.at("isAdminCreds"), true);
    const auto pool = rest.get("/pools/default").json();
    EXPECT_EQ(pool.at("nodes").size(), 2u);
    EXPECT_EQ(pool.at("nodes").at(0).at("thisNode"), true);
    EXPECT_EQ(pool.at("nodes").at(1).at("hostname"), "127.0.0.1:9001");
    EXPECT_EQ(pool.at("nodes").at(1).at("ports").at("direct"), 11001);
    EXPECT_EQ(pool.at("bucketNames").at(1).at("bucketName"), "cache");
    EXPECT_EQ(pool.at("rebalanceStatus"), "none");
    EXPECT_EQ(rest.get("/pools/nodes").json().at("nodes"), pool.at("nodes"));
}

TEST(RestRoutes, give_the_same_maps_as_the_data_port) {
    RestNode rest;
    EXPECT_EQ(rest.get("/pools/default/b/default").body, rest.node.configs.bucket("default")->json);
    EXPECT_EQ(rest.get("/pools/default/nodeServices").body, rest.node.configs.cluster().json);
}

TEST(RestRoutes, give_a_garbage_map_to_whoever_asks) {
    RestNode rest;
    rest.node.configs.replace("default", {.version = {1, 9}, .json = "{]"});
    EXPECT_EQ(rest.get("/pools/default/b/default").body, "{]");
}

TEST(RestRoutes, name_addresses_in_verbose_maps) {
    RestNode rest;
    const Reply reply = rest.get("/pools/default/buckets/default");
    EXPECT_THAT(reply.body, Not(HasSubstr("$HOST")));
    EXPECT_EQ(reply.json().at("vBucketServerMap").at("serverList").at(0), "127.0.0.1:11000");
    EXPECT_EQ(rest.get("/pools/default/buckets").json().at(0), reply.json());
}

TEST(RestRoutes, tell_the_SDKs_bucket_managers_what_they_cannot_do_without) {
    RestNode rest;
    for (const char* const bucket : {"default", "cache"}) {
        const auto settings = rest.get(std::string{"/pools/default/buckets/"} + bucket).json();
        for (const char* const member : {"name", "uuid", "replicaNumber", "bucketType", "evictionPolicy",
                                         "conflictResolutionType", "controllers"})
            EXPECT_TRUE(settings.contains(member)) << bucket << ": " << member;
        EXPECT_EQ(settings.at("quota").at("rawRAM"), 256 << 20);
        for (const char* const member : {"status", "hostname", "version", "services", "ports"})
            EXPECT_TRUE(settings.at("nodes").at(0).contains(member)) << member;
    }
}

TEST(RestRoutes, list_the_buckets_that_somebody_may_see) {
    RestNode rest;
    EXPECT_EQ(rest.get("/pools/default/buckets").json().size(), 2u);
    EXPECT_EQ(rest.get("/pools/default/buckets", reader).json().size(), 1u);
    EXPECT_EQ(rest.get("/pools/default/buckets", stranger).body, "[]");
}

TEST(RestRoutes, know_nothing_of_other_paths) {
    RestNode rest;
    for (const char* const path : {"/", "/poolz", "/pools/default/b", "/pools/default/b/default/x", "/Pools",
                                   "*", "/pools/default/b/%zz", "/settings/rbac/users/external/x"}) {
        const Reply reply = rest.get(path);
        EXPECT_EQ(reply.status, 404u) << path;
        EXPECT_EQ(reply.body, "Requested resource not found.\r\n") << path;
    }
}

TEST(RestRoutes, know_nothing_of_other_buckets) {
    RestNode rest;
    for (const char* const path :
         {"/pools/default/b/nope", "/pools/default/bs/nope", "/pools/default/buckets/nope",
          "/pools/default/bucketsStreaming/nope", "/pools/default/buckets/nope/ddocs"})
        EXPECT_EQ(rest.get(path).body, "Requested resource not found.\r\n") << path;
}

TEST(RestRoutes, do_not_take_a_bucket_for_the_one_it_replaced) {
    RestNode rest;
    EXPECT_EQ(rest.get("/pools/default/buckets/default?bucket_uuid=b0").status, 200u);
    const Reply reply = rest.get("/pools/default/buckets/default?bucket_uuid=b1");
    EXPECT_EQ(reply.status, 404u);
    EXPECT_EQ(reply.body, "Bucket uuid does not match the requested.\r\n");
}

TEST(RestRoutes, ask_who_is_there) {
    RestNode rest;
    const std::string wrong[] = {"",
                                 basic("Administrator", "Password"),
                                 basic("Administrator", ""),
                                 basic("nobody", "password"),
                                 basic("", ""),
                                 "Basic",
                                 "Basic ?",
                                 "Basic " + protocol::base64_encode("Administrator"),
                                 "Bearer x",
                                 admin + "x"};
    for (const std::string& authorization : wrong) {
        const Reply reply = rest.get("/pools/default", authorization);
        EXPECT_EQ(reply.status, 401u) << authorization;
        EXPECT_TRUE(reply.has("WWW-Authenticate: Basic realm=\"Couchbase Server Admin / REST\"\r\n"));
    }
    std::string odd = admin;
    odd.replace(0, 6, "bAsIc  ");
    EXPECT_EQ(rest.get("/pools/default", odd).status, 200u) << "a scheme has no case";
}

TEST(RestRoutes, are_open_at_the_top_but_not_to_wrong_passwords) {
    RestNode rest;
    EXPECT_EQ(rest.get("/pools", "").json().at("isAdminCreds"), false);
    EXPECT_EQ(rest.get("/pools", reader).json().at("isAdminCreds"), false);
    EXPECT_EQ(rest.get("/pools", basic("Administrator", "wrong")).status, 401u);
}

TEST(RestRoutes, say_what_a_user_lacks) {
    RestNode rest;
    const auto lacks = [&](const char* method, const char* path, const std::string& who) {
        const Reply reply = rest.ask(method, path, who);
        EXPECT_EQ(reply.status, 403u) << path;
        EXPECT_EQ(reply.json().at("message"), "Forbidden. User needs one of the following permissions");
        return reply.json().at("permissions").at(0).get<std::string>();
    };
    EXPECT_EQ(lacks("GET", "/pools/default/b/default", stranger), "cluster.bucket[default].settings!read");
    EXPECT_EQ(lacks("GET", "/pools/default/bs/cache", reader), "cluster.bucket[cache].settings!read");
    EXPECT_EQ(lacks("GET", "/pools/default/b/nope", reader), "cluster.bucket[nope].settings!read");
    EXPECT_EQ(lacks("POST", "/pools/default/buckets", reader), "cluster.buckets!create");
    EXPECT_EQ(lacks("DELETE", "/pools/default/buckets/default", reader), "cluster.bucket[default]!delete");
    EXPECT_EQ(lacks("POST", "/pools/default/buckets/default/controller/doFlush", reader),
              "cluster.bucket[default]!flush");
    EXPECT_EQ(lacks("GET", "/settings/rbac/users", reader), "cluster.admin.security!read");
    EXPECT_EQ(lacks("PUT", "/settings/rbac/users/local/x", reader), "cluster.admin.security!write");
}

TEST(RestRoutes, let_a_user_of_a_bucket_read_its_map) {
    RestNode rest;
    EXPECT_EQ(rest.get("/pools/default/b/default", reader).status, 200u);
    EXPECT_EQ(rest.get("/pools/default/buckets/default", reader).status, 200u);
    EXPECT_EQ(rest.get("/pools/default/nodeServices", stranger).status, 200u);
}

TEST(RestRoutes, name_the_methods_that_a_path_has) {
    RestNode rest;
    const Reply reply = rest.ask("PATCH", "/pools/default/buckets", admin);
    EXPECT_EQ(reply.status, 405u);
    EXPECT_TRUE(reply.has("Allow: GET, POST, HEAD\r\n")) << reply.head;
    EXPECT_EQ(rest.ask("POST", "/pools", admin).status, 405u);
    EXPECT_EQ(rest.ask("GET", "/pools/default/buckets/default/controller/doFlush", admin).status, 405u);
    EXPECT_EQ(rest.ask("BREW", "/pools/default", "").status, 401u) << "not before it knows who asks";
}

TEST(RestRoutes, answer_HEAD_as_GET_without_the_body) {
    RestNode rest;
    const Reply get = rest.get("/pools/default/b/default");
    const Reply head = rest.ask("HEAD", "/pools/default/b/default", admin);
    EXPECT_EQ(head.status, 200u);
    EXPECT_TRUE(head.has("Content-Length: " + std::to_string(get.body.size()) + "\r\n")) << head.head;
}

TEST(RestRoutes, tell_administrators_about_users) {
    RestNode rest;
    const auto users = rest.get("/settings/rbac/users").json();
    ASSERT_EQ(users.size(), 3u);
    EXPECT_EQ(users.at(0).at("id"), "Administrator");
    EXPECT_EQ(users.at(0).at("roles").at(0).at("role"), "admin");
    const auto user = rest.get("/settings/rbac/users/local/reader").json();
    EXPECT_EQ(user, users.at(1));
    EXPECT_EQ(user.at("domain"), "local");
    EXPECT_EQ(user.at("roles").at(0).at("role"), "data_reader");
    EXPECT_EQ(user.at("roles").at(0).at("bucket_name"), "default");
    EXPECT_EQ(rest.get("/settings/rbac/users/local").json(), users);
    EXPECT_EQ(rest.get("/settings/rbac/users/local/nobody").body, "\"Unknown user.\"");
    EXPECT_EQ(rest.get("/settings/rbac/roles").json().at(0).at("role"), "admin");
}

TEST(RestRoutes, tell_everybody_who_they_are) {
    RestNode rest;
    EXPECT_EQ(rest.get("/whoami", stranger).json().at("id"), "stranger");
}

TEST(RestRoutes, know_that_nobody_has_design_documents) {
    RestNode rest;
    EXPECT_EQ(rest.get("/pools/default/buckets/default/ddocs").body, R"({"rows":[]})");
    EXPECT_EQ(rest.get("/pools/default/buckets/cache/ddocs").status, 400u);
}

TEST(ViewRoutes, answer_in_the_words_of_a_view_service) {
    RestNode rest;
    const auto view = [&](const char* method, const char* path, const std::string& who = admin) {
        return rest.ask(method, path, who, "", Service::views);
    };
    EXPECT_EQ(view("GET", "/default/_design/d").body, R"({"error":"not_found","reason":"missing"})");
    EXPECT_EQ(view("GET", "/default/_design/d").status, 404u);
    EXPECT_EQ(view("POST", "/default/_design/d/_view/v?limit=1").json().at("reason"),
              "Design document `_design/d` missing in database `default`.");
    EXPECT_EQ(view("GET", "/nope/_design/d").json().at("reason"), "missing");
    EXPECT_EQ(view("GET", "/cache/_design/d").json().at("reason"),
              "views are supported only on couchbase buckets");
    EXPECT_EQ(view("GET", "/pools").json().at("error"), "not_found");
    EXPECT_EQ(view("GET", "/default/_design/d", "").status, 401u);
    EXPECT_EQ(view("GET", "/default/_design/d", "").json().at("error"), "unauthorized");
    EXPECT_EQ(view("GET", "/default/_design/d", stranger).status, 403u);
    const Reply put = view("PUT", "/default/_design/d/_view/v");
    EXPECT_EQ(put.status, 405u);
    EXPECT_EQ(put.body, R"({"error":"method_not_allowed","reason":"Only GET,POST,HEAD allowed"})");
}

TEST(ViewRoutes, take_the_buckets_uuid_with_its_name_as_maps_spell_it) {
    RestNode rest;
    const auto reason = [&](const char* path) -> std::string {
        return rest.ask("GET", path, reader, "", Service::views).json().at("reason");
    };
    EXPECT_EQ(reason("/default%2Bb0/_design/d"), "missing");
    EXPECT_EQ(reason("/default+b0/_design/d"), "missing");
    EXPECT_EQ(reason("/default%2Bb9/_design/d"), "uuids_dont_match");
}

}  // namespace
}  // namespace txcouchbase::cluster
