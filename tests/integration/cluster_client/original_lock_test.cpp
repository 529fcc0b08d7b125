// SPDX-License-Identifier: Apache-2.0
// What the original's lock_t demands.
#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class OriginalLock : public ClientOnCluster {
protected:
    OriginalLock() : connection(connect()) {}

    /// Two documents, locked.
    MultiResult lock_two() {
        EXPECT_TRUE(succeeded(await(connection.set_multi(values, {.format = Format::utf8}))));
        const auto locked = await(connection.lock_multi({"a", "b"}, 10s));
        EXPECT_TRUE(succeeded(locked));
        return locked ? locked.value() : MultiResult{};
    }
    bool are_free() { return static_cast<bool>(await(connection.set_multi(values))); }

    const std::map<std::string, std::string> values{{"a", "1"}, {"b", "2"}};
    Connection connection;
};

TEST_F(OriginalLock, ALockIsHeldUntilItsCasEndsIt) {
    set(connection, "k", "v");
    const auto locked = await(connection.lock("k", 10s));
    ASSERT_TRUE(succeeded(locked));
    EXPECT_EQ(locked.value().text(), "v");
    const std::uint64_t cas = locked.value().cas();
    EXPECT_NE(cas, 0U);
    EXPECT_TRUE(failed_with<KeyExistsError>(await(connection.set("k", "other"))));
    EXPECT_TRUE(failed_with<TemporaryFailError>(await(connection.lock("k", 10s))));
    EXPECT_TRUE(failed_with<TemporaryFailError>(await(connection.unlock("k", 0xdeadbeef))));
    EXPECT_TRUE(succeeded(await(connection.unlock("k", cas))));
    EXPECT_TRUE(failed_with<TemporaryFailError>(await(connection.unlock("k", cas))));
    EXPECT_TRUE(succeeded(await(connection.set("k", "other"))));
}

TEST_F(OriginalLock, ALockEndsByItselfWhenItsTimeIsOver) {
    set(connection, "k", "v");
    ASSERT_TRUE(succeeded(await(connection.lock("k", 1s))));
    EXPECT_TRUE(failed_with<KeyExistsError>(await(connection.set("k", "w"))));
    cluster.control(R"({"do": "clock", "offset_ms": 2000})");
    EXPECT_TRUE(succeeded(await(connection.set("k", "w"))));
}

TEST_F(OriginalLock, SeveralAreLockedAndTheResultOfThatUnlocksThem) {
    const MultiResult locked = lock_two();
    for (const auto& [key, value] : values) EXPECT_EQ(locked[key].text(), value);
    EXPECT_FALSE(are_free());
    const auto unlocked = await(connection.unlock_multi(locked));
    ASSERT_TRUE(succeeded(unlocked));
    EXPECT_TRUE(unlocked.value().all_ok());
    EXPECT_TRUE(are_free());
}

TEST_F(OriginalLock, CasValuesOrResultsOfEachKeyUnlock) {
    EXPECT_TRUE(succeeded(await(connection.unlock_multi(lock_two().cas_values()))));
    EXPECT_TRUE(are_free());
    const MultiResult locked = lock_two();
    const std::map<std::string, ValueResult> by_key{{"a", locked["a"]}, {"b", locked["b"]}};
    EXPECT_TRUE(succeeded(await(connection.unlock_multi(by_key))));
    EXPECT_TRUE(are_free());
}

TEST_F(OriginalLock, AListOfResultsUnlocks) {
    const MultiResult locked = lock_two();
    EXPECT_TRUE(succeeded(await(connection.unlock_multi(std::vector(locked.begin(), locked.end())))));
    EXPECT_TRUE(are_free());
}

}  // namespace
}  // namespace txcouchbase::test
