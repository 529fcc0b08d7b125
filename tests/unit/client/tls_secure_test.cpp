// SPDX-License-Identifier: Apache-2.0
// Beside client/secure.cpp, in builds with TLS.
#include <gtest/gtest.h>

#include <boost/asio/ssl/context.hpp>

#include "client/secure.hpp"

namespace txcouchbase {
namespace {

namespace ssl = boost::asio::ssl;

const Error* failure_of(const net::TlsContext::Outcome& outcome) {
    return std::get_if<Error>(&outcome);
}

TEST(MakeTlsContext, VerifiesUnlessTheOptionsSayOtherwise) {
    EXPECT_TRUE(std::get<0>(make_tls_context({}))->verifies_peer());
    EXPECT_FALSE(std::get<0>(make_tls_context({.verifies_peer = false}))->verifies_peer());
}

TEST(MakeTlsContext, PassesOnEveryFileAndText) {
    for (const TlsOptions& options :
         {TlsOptions{.ca_file = "none"}, TlsOptions{.ca_pem = "none"}, TlsOptions{.certificate_file = "none"},
          TlsOptions{.key_file = "none"}}) {
        const auto outcome = make_tls_context(options);
        ASSERT_NE(failure_of(outcome), nullptr);
        EXPECT_EQ(failure_of(outcome)->rc(), errc::argument);
    }
}

TEST(MakeTlsContext, SharesAContextOfAsios) {
    TlsOptions options;
    SSL_CTX* native = nullptr;
    {
        ssl::context own{ssl::context::tls_client};
        native = own.native_handle();
        options.context = own;
    }
    const auto outcome = make_tls_context(options);
    options = {};
    const auto& context = std::get<0>(outcome);
    EXPECT_EQ(context->native(), native);
    EXPECT_EQ(SSL_CTX_up_ref(context->native()), 1) << "it is alive";
    SSL_CTX_free(context->native());
    EXPECT_TRUE(context->verifies_peer());
}

TEST(MakeTlsContext, TakesOptionsAsTheyAreWritten) {
    ssl::context own{ssl::context::tls_client};
    const auto outcome = make_tls_context({.verifies_peer = false, .context = own});
    EXPECT_EQ(std::get<0>(outcome)->native(), own.native_handle());
    const auto conflict = make_tls_context({.ca_file = "none", .context = own});
    ASSERT_NE(failure_of(conflict), nullptr);
    EXPECT_EQ(failure_of(conflict)->rc(), errc::options_conflict);
}

}  // namespace
}  // namespace txcouchbase
