// SPDX-License-Identifier: Apache-2.0
// What they do on a server is shown by tests/integration/cli_test.py.
#include "cli/lock_verbs.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(LockVerbs, HelpSaysThatMemcachedHasNone) {
    EXPECT_THAT(help_of("lock"), HasSubstr("Memcached\nhas no locks"));
    EXPECT_THAT(help_of("unlock"), HasSubstr("Memcached has no locks"));
    EXPECT_THAT(help_of("lock"), HasSubstr("--ttl TIME"));
}

TEST(LockVerbs, LockTakesOneKey) {
    expect_refusal({"lock"}, "it takes one KEY");
    expect_refusal({"lock", "a", "b"}, "it takes one KEY");
}

TEST(LockVerbs, ALockHasAnEnd) {
    expect_refusal({"lock", "--ttl", "0", "k"}, "--ttl is at least 1 second, as in 90, 90s, 5m, 2h or 1d");
}

TEST(LockVerbs, UnlockTakesAKeyAndItsCas) {
    expect_refusal({"unlock", "k"}, "it takes a KEY and its CAS");
    for (const std::string_view cas : {"0", "", "-1", "x", "18446744073709551616"})
        expect_refusal({"unlock", "k", cas}, "CAS is a number from 1 to 18446744073709551615");
}

}  // namespace
}  // namespace txcouchbase::cli
