// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/http_connection.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cluster/rest_fixture.hpp"

namespace txcouchbase::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A connection and what it has said so far.
struct Talk {
    explicit Talk(RestNode& rest) : connection(rest.node, Service::rest) {}
    void say(ByteView bytes) { connection.on_bytes(bytes, Time{}, out); }
    std::string take() { return std::exchange(out, {}); }

    HttpConnection connection;
    std::string out;
};

const std::string get_map = request_text("GET", "/pools/default/b/default", admin);
const std::string get_stream = request_text("GET", "/pools/default/bs/default", admin);
const std::string post_bucket = request_text("POST", "/pools/default/buckets", admin, "name=new");

std::string chunk(const std::string& bytes) {
    char size[16];
    std::snprintf(size, sizeof size, "%zx", bytes.size());
    return std::string{size} + "\r\n" + bytes + "\r\n";
}

/// A document of a stream as it goes out.
std::string told(const std::string& map) {
    return chunk(map) + chunk("\n\n\n\n");
}

TEST(HttpConnection, stays_open_for_the_next_request) {
    RestNode rest;
    Talk talk{rest};
    for (int i = 0; i < 3; ++i) {
        talk.say(get_map);
        EXPECT_EQ(take_reply(talk.out).body, rest.node.configs.bucket("default")->json);
        EXPECT_FALSE(talk.connection.is_closing());
        EXPECT_THAT(talk.out, IsEmpty());
    }
}

TEST(HttpConnection, answers_pipelined_requests_in_order) {
    RestNode rest;
    Talk talk{rest};
    talk.say(request_text("GET", "/pools", admin) + request_text("GET", "/nope", admin) +
             request_text("HEAD", "/pools", admin) + get_map);
    EXPECT_EQ(take_reply(talk.out).json().at("uuid"), "cafe");
    EXPECT_EQ(take_reply(talk.out).status, 404u);
    EXPECT_EQ(take_reply(talk.out, true).status, 200u);
    EXPECT_EQ(take_reply(talk.out).json().at("name"), "default");
    EXPECT_THAT(talk.out, IsEmpty());
}

TEST(HttpConnection, answers_the_same_whatever_the_pieces) {
    RestNode rest;
    const std::string bytes = get_map + request_text("GET", "/nope", admin);
    Talk whole{rest};
    whole.say(bytes);
    Talk pieces{rest};
    for (const char byte : bytes) pieces.say({&byte, 1});
    EXPECT_EQ(pieces.out, whole.out);
}

TEST(HttpConnection, closes_when_the_client_wants_it_or_knows_no_better) {
    RestNode rest;
    for (const char* const request :
         {"GET /pools HTTP/1.0\r\n\r\n", "GET /pools HTTP/1.1\r\nConnection: close\r\n\r\n"}) {
        Talk talk{rest};
        talk.say(request);
        EXPECT_TRUE(take_reply(talk.out).has("Connection: close\r\n"));
        EXPECT_TRUE(talk.connection.is_closing());
        talk.say(get_map);
        EXPECT_THAT(talk.out, IsEmpty()) << "what comes behind is not heard any more";
    }
}

TEST(HttpConnection, says_what_was_wrong_with_bytes_and_closes) {
    RestNode rest;
    const std::pair<std::string, unsigned> wrong[] = {
        {std::string{"\x80\x1f\x00\x01", 4}, 400},
        {"GET / HTTP/1.1\r\nX: " + std::string(16 * 1024, 'x'), 431},
        {"PUT /settings/rbac/users/local/x HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413}};
    for (const auto& [bytes, status] : wrong) {
        Talk talk{rest};
        talk.say(bytes);
        const Reply reply = take_reply(talk.out);
        EXPECT_EQ(reply.status, status);
        EXPECT_FALSE(reply.body.empty());
        EXPECT_TRUE(talk.connection.is_closing());
    }
}

TEST(HttpConnection, answers_what_came_before_the_nonsense) {
    RestNode rest;
    Talk talk{rest};
    talk.say(get_map + "nonsense\r\n\r\n");
    EXPECT_EQ(take_reply(talk.out).status, 200u);
    EXPECT_EQ(take_reply(talk.out).status, 400u);
}

TEST(HttpConnection, tells_a_client_that_waits_to_go_on) {
    RestNode rest;
    Talk talk{rest};
    talk.say(
        "POST /pools/default/buckets HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: "
        "6\r\nAuthorization: " +
        admin + "\r\n\r\n");
    EXPECT_EQ(talk.take(), "HTTP/1.1 100 Continue\r\n\r\n");
    talk.say("name=a");
    EXPECT_THAT(talk.out, IsEmpty());
    EXPECT_EQ(talk.connection.take_requests().at(0).body, "name=a");
}

TEST(HttpConnection, does_not_answer_without_end_to_one_who_only_asks) {
    RestNode rest;
    Talk talk{rest};
    rest.node.configs.replace("default", {.version = {1, 2}, .json = std::string(1 << 20, ' ')});
    std::string many;
    for (int i = 0; i < 100; ++i) many += get_map;
    talk.say(many);
    EXPECT_TRUE(talk.connection.is_closing());
    EXPECT_LT(talk.out.size(), 6u << 20);
    EXPECT_THAT(talk.out.substr(talk.out.rfind("HTTP/1.1")), HasSubstr("Connection: close\r\n"));
}

TEST(HttpConnection, asks_the_manager_for_changes_and_passes_on_what_it_says) {
    RestNode rest;
    Talk talk{rest};
    talk.say(post_bucket);
    EXPECT_THAT(talk.out, IsEmpty());
    const std::vector<ManagementRequest> requests = talk.connection.take_requests();
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].path, "/pools/default/buckets");
    EXPECT_EQ(requests[0].body, "name=new");
    EXPECT_THAT(talk.connection.take_requests(), IsEmpty()) << "once";

    talk.connection.on_reply({.id = requests[0].id, .status = 400, .body = "{}"}, talk.out);
    const Reply reply = take_reply(talk.out);
    EXPECT_EQ(reply.status, 400u);
    EXPECT_EQ(reply.body, "{}");
    EXPECT_TRUE(reply.has("Content-Type: application/json\r\n"));
}

TEST(HttpConnection, serves_what_is_pipelined_behind_a_change_after_it) {
    RestNode rest;
    Talk talk{rest};
    talk.say(post_bucket + get_map + post_bucket);
    EXPECT_THAT(talk.out, IsEmpty());
    const auto first = talk.connection.take_requests();
    ASSERT_EQ(first.size(), 1u);
    talk.connection.on_reply({.id = first[0].id + 7, .status = 500, .body = "for somebody else"}, talk.out);
    EXPECT_THAT(talk.out, IsEmpty());
    talk.connection.on_reply({.id = first[0].id, .status = 202, .body = ""}, talk.out);
    EXPECT_EQ(take_reply(talk.out).status, 202u);
    EXPECT_EQ(take_reply(talk.out).status, 200u);
    EXPECT_EQ(talk.connection.take_requests().size(), 1u);
}

TEST(HttpConnection, cuts_off_who_floods_it_while_the_manager_thinks) {
    RestNode rest;
    Talk talk{rest};
    talk.say(post_bucket);
    std::size_t sent = 0;
    while (!talk.connection.is_closing() && sent < (8u << 20)) {
        talk.say(std::string(64 * 1024, 'x'));
        sent += 64 * 1024;
    }
    EXPECT_TRUE(talk.connection.is_closing());
    EXPECT_LT(sent, 2u << 20);
    talk.connection.on_reply({.id = 1, .status = 202, .body = ""}, talk.out);
    EXPECT_THAT(talk.out, IsEmpty());
}

TEST(MapStream, begins_with_the_map_and_tells_each_change_once) {
    RestNode rest;
    Talk talk{rest};
    talk.say(get_stream);
    const std::string first = talk.take();
    EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(first, HasSubstr("Content-Type: application/json; charset=utf-8\r\n"));
    EXPECT_THAT(first, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(first, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(first.substr(first.find("\r\n\r\n") + 4), told(rest.node.configs.bucket("default")->json));

    talk.connection.on_config("default", talk.out);
    EXPECT_THAT(talk.out, IsEmpty()) << "nothing has changed";
    rest.bump(0);
    talk.connection.on_config("cache", talk.out);
    EXPECT_THAT(talk.out, IsEmpty()) << "another bucket's";
    talk.connection.on_config("default", talk.out);
    EXPECT_EQ(talk.take(), told(rest.node.configs.bucket("default")->json));
}

TEST(MapStream, is_verbose_for_those_who_ask_so) {
    RestNode rest;
    Talk talk{rest};
    talk.say(request_text("GET", "/pools/default/bucketsStreaming/default", reader));
    const std::string first = talk.take();
    const std::string verbose = rest.get("/pools/default/buckets/default").body;
    EXPECT_EQ(first.substr(first.find("\r\n\r\n") + 4), told(verbose));
    rest.bump(0);
    talk.connection.on_config("default", talk.out);
    EXPECT_EQ(talk.take(), told(rest.get("/pools/default/buckets/default").body));
}

TEST(MapStream, ends_with_whatever_the_client_says) {
    RestNode rest;
    Talk talk{rest};
    talk.say(get_stream);
    talk.take();
    talk.say("x");
    EXPECT_EQ(talk.take(), "0\r\n\r\n");
    EXPECT_TRUE(talk.connection.is_closing());
    rest.bump(0);
    talk.connection.on_config("default", talk.out);
    EXPECT_THAT(talk.out, IsEmpty());
}

TEST(MapStream, ends_with_what_was_pipelined_behind_it) {
    RestNode rest;
    Talk talk{rest};
    talk.say(get_stream + "G");
    EXPECT_TRUE(talk.connection.is_closing());
    EXPECT_THAT(talk.out, HasSubstr(told(rest.node.configs.bucket("default")->json) + "0\r\n\r\n"));
}

TEST(MapStream, ends_with_its_bucket) {
    RestNode rest;
    for (const char* const path : {"/pools/default/bs/default", "/pools/default/bucketsStreaming/default"}) {
        RestNode fresh;
        Talk talk{fresh};
        talk.say(request_text("GET", path, admin));
        talk.take();
        fresh.drop(0);
        talk.connection.on_config("default", talk.out);
        EXPECT_EQ(talk.take(), "0\r\n\r\n");
        EXPECT_TRUE(talk.connection.is_closing());
    }
}

TEST(MapStream, goes_to_HTTP_1_0_without_chunks) {
    RestNode rest;
    Talk talk{rest};
    talk.say("GET /pools/default/bs/default HTTP/1.0\r\nAuthorization: " + admin + "\r\n\r\n");
    const std::string first = talk.take();
    EXPECT_THAT(first, Not(HasSubstr("chunked")));
    EXPECT_EQ(first.substr(first.find("\r\n\r\n") + 4),
              rest.node.configs.bucket("default")->json + "\n\n\n\n");
    EXPECT_FALSE(talk.connection.is_closing());
}

TEST(MapStream, of_a_HEAD_is_its_header) {
    RestNode rest;
    Talk talk{rest};
    talk.say(request_text("HEAD", "/pools/default/bs/default", admin));
    EXPECT_EQ(take_reply(talk.out, true).status, 200u);
    EXPECT_THAT(talk.out, IsEmpty());
    talk.say(get_map);
    EXPECT_EQ(take_reply(talk.out).status, 200u);
}

}  // namespace
}  // namespace txcouchbase::cluster
