// SPDX-License-Identifier: Apache-2.0
// A build without TLS (TXCB_TLS=OFF).
#include <gtest/gtest.h>

#include "client/secure.hpp"

namespace txcouchbase {
namespace {

TEST(NoTls, WhoAsksForItIsToldThatItWasNotBuilt) {
    const auto outcome = make_tls_context({});
    ASSERT_TRUE(std::holds_alternative<Error>(outcome));
    EXPECT_EQ(std::get<Error>(outcome).rc(), errc::argument);
    EXPECT_NE(std::get<Error>(outcome).message().find("TXCB_TLS=OFF"), std::string::npos);
}

struct OwnContext {
    ssl_ctx_st* native_handle() { return reinterpret_cast<ssl_ctx_st*>(this); }
};

TEST(NoTls, AContextOfOnesOwnDoesNotBringIt) {
    OwnContext own;
    EXPECT_TRUE(std::holds_alternative<Error>(make_tls_context({.context = own})));
}

}  // namespace
}  // namespace txcouchbase
