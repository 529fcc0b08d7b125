// SPDX-License-Identifier: Apache-2.0
#include "net/nameservers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace txcouchbase::net {
namespace {

using testing::ElementsAre;

TEST(Nameservers, AreTheFirstThreeInTheFile) {
    EXPECT_THAT(read_nameservers("# nameserver 9.9.9.9\nsearch example.com\n  nameserver\t10.0.0.1 # here\r\n"
                                 "nameserver fd00::1\nnameservers 1.1.1.1\nnameserver\n"
                                 "nameserver 10.0.0.3\nnameserver 10.0.0.4"),
                ElementsAre("10.0.0.1", "fd00::1", "10.0.0.3"));
}

TEST(Nameservers, WithoutAnyThisMachineIsAsked) {
    EXPECT_THAT(read_nameservers(""), ElementsAre("127.0.0.1"));
    EXPECT_THAT(read_nameservers("\n\noptions edns0"), ElementsAre("127.0.0.1"));
}

}  // namespace
}  // namespace txcouchbase::net
