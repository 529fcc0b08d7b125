// SPDX-License-Identifier: Apache-2.0
#include "net/http_request.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::net {
namespace {

const HttpOrigin clear{"node", 8091, false};
const HttpOrigin secure{"node", 18091, true};

std::string bytes_of(const HttpRequest& request, const HttpOrigin& origin = clear) {
    std::string out;
    const Error error = write_request(request, origin, out);
    EXPECT_FALSE(error) << error.message();
    return out;
}

/// That nothing is written, and why.
Error refusal_of(const HttpRequest& request, const HttpOrigin& origin = clear) {
    std::string out;
    const Error error = write_request(request, origin, out);
    EXPECT_EQ(out, "");
    return error;
}

TEST(HttpRequest, IsALineItsFieldsAndABody) {
    EXPECT_EQ(bytes_of({.target = "/pools"}), "GET /pools HTTP/1.1\r\nHost: node:8091\r\n\r\n");
    const HttpField fields[] = {{"Accept", "application/json"}, {"X-Two", "a b"}};
    EXPECT_EQ(bytes_of({.method = HttpMethod::post, .target = "/v", .fields = fields, .body = "{\r\n\r\n}"}),
              "POST /v HTTP/1.1\r\nHost: node:8091\r\nAccept: application/json\r\nX-Two: a b\r\n"
              "Content-Length: 6\r\n\r\n{\r\n\r\n}");
    EXPECT_EQ(bytes_of({.method = HttpMethod::remove, .target = "/d"}),
              "DELETE /d HTTP/1.1\r\nHost: node:8091\r\n\r\n");
    EXPECT_EQ(bytes_of({.method = HttpMethod::put, .target = "/d"}),
              "PUT /d HTTP/1.1\r\nHost: node:8091\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpRequest, CarriesAPasswordInTlsOrWhereItsOwnerAllowsIt) {
    const Credentials guarded{"user", "password", false};
    const Credentials free{"user", "password", true};
    const std::string authorization = "\r\nAuthorization: Basic dXNlcjpwYXNzd29yZA==\r\n";
    EXPECT_NE(bytes_of({.target = "/", .credentials = &guarded}, secure).find(authorization),
              std::string::npos);
    EXPECT_NE(bytes_of({.target = "/", .credentials = &free}).find(authorization), std::string::npos);
    const Error error = refusal_of({.target = "/", .credentials = &guarded});
    EXPECT_EQ(error.rc(), errc::auth_error);
    EXPECT_NE(error.detail().cause.find("allow_plain"), std::string::npos);
    EXPECT_EQ(error.detail().node, "node:8091");
}

TEST(HttpRequest, AUserWithAColonCannotBeToldFromThePassword) {
    const Credentials credentials{"us:er", "password", true};
    EXPECT_EQ(refusal_of({.target = "/", .credentials = &credentials}).rc(), errc::argument);
}

TEST(HttpRequest, NoTargetSplitsIt) {
    for (int c = 0; c <= 0xff; ++c) {
        const std::string target = std::string{"/a"} + static_cast<char>(c) + "b";
        if (c > 0x20 && c < 0x7f)
            EXPECT_NE(bytes_of({.target = target}).find(target), std::string::npos) << c;
        else
            EXPECT_EQ(refusal_of({.target = target}).rc(), errc::argument) << c;
    }
    EXPECT_EQ(refusal_of({.target = ""}).rc(), errc::argument);
    EXPECT_EQ(refusal_of({.target = "pools"}).rc(), errc::argument);
    EXPECT_EQ(refusal_of({.target = "http://other/"}).rc(), errc::argument);
}

TEST(HttpRequest, NoFieldSplitsIt) {
    for (int c = 0; c <= 0xff; ++c) {
        const std::string text = std::string{"a"} + static_cast<char>(c) + "b";
        const HttpField with_value[] = {{"Accept", text}};
        const HttpField with_name[] = {{text, "value"}};
        const bool is_fit_for_a_value = c >= 0x20 && c < 0x7f;
        const bool is_fit_for_a_name =
            c > 0x20 && c < 0x7f &&
            std::string_view{"\"(),/:;<=>?@[\\]{}"}.find(static_cast<char>(c)) == std::string_view::npos;
        std::string out;
        EXPECT_EQ(!write_request({.target = "/", .fields = with_value}, clear, out), is_fit_for_a_value) << c;
        EXPECT_EQ(!write_request({.target = "/", .fields = with_name}, clear, out), is_fit_for_a_name) << c;
    }
    const HttpField nameless[] = {{"", "value"}};
    EXPECT_EQ(refusal_of({.target = "/", .fields = nameless}).rc(), errc::argument);
}

TEST(HttpRequest, SaysItselfHowLongItIsAndWhereItGoes) {
    for (const ByteView name :
         {"Host", "content-length", "Transfer-Encoding", "AUTHORIZATION", "Connection", "host"}) {
        const HttpField fields[] = {{name, "5"}};
        EXPECT_EQ(refusal_of({.target = "/", .fields = fields}).rc(), errc::argument) << name;
    }
}

TEST(HttpRequest, NoHostSplitsIt) {
    for (const char* const host : {"", "a b", "a\r\nX: y", "\xc3\xa4"})
        EXPECT_EQ(refusal_of({.target = "/"}, {host, 8091, false}).rc(), errc::argument) << host;
}

}  // namespace
}  // namespace txcouchbase::net
