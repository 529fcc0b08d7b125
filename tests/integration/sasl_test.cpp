// Logging in to a memcached that asks for it.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/integration/loop.hpp"
#include "tests/integration/sasl_database.hpp"

namespace txcouchbase::test {
namespace {

using testing::HasSubstr;

class Sasl : public testing::Test {
protected:
    /// How connecting ends, and a set behind it if it succeeds.
    Outcome<OperationResult> login(const Memcached& server, const ConnectionOptions& options) {
        Connection cb{io, server.url(), options};
        Ending connected{cb.connect()};
        auto end = Ending{cb.set("k", "v")}.await(io);
        EXPECT_EQ(connected.await(io).has_value(), end.has_value());
        return end;
    }

    boost::asio::io_context io{1};
    SaslDatabase plain_users{"user", "secret", "plain"};
    Memcached plain{plain_users.setup()};
    std::string user = SaslDatabase::login("user");
};

TEST_F(Sasl, PlainLogsInWhereThePasswordMayTravelInClear) {
    EXPECT_TRUE(succeeded(login(plain, {.username = user, .password = "secret", .allow_plain = true})));
}

TEST_F(Sasl, PlainInClearIsRefusedByDefaultAndTheErrorSaysWhatWouldAllowIt) {
    const auto end = login(plain, {.username = user, .password = "secret"});
    EXPECT_TRUE(failed_with<AuthError>(end));
    EXPECT_TRUE(failed_with<CouchbaseFatalError>(end));
    EXPECT_EQ(error_of(end).detail().node, plain.node());
    EXPECT_THAT(error_of(end).detail().cause, HasSubstr("allow_plain"));
}

TEST_F(Sasl, AWrongPasswordIsAnAuthErrorThatDoesNotShowIt) {
    const auto end = login(plain, {.username = user, .password = "not the secret", .allow_plain = true});
    EXPECT_TRUE(failed_with<AuthError>(end));
    EXPECT_TRUE(failed_with<CouchbaseInputError>(end));
    EXPECT_EQ(error_of(end).detail().node, plain.node());
    EXPECT_THAT(error_of(end).message(), testing::Not(HasSubstr("not the secret")));
}

TEST_F(Sasl, AnUnknownUserIsAnAuthError) {
    EXPECT_TRUE(failed_with<AuthError>(
        login(plain, {.username = "nobody@localhost", .password = "secret", .allow_plain = true})));
}

// memcached closes the connection of who is not logged in with its first answer.
TEST_F(Sasl, WithoutALoginOperationsAreRefusedAndTheConnectionComesBack) {
    Connection cb{io, plain.url()};
    EXPECT_TRUE(failed_with<AuthError>(Ending{cb.set("k", "v")}.await(io)));
    run_until(io, [&] { return Ending{cb.versions()}.await(io).has_value(); });
    EXPECT_TRUE(failed_with<AuthError>(Ending{cb.get("k")}.await(io)));
}

// CRAM-MD5 can be guessed from what travels, so it asks for the same permission; where there is one it goes first.
TEST_F(Sasl, CramMd5IsPreferredToPlain) {
    SaslDatabase users{"user", "secret", "plain cram-md5"};
    Memcached server{users.setup()};
    EXPECT_TRUE(succeeded(login(server, {.username = user, .password = "secret", .allow_plain = true})));
    EXPECT_TRUE(
        failed_with<AuthError>(login(server, {.username = user, .password = "wrong", .allow_plain = true})));
    EXPECT_TRUE(failed_with<AuthError>(login(server, {.username = user, .password = "secret"})));
}

TEST_F(Sasl, ScramIsSpokenWithAServerThatSpellsItAsItsRfcDoes) {
    SaslDatabase users{"user", "secret", "scram-sha-256"};
    Memcached server{users.setup()};
    EXPECT_TRUE(succeeded(login(server, {.username = user, .password = "secret"})));
    EXPECT_TRUE(failed_with<AuthError>(login(server, {.username = user, .password = "wrong"})));
}

TEST_F(Sasl, EveryNewConnectionLogsInAgain) {
    Connection cb{io, plain.url(), {.username = user, .password = "secret", .allow_plain = true}};
    ASSERT_TRUE(succeeded(Ending{cb.set("k", "v")}.await(io)));
    plain.kill();
    plain.restart();
    // The loss may be noticed by this one's failure only.
    static_cast<void>(Ending{cb.get("k")}.await(io));
    EXPECT_TRUE(succeeded(Ending{cb.set("k", "v")}.await(io)));
}

TEST_F(Sasl, AServerThatKnowsNoLoginIsUsedWithoutOne) {
    Memcached open;
    EXPECT_TRUE(succeeded(login(open, {.username = user, .password = "secret"})));
}

}  // namespace
}  // namespace txcouchbase::test
