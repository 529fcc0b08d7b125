// SPDX-License-Identifier: Apache-2.0
#include "client/seeds.hpp"

#include <gmock/gmock.h>

#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {
namespace {

using testing::HasSubstr;

/// Why a text is refused; empty when it is not.
std::string refusal(std::string_view text) {
    try {
        read_seeds(text);
    } catch (const InvalidError& refused) {
        return refused.error().detail().cause;
    }
    return {};
}

TEST(Seeds, AreTheHostsOfTheText) {
    const auto seeds = read_seeds("memcached://a,b:11300,[::1]:11400");
    ASSERT_EQ(seeds.hosts.size(), 3U);
    EXPECT_EQ(seeds.hosts[0].host, "a");
    EXPECT_EQ(seeds.hosts[1].port, 11300);
    EXPECT_EQ(seeds.hosts[2].host, "::1");
}

TEST(Seeds, AnOptionIsNamedWithItsPlaceInsteadOfIgnored) {
    EXPECT_EQ(refusal("memcached://h:11300?operation_timeout=1"),
              "memcached:// takes no options; take \"operation_timeout\" out and set its like in "
              "ConnectionOptions (at byte 20)");
    EXPECT_THAT(refusal("memcached://a,b/?x=y&z=1"), HasSubstr("\"x\""));
}

TEST(Seeds, ABucketIsNamedWithItsPlaceInsteadOfIgnored) {
    EXPECT_EQ(refusal("memcached://h/bucket"), "memcached has no buckets; take \"/bucket\" out (at byte 13)");
    EXPECT_EQ(refusal("memcached://h/"), "") << "a slash alone names none";
}

TEST(Seeds, AUserIsRefusedWithWhereItBelongs) {
    EXPECT_THAT(refusal("memcached://user@h"), HasSubstr("ConnectionOptions::username"));
}

TEST(Seeds, ATextThatCannotBeReadIsRefusedWithThePlace) {
    EXPECT_THAT(refusal("memcached://host:port"), HasSubstr("(at byte "));
    EXPECT_THAT(refusal("couchbase://host:8091"), HasSubstr("(at byte "));
}

TEST(Seeds, OfAClusterHaveABucketAUserAndPortsOfTheirScheme) {
    const Seeds seeds = read_seeds("couchbase://me@a,b:12000/beer?network=external&enable_tracing=true");
    EXPECT_TRUE(seeds.is_cluster);
    EXPECT_EQ(seeds.hosts[0].port, 11210);
    EXPECT_EQ(seeds.hosts[1].port, 12000);
    EXPECT_EQ(seeds.bucket, "beer");
    EXPECT_EQ(seeds.user, "me");
    EXPECT_EQ(seeds.network, "external");
    EXPECT_EQ(seeds.ignored, std::vector<std::string>{"enable_tracing"});
    EXPECT_EQ(read_seeds("couchbase://a").bucket, "default");
}

TEST(Seeds, NoParameterTurnsVerificationOff) {
    EXPECT_EQ(
        refusal("couchbase://a?x=1&ssl=no_verify"),
        "\"ssl=no_verify\" would turn TLS verification off, which a connection string cannot (at byte 18)");
}

TEST(Seeds, NoParameterTurnsTlsOnInClear) {
    for (const char* const name : {"ssl=on", "certpath=ca.pem", "truststorepath=ca.pem", "tls_verify=peer"}) {
        EXPECT_THAT(refusal(std::string{"couchbase://a?"} + name), HasSubstr("couchbases://")) << name;
        EXPECT_EQ(refusal(std::string{"couchbases://a?"} + name), "") << name;
    }
}

TEST(Seeds, MoreHostsThanNodesCanBeNumberedAreRefused) {
    std::string text = "memcached://h";
    for (int i = 1; i < 255; ++i) text += ",h";
    EXPECT_EQ(refusal(text), "");
    EXPECT_THAT(refusal(text + ",h"), HasSubstr("255"));
}

TEST(Seeds, OneNameWithoutAPortIsAskedOfDns) {
    EXPECT_EQ(read_seeds("couchbase://db.example.com").dns_srv, "_couchbase._tcp.db.example.com");
    EXPECT_EQ(read_seeds("couchbases://db.example.com/b").dns_srv, "_couchbases._tcp.db.example.com");
    EXPECT_EQ(read_seeds("couchbase://db.example.com?dnssrv=off").dns_srv, "");
    for (const char* const other : {"couchbase://a,b", "couchbase://a:11210", "couchbase://10.0.0.1",
                                    "couchbase://[::1]", "couchbase://localhost", "http://a"})
        EXPECT_EQ(read_seeds(other).dns_srv, "") << other;
}

TEST(Seeds, OfArgumentsAreAskedOverHttp) {
    const Seeds seeds = read_seeds(ConnectArguments{
        .bucket = "a b", .host = {"a", "b:9000", "::1", "[::2]:9001", "10.0.0.1"}, .port = 8092});
    EXPECT_TRUE(seeds.is_cluster);
    EXPECT_TRUE(seeds.is_http);
    EXPECT_EQ(seeds.bucket, "a b");
    std::vector<std::string> names;
    for (const net::Address& host : seeds.hosts) names.push_back(net::node_name(host));
    EXPECT_EQ(names,
              (std::vector<std::string>{"a:8092", "b:9000", "[::1]:8092", "[::2]:9001", "10.0.0.1:8092"}));
    EXPECT_EQ(net::node_name(read_seeds(ConnectArguments{.bucket = "b"}).hosts.at(0)), "localhost:8091");
}

TEST(Seeds, OfArgumentsHaveABucketAndHostsThatAreHosts) {
    EXPECT_THROW(read_seeds(ConnectArguments{.host = "a"}), ArgumentError);
    for (const char* const host : {"", "a,b", "a/b", "http://a", "user@a", "a?x=y", ":8091", "a:", "a:x"})
        EXPECT_THROW(read_seeds(ConnectArguments{.bucket = "b", .host = host}), InvalidError) << host;
    EXPECT_THROW(read_seeds(ConnectArguments{.bucket = "b", .host = std::vector<std::string>{}}),
                 InvalidError);
}

}  // namespace
}  // namespace txcouchbase
