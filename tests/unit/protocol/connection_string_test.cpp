// SPDX-License-Identifier: Apache-2.0
#include "protocol/connection_string.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using enum ConnectionStringDefect;

ConnectionString parsed(std::string_view text) {
    auto result = parse_connection_string(text);
    if (const auto* error = std::get_if<ConnectionStringError>(&result)) {
        ADD_FAILURE() << text << ": " << name(error->defect) << " at " << error->position;
        return {};
    }
    return std::get<ConnectionString>(std::move(result));
}

/// "bad_port at 14", or "ok".
std::string verdict(std::string_view text) {
    const auto result = parse_connection_string(text);
    const auto* error = std::get_if<ConnectionStringError>(&result);
    return error ? std::string(name(error->defect)) + " at " + std::to_string(error->position) : "ok";
}

SeedHost host(std::string host_name, std::optional<std::uint16_t> port = {}, std::string hint = "") {
    return {std::move(host_name), port, std::move(hint)};
}

void expect_vector(const nlohmann::json& v, const ConnectionString& read) {
    EXPECT_EQ(name(read.scheme), v.at("scheme").get<std::string>());
    EXPECT_EQ(uses_tls(read.scheme), v.at("tls").get<bool>());
    std::vector<SeedHost> hosts;
    for (const auto& h : v.at("hosts"))
        hosts.push_back(host(h.at("host"), h.at("port").is_null()
                                               ? std::optional<std::uint16_t>{}
                                               : std::optional{h.at("port").get<std::uint16_t>()}));
    EXPECT_EQ(read.hosts, hosts);
    EXPECT_EQ(read.bucket, v.at("bucket").is_null() ? "" : v.at("bucket").get<std::string>());
    EXPECT_EQ(read.dns_srv, v.at("dns_srv").is_null() ? "" : v.at("dns_srv").get<std::string>());
    nlohmann::json parameters = nlohmann::json::object();
    for (const auto& [key, value] : read.parameters) parameters[key] = value;
    EXPECT_EQ(parameters, v.at("params"));
}

TEST(ConnectionString, EveryVectorIsReadAsItSays) {
    ASSERT_EQ(aux_vectors().at("connection_strings").size(), 17u);
    for (const auto& v : aux_vectors().at("connection_strings")) {
        const std::string text = v.at("input");
        SCOPED_TRACE(text);
        const auto result = parse_connection_string(text);
        const auto* error = std::get_if<ConnectionStringError>(&result);
        ASSERT_EQ(error == nullptr, v.at("ok").get<bool>());
        if (!error) {
            expect_vector(v, std::get<ConnectionString>(result));
            continue;
        }
        std::string error_name{name(error->defect)};
        std::replace(error_name.begin(), error_name.end(), '_', ' ');
        EXPECT_EQ(error_name, v.at("error").get<std::string>());
    }
}

TEST(ConnectionString, SchemesHaveTheirPortsAndTls) {
    struct Row {
        const char* text;
        std::uint16_t port;
        bool tls;
    };
    for (const Row& row : {Row{"couchbase://", 11210, false}, Row{"couchbases://", 11207, true},
                           Row{"http://", 8091, false}, Row{"https://", 18091, true},
                           Row{"memcached://", 11211, false}, Row{"CouchBase://", 11210, false}}) {
        const ConnectionString read = parsed(row.text);
        EXPECT_EQ(default_port(read.scheme), row.port) << row.text;
        EXPECT_EQ(uses_tls(read.scheme), row.tls) << row.text;
        EXPECT_EQ(read.hosts, std::vector{host("localhost")}) << row.text;
    }
}

TEST(ConnectionString, WithoutASchemePort8091MeansHttpAndAnythingElseCouchbase) {
    EXPECT_EQ(parsed("h").scheme, Scheme::couchbase);
    EXPECT_EQ(parsed("").scheme, Scheme::couchbase);
    EXPECT_EQ(parsed("h:11210").scheme, Scheme::couchbase);
    EXPECT_EQ(parsed("h:8091").scheme, Scheme::http);
    EXPECT_EQ(parsed("a:8091,b").scheme, Scheme::http);
    EXPECT_EQ(parsed("a;b:8091/bucket?x=y").scheme, Scheme::http);
    EXPECT_EQ(parsed("[::1]:8091").scheme, Scheme::http);
    EXPECT_EQ(verdict("a:8091,b:11210"), "http_port at 0");
    EXPECT_EQ(verdict("a:18091"), "http_port at 0");
}

TEST(ConnectionString, AManagementPortUnderCouchbaseIsRefusedUnlessTheHintSaysSo) {
    EXPECT_EQ(verdict("couchbase://h:8091"), "http_port at 12");
    EXPECT_EQ(verdict("couchbase://a,b:8091"), "http_port at 14");
    EXPECT_EQ(verdict("couchbases://h:18091"), "http_port at 13");
    EXPECT_EQ(verdict("couchbase://h:8091=http"), "ok");
    EXPECT_EQ(verdict("https://h:18091"), "ok");
    EXPECT_EQ(verdict("memcached://h:8091"), "ok");
}

TEST(ConnectionString, HostsAreSeparatedByCommasOrSemicolonsWithPortsAndHints) {
    EXPECT_EQ(parsed("couchbase://a,b:1;c:65535=mcd,[::1]=http;d-e_f.example.com.:08091=cccp").hosts,
              (std::vector{host("a"), host("b", 1), host("c", 65535, "mcd"), host("::1", {}, "http"),
                           host("d-e_f.example.com.", 8091, "cccp")}));
    for (const char* hint : {"mcd", "memcached", "mcds", "http", "https", "mccompat", "cccp", "gcccp"})
        EXPECT_EQ(parsed("couchbase://h:1=" + std::string(hint)).hosts.front().hint, hint);
}

TEST(ConnectionString, Ipv6AddressesNeedBracketsOnlyBeforeAPort) {
    EXPECT_EQ(parsed("couchbase://fd00::1").hosts, std::vector{host("fd00::1")});
    EXPECT_EQ(parsed("couchbase://::1,[fd00::1]:11210").hosts,
              (std::vector{host("::1"), host("fd00::1", 11210)}));
    EXPECT_EQ(parsed("[::ffff:10.0.0.1]:11210").hosts, std::vector{host("::ffff:10.0.0.1", 11210)});
}

TEST(ConnectionString, UserBucketAndParametersAreDecoded) {
    const ConnectionString read = parsed("couchbase://us%3Aer%40@h/b%2F%25?a%3D=1%262&b=&a%3D=c=d?e");
    EXPECT_EQ(read.user, "us:er@");
    EXPECT_EQ(read.bucket, "b/%");
    const std::vector<std::pair<std::string, std::string>> parameters{
        {"a=", "1&2"}, {"b", ""}, {"a=", "c=d?e"}};
    EXPECT_EQ(read.parameters, parameters);
}

TEST(ConnectionString, AUserBeforeNoHostMeansLocalhost) {
    EXPECT_EQ(parsed("couchbase://me@/b").hosts, std::vector{host("localhost")});
    EXPECT_EQ(parsed("couchbase://me@/b").user, "me");
    EXPECT_EQ(parsed("me@h").user, "me");
}

TEST(ConnectionString, AnEmptyBucketOrParameterListIsNone) {
    EXPECT_EQ(parsed("couchbase://h/"), parsed("couchbase://h"));
    EXPECT_EQ(parsed("couchbase://h?"), parsed("couchbase://h"));
    EXPECT_EQ(parsed("couchbase://h/?"), parsed("couchbase://h"));
}

TEST(ConnectionString, ASchemeMarkInAParameterIsNoScheme) {
    const ConnectionString read = parsed("h?proxy=socks://p/x@y");
    EXPECT_EQ(read.hosts, std::vector{host("h")});
    EXPECT_EQ(read.parameters.front().second, "socks://p/x@y");
    EXPECT_EQ(parsed("h/couchbase:%2F%2F").bucket, "couchbase://");
}

TEST(ConnectionString, DnsIsAskedForOneBareNameUnderAWrittenCouchbaseScheme) {
    EXPECT_EQ(parsed("couchbase://db.example.com").dns_srv, "_couchbase._tcp.db.example.com");
    EXPECT_EQ(parsed("COUCHBASES://u@db/b?x=y").dns_srv, "_couchbases._tcp.db");
    EXPECT_EQ(parsed("couchbase://1.2.3.4.5").dns_srv, "_couchbase._tcp.1.2.3.4.5");
    for (const char* none :
         {"couchbase://a,b", "couchbase://a:11210", "couchbase://10.0.0.1", "couchbase://[::1]",
          "couchbase://::1", "couchbase://", "http://a", "https://a", "memcached://a", "a"})
        EXPECT_EQ(parsed(none).dns_srv, "") << none;
}

TEST(ConnectionString, EverythingMalformedIsNamedWithItsPosition) {
    using namespace std::string_view_literals;
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"ftp://h", "unknown_scheme at 0"},
        {"://h", "unknown_scheme at 0"},
        {"couchbase2://h", "unknown_scheme at 0"},
        {" couchbase://h", "unknown_scheme at 0"},
        {"couchbase:/h", "bad_port at 10"},
        {"couchbase://h:notaport", "bad_port at 14"},
        {"couchbase://h:", "bad_port at 14"},
        {"couchbase://h:-1", "bad_port at 14"},
        {"couchbase://h:+1", "bad_port at 14"},
        {"couchbase://h: 1", "bad_port at 14"},
        {"couchbase://h:1x", "bad_port at 14"},
        {"couchbase://h:0x10", "bad_port at 14"},
        {"couchbase://h:,b", "bad_port at 14"},
        {"couchbase://[::1]:", "bad_port at 18"},
        {"couchbase://h:0", "port_out_of_range at 14"},
        {"couchbase://h:65536", "port_out_of_range at 14"},
        {"couchbase://h:70000", "port_out_of_range at 14"},
        {"couchbase://h:99999999999999999999", "port_out_of_range at 14"},
        {"couchbase://[fd00::1", "unterminated_bracket at 12"},
        {"couchbase://a,[fd00::1/b]", "unterminated_bracket at 14"},
        {"couchbase://[", "unterminated_bracket at 12"},
        {"couchbase://[]", "bad_address at 13"},
        {"couchbase://[name]", "bad_address at 13"},
        {"couchbase://[10.0.0.1]", "bad_address at 13"},
        {"couchbase://[fe80::1%25eth0]", "bad_address at 13"},
        {"couchbase://[::1]x", "bad_address at 17"},
        {"couchbase://[::1]]", "bad_address at 17"},
        {"couchbase://a:b:c", "bad_address at 12"},
        {"couchbase://a,1:2:3", "bad_address at 14"},
        {"couchbase://a,,b", "empty_host at 14"},
        {"couchbase://,a", "empty_host at 12"},
        {"couchbase://a,", "empty_host at 14"},
        {"couchbase://a;;b", "empty_host at 14"},
        {"couchbase://,", "empty_host at 12"},
        {"couchbase://:11210", "empty_host at 12"},
        {"couchbase://=mcd", "empty_host at 12"},
        {"couchbase://a b", "bad_host at 13"},
        {"couchbase://a, b", "bad_host at 14"},
        {"couchbase://h%41", "bad_host at 13"},
        {"couchbase://h\xc3\xa9", "bad_host at 13"},
        {"couchbase://h#x", "bad_host at 13"},
        {"couchbase://a]", "bad_host at 13"},
        {"couchbase://u@v@h", "bad_host at 15"},
        {"couchbase://.h", "bad_host at 12"},
        {"couchbase://a..b", "bad_host at 12"},
        {"couchbase://h=nonsense", "unknown_hint at 14"},
        {"couchbase://h=", "unknown_hint at 14"},
        {"couchbase://h:1=mcd=mcd", "unknown_hint at 16"},
        {"couchbase://user:secret@h", "password_in_text at 16"},
        {"couchbase://h/a/b", "bad_bucket at 15"},
        {"couchbase://h/b%", "bad_percent_escape at 15"},
        {"couchbase://h/b%4", "bad_percent_escape at 15"},
        {"couchbase://h/%zz", "bad_percent_escape at 14"},
        {"couchbase://h/%4g", "bad_percent_escape at 14"},
        {"couchbase://u%@h", "bad_percent_escape at 13"},
        {"couchbase://h?a%=b", "bad_percent_escape at 15"},
        {"couchbase://h?a=%f", "bad_percent_escape at 16"},
        {"couchbase://h/b%00", "control_character at 15"},
        {"couchbase://h?a=%0a", "control_character at 16"},
        {"couchbase://h?a=%7F", "control_character at 16"},
        {"couchbase://h\n", "control_character at 13"},
        {"\x7f", "control_character at 0"},
        {"couchbase://h\0.example"sv, "control_character at 13"},
        {"couchbase://h?a", "bad_parameter at 14"},
        {"couchbase://h?=b", "bad_parameter at 14"},
        {"couchbase://h?a=b&c", "bad_parameter at 18"},
        {"couchbase://h?a=b&&c=d", "bad_parameter at 18"},
        {"couchbase://h?a=b&", "bad_parameter at 18"},
        {"couchbase://h?&", "bad_parameter at 14"}};
    for (const auto& [text, expected] : rows) EXPECT_EQ(verdict(text), expected) << text;
}

TEST(ConnectionString, AtMost65536BytesAreRead) {
    const std::string head = "couchbase://h?a=";
    EXPECT_EQ(verdict(head + std::string(65536 - head.size(), 'x')), "ok");
    EXPECT_EQ(verdict(head + std::string(65537 - head.size(), 'x')), "text_too_long at 65536");
    EXPECT_EQ(verdict(std::string(10'000'000, ',')), "text_too_long at 65536");
}

TEST(ConnectionString, AtMost1024HostsAreNamed) {
    std::string text = "couchbase://h";
    for (int i = 1; i < 1024; ++i) text += ",h";
    EXPECT_EQ(parsed(text).hosts.size(), 1024u);
    EXPECT_EQ(verdict(text + ",h"), "too_many_hosts at " + std::to_string(text.size() + 1));
}

TEST(ConnectionString, AHostNameHasAtMost253Bytes) {
    EXPECT_EQ(verdict("couchbase://" + std::string(253, 'h')), "ok");
    EXPECT_EQ(verdict("couchbase://" + std::string(254, 'h')), "bad_host at 12");
}

TEST(ConnectionString, NoSentenceQuotesThePassword) {
    const auto error = std::get<ConnectionStringError>(parse_connection_string("couchbase://user:secret@h"));
    EXPECT_EQ(sentence(error.defect).find("secret"), std::string_view::npos);
}

TEST(ConnectionString, RandomlyChangedTextsGiveAValueOrAPositionInsideTheText) {
    std::mt19937 random{7};
    constexpr std::string_view spice =
        ":/?@,;=&%[]. \0\x01\x80"
        "a18091";
    for (int round = 0; round < 100'000; ++round) {
        const auto& vectors = aux_vectors().at("connection_strings");
        std::string text = vectors[random() % vectors.size()].at("input");
        for (auto changes = random() % 6; changes > 0 && !text.empty(); --changes) {
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
                case 0: text.erase(at, 1 + random() % 3); break;
                case 1: text.insert(at, 1, spice[random() % spice.size()]); break;
                case 2: text[at] = spice[random() % spice.size()]; break;
                default: text[at] = static_cast<char>(random()); break;
            }
        }
        const ExactBytes exact{text};
        const auto result = parse_connection_string(exact.view());
        if (const auto* error = std::get_if<ConnectionStringError>(&result)) {
            ASSERT_LE(error->position, text.size()) << text;
        } else {
            ASSERT_FALSE(std::get<ConnectionString>(result).hosts.empty()) << text;
        }
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
