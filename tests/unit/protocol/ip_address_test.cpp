// SPDX-License-Identifier: Apache-2.0
#include "protocol/ip_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace txcouchbase::protocol {
namespace {

bool system_says(int family, const std::string& text) {
    unsigned char address[16];
    return inet_pton(family, text.c_str(), address) == 1;
}

TEST(IpAddress, FourDecimalNumbersAreAnIpv4Address) {
    for (const char* address : {"10.0.0.1", "0.0.0.0", "255.255.255.255", "127.0.0.1"})
        EXPECT_TRUE(is_ipv4(address)) << address;
    for (const char* other :
         {"", "10.0.0", "10.0.0.", "10.0.0.1.", "10.0.0.256", "010.0.0.1", "10.0.0.1a", "1.2.3.4.5",
          "a.b.c.d", "10..0.1", "+1.2.3.4", "1000.1.1.1", " 1.2.3.4", "999.1.1.1"})
        EXPECT_FALSE(is_ipv4(other)) << other;
}

TEST(IpAddress, EightGroupsOrAGapAreAnIpv6Address) {
    for (const char* address : {"::", "::1", "1::", "fd00::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
                                "::2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:2:3:4:5:6:10.0.0.1", "FD00::aB"})
        EXPECT_TRUE(is_ipv6(address)) << address;
    for (const char* other : {"",
                              ":",
                              ":::",
                              "1",
                              "1:",
                              ":1",
                              "1:2:3:4:5:6:7",
                              "1:2:3:4:5:6:7:8:9",
                              "1::2::3",
                              "1:2:3:4::5:6:7:8",
                              "12345::",
                              "g::",
                              "10.0.0.1",
                              "::10.0.0.256",
                              "10.0.0.1::",
                              "1:2:3:4:5:6:7:10.0.0.1",
                              "::1%eth0",
                              "[::1]",
                              "::1 ",
                              "1:::2",
                              "::10.0.0.1:1",
                              "::1:"})
        EXPECT_FALSE(is_ipv6(other)) << other;
}

TEST(IpAddress, RandomTextsAreJudgedAsTheSystemJudgesThem) {
    std::mt19937 random{6};
    constexpr std::string_view alphabet = "::::1f0.25g";
    for (int round = 0; round < 200'000; ++round) {
        std::string text(random() % 14, '\0');
        for (char& c : text) c = alphabet[random() % alphabet.size()];
        ASSERT_EQ(is_ipv6(text), system_says(AF_INET6, text)) << text;
        ASSERT_EQ(is_ipv4(text), system_says(AF_INET, text)) << text;
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
