// SPDX-License-Identifier: Apache-2.0
#include "net/http_origin.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::net {
namespace {

const HttpOrigin base{"node1", 8091, false};

std::string read(ByteView text) {
    const auto location = read_location(text, base);
    if (!location) return "nothing";
    return (location->origin.uses_tls ? "tls " : "clear ") + location->origin.authority() + " " +
           location->target;
}

TEST(HttpOrigin, IsNamedByHostAndPort) {
    EXPECT_EQ(base.authority(), "node1:8091");
    EXPECT_EQ((HttpOrigin{"fd00::1", 18091, true}).authority(), "[fd00::1]:18091");
}

TEST(HttpLocation, ReadsWholeAddresses) {
    EXPECT_EQ(read("http://node2:9000/pools"), "clear node2:9000 /pools");
    EXPECT_EQ(read("https://node2:18091/a/b?c=d"), "tls node2:18091 /a/b?c=d");
    EXPECT_EQ(read("HTTPS://Node-2.example/"), "tls Node-2.example:443 /");
    EXPECT_EQ(read("http://10.0.0.2/x"), "clear 10.0.0.2:80 /x");
    EXPECT_EQ(read("http://[fd00::2]:8091/x"), "clear [fd00::2]:8091 /x");
    EXPECT_EQ(read("http://[fd00::2]/x"), "clear [fd00::2]:80 /x");
}

TEST(HttpLocation, FillsInWhatIsLeftOut) {
    EXPECT_EQ(read("http://node2:9000"), "clear node2:9000 /");
    EXPECT_EQ(read("http://node2:9000?a=b"), "clear node2:9000 /?a=b");
    EXPECT_EQ(read("/pools/default"), "clear node1:8091 /pools/default");
    EXPECT_EQ(read("//node2:9000/x"), "clear node2:9000 /x");
    const auto secure = read_location("//node2/x", {"node1", 18091, true});
    ASSERT_TRUE(secure);
    EXPECT_EQ(secure->origin, (HttpOrigin{"node2", 443, true}));
}

TEST(HttpLocation, LeavesTheFragmentOut) {
    EXPECT_EQ(read("/a#b"), "clear node1:8091 /a");
    EXPECT_EQ(read("http://node2:1#b"), "clear node2:1 /");
    EXPECT_EQ(read("http://node2:1/a#b/c"), "clear node2:1 /a");
}

TEST(HttpLocation, RefusesEverythingElse) {
    for (const char* const text : {"",
                                   "pools",
                                   "../x",
                                   "ftp://node2/",
                                   "http:/node2",
                                   "http:node2",
                                   "http://",
                                   "http:///x",
                                   "http://:80/",
                                   "http://node2:/",
                                   "http://node2:0/",
                                   "http://node2:65536/",
                                   "http://node2:8o91/",
                                   "http://node2:-1/",
                                   "http://node2:80:80/",
                                   "http://user@node2/",
                                   "http://user:pass@node2:80/",
                                   "http://no%64e2/",
                                   "http://[fd00::2",
                                   "http://[node2]/",
                                   "http://[fd00::2]x/",
                                   "http://fd00::2/",
                                   "/a b",
                                   "/a\r\nb",
                                   "/a\tb",
                                   "/\x80",
                                   "http://node2\\@node3/"})
        EXPECT_EQ(read(text), "nothing") << text;
    EXPECT_EQ(read(ByteView{"/a\0b", 4}), "nothing");
}

TEST(PercentEncoding, LeavesOnlyWhatNeedsNoEncoding) {
    EXPECT_EQ(percent_encoded("Travel-sample_1.2~"), "Travel-sample_1.2~");
    EXPECT_EQ(percent_encoded("a/b?c=d&e#f%g h\r\n"), "a%2Fb%3Fc%3Dd%26e%23f%25g%20h%0D%0A");
    EXPECT_EQ(percent_encoded("\xc3\xa4"), "%C3%A4");
    EXPECT_EQ(percent_encoded(""), "");
}

TEST(VisibleAscii, EndsWhereLinesAndWordsCouldEnd) {
    EXPECT_TRUE(is_visible_ascii("/a~!"));
    for (int c = 0; c <= 0xff; ++c)
        EXPECT_EQ(is_visible_ascii(std::string{'a', static_cast<char>(c)}), c > 0x20 && c < 0x7f) << c;
}

}  // namespace
}  // namespace txcouchbase::net
