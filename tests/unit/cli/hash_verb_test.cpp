// SPDX-License-Identifier: Apache-2.0
#include "cli/hash_verb.hpp"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>
#include <set>
#include <txcouchbase/connection.hpp>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct HashVerb : WithoutVariables {};

TEST_F(HashVerb, HelpNamesTheOptions) {
    for (const char* option : {"--vbuckets N", "--connect STRING", "--json"})
        EXPECT_THAT(help_of("hash"), HasSubstr(option));
}

TEST_F(HashVerb, ALineHasKeyVBucketAndCrc) {
    // CRC-32 of "123456789" is the check value of its definition: 0xcbf43926, whose upper 15 bits are 0x4bf4.
    const Ran ran = run({"hash", "123456789", "foo"});
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(ran.out, "123456789 1012 0xcbf43926\nfoo 115 0x8c736521\n");
    EXPECT_EQ(ran.err, "");
}

TEST_F(HashVerb, JsonIsAnObjectALine) {
    EXPECT_EQ(run({"hash", "--json", "foo", "\xff"}).out,
              "{\"crc32\":\"0x8c736521\",\"key\":\"foo\",\"node\":null,\"vbucket\":115}\n"
              "{\"crc32\":\"0xff000000\",\"key_hex\":\"ff\",\"node\":null,\"vbucket\":768}\n");
}

TEST_F(HashVerb, TheNumberOfVBucketsIsTheBuckets) {
    EXPECT_EQ(run({"hash", "--vbuckets", "64", "foo"}).out, "foo 51 0x8c736521\n");
    EXPECT_EQ(run({"hash", "--vbuckets", "1", "foo"}).out, "foo 0 0x8c736521\n");
    EXPECT_EQ(run({"hash", "--vbuckets", "32768", "123456789"}).out, "123456789 19444 0xcbf43926\n");
    for (const std::string_view wrong : {"0", "32769", "", "-1", "x"})
        expect_refusal({"hash", "--vbuckets", wrong, "k"}, "--vbuckets is a number from 1 to 32768");
}

TEST_F(HashVerb, TheOnlyServerKeepsEveryKey) {
    EXPECT_EQ(run({"hash", "-U", "memcached://a", "foo"}).out, "foo 115 0x8c736521 a:11211\n");
}

TEST_F(HashVerb, TheEnvironmentNamesTheServersAndTheOptionOverridesIt) {
    setenv("TXCB_CONNECT", "memcached://a:1", 1);
    EXPECT_EQ(run({"hash", "foo"}).out, "foo 115 0x8c736521 a:1\n");
    EXPECT_EQ(run({"hash", "foo", "--json"}).lines()[0]["node"], "a:1");
    EXPECT_EQ(run({"hash", "foo", "-U", "memcached://b:1"}).out, "foo 115 0x8c736521 b:1\n");
}

TEST_F(HashVerb, SeveralServersShareTheKeys) {
    std::vector<std::string> keys;
    std::vector<std::string_view> arguments{"hash", "--json", "-U", "memcached://a,b:1,[::1]"};
    for (int i = 0; i < 100; ++i) keys.push_back("key" + std::to_string(i));
    arguments.insert(arguments.end(), keys.begin(), keys.end());
    std::set<std::string> nodes;
    for (const auto& line : run(arguments).lines()) nodes.insert(line["node"]);
    EXPECT_THAT(nodes, ElementsAre("[::1]:11211", "a:11211", "b:1"));
}

TEST_F(HashVerb, SpellsNodesAsAConnectionDoes) {
    // Never run, so that nothing is resolved or dialled.
    boost::asio::io_context io;
    for (const char* text : {"memcached://127.0.0.1", "memcached://[::1]:5", "memcached://10.0.0.1:7"}) {
        Connection cb{io, text};
        EXPECT_EQ(run({"hash", "--json", "-U", text, "k"}).lines()[0]["node"], cb.server_nodes().front());
    }
}

TEST_F(HashVerb, AStringThatNamesNoMemcachedIsUsage) {
    expect_refusal({"hash", "-U", "couchbase://a", "k"},
                   "only memcached:// spreads keys over its hosts; a cluster has vBuckets");
    const Ran ran = run({"hash", "-U", "memcached://:x", "k"});
    EXPECT_EQ(ran.code, 64);
    EXPECT_THAT(ran.err, HasSubstr("(at byte 12)"));
}

TEST_F(HashVerb, KeysAreChecked) {
    expect_refusal({"hash"}, "it takes one KEY or more");
    expect_refusal({"hash", "k", ""}, "a key has 1 to 250 bytes");
}

TEST_F(HashVerb, AKeyMovesNoCursor) {
    EXPECT_THAT(run({"hash", "\x1b[31m"}).out, testing::StartsWith("?[31m "));
}

}  // namespace
}  // namespace txcouchbase::cli
