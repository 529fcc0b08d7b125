// What a key, a time to live and a value may be, and what happens to those that may not.
// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;

class KeysAndLimits : public ServerTest {
protected:
    /// The raw face throws E from the call; the Deferred face never throws, and gives E to the errback.
    template <class E, class Issue>
    testing::AssertionResult is_refused_with(Issue issue) {
        try {
            issue(raw);
            return testing::AssertionFailure() << "the raw face did not throw";
        } catch (const E&) {  // NOLINT(bugprone-empty-catch): as it should be
        } catch (const std::exception& other) {
            return testing::AssertionFailure() << "the raw face threw another exception: " << other.what();
        }
        try {
            return failed_with<E>(end_of(issue(cb)));
        } catch (const std::exception& thrown) {
            return testing::AssertionFailure() << "the Deferred face threw: " << thrown.what();
        }
    }

    Connection cb{io, server.url()};
    TxAsyncConnection raw = cb.raw();
};

TEST_F(KeysAndLimits, AKeyOf250BytesWorks) {
    const std::string key(250, 'k');
    EXPECT_TRUE(succeeded(end_of(cb.set(key, "v"))));
    const auto found = stored(key);
    ASSERT_TRUE(succeeded(found));
    EXPECT_EQ(found->key(), key);
    EXPECT_EQ(found->text(), "v");
}

TEST_F(KeysAndLimits, AKeyMayHaveAnyBytes) {
    const std::string key("\0 \r\n\xff\x80key", 9);
    EXPECT_TRUE(succeeded(end_of(cb.set(key, "v"))));
    const auto found = stored(key);
    ASSERT_TRUE(succeeded(found));
    EXPECT_EQ(found->key(), key);
    EXPECT_TRUE(failed_with<NotFoundError>(stored(std::string("\0 \r\n\xff\x80kez", 9))));
}

TEST_F(KeysAndLimits, ANegativeTimeoutIsAnArgumentErrorOfEveryKindOfOperation) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get("k", {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.set("k", "v", {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.noop({.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.stats({}, {.timeout = -1ms}); }));
    EXPECT_TRUE(succeeded(end_of(cb.set("k", "v")))) << "nothing was left behind";
}

TEST_F(KeysAndLimits, AnOptionThatCannotBeKeptIsAnArgumentErrorOfTheConnection) {
    EXPECT_THROW((TxAsyncConnection{io, server.url(), {.timeout = -1ms}}), ArgumentError);
    EXPECT_THROW((Connection{io, server.url(), {.max_operations = 0}}), ArgumentError);
}

TEST_F(KeysAndLimits, AnEmptyKeyIsAnArgumentErrorOfEveryOperation) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.touch("", 1s); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.set("", "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.add("", "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.replace("", "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.append("", "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.prepend("", "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.remove(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.incr(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.decr(""); }));
}

TEST_F(KeysAndLimits, AKeyOf251BytesIsAnArgumentErrorThatSaysItsLength) {
    const std::string key(251, 'k');
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get(key); }));
    EXPECT_TRUE(is_refused_with<CouchbaseInputError>([&](auto& c) { return c.set(key, "v"); }));
    EXPECT_NE(error_of(end_of(cb.get(key))).detail().cause.find("251"), std::string::npos);
}

TEST_F(KeysAndLimits, ArgumentErrorsArriveBeforeTheConnectionIsUpAndAfterItIsClosed) {
    EXPECT_FALSE(cb.connected());
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get(""); }));
    cb.close();
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get(""); }));
}

TEST_F(KeysAndLimits, WhatNoServerWouldAcceptIsAnArgumentError) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.set("k", "v", {.ttl = -1s}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get("k", {.ttl = -1s}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.touch("k", -1s); }));
    EXPECT_TRUE(
        is_refused_with<ArgumentError>([](auto& c) { return c.touch("k", std::chrono::seconds::max()); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.touch("k", 24h * 366 * 200); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.add("k", "v", {.cas = 1}); }));
    EXPECT_TRUE(
        is_refused_with<ArgumentError>([](auto& c) { return c.append("k", "v", {.format = Format::json}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.incr("k", {.ttl = 1s}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.stats(std::string(251, 'g')); }));
    EXPECT_EQ(stored_bytes("k"), "(nothing)");
}

TEST_F(KeysAndLimits, AValueOverTheServersLimitIsTooBigAndTheConnectionGoesOn) {
    const std::string value(2 * 1024 * 1024, 'v');
    Ending before{cb.set("before", "v")};
    const auto end = end_of(cb.set("big", value, {.format = Format::utf8}));
    EXPECT_TRUE(failed_with<TooBigError>(end));
    EXPECT_TRUE(failed_with<CouchbaseInputError>(end));
    EXPECT_TRUE(failed_with<CouchbaseDataError>(end));
    EXPECT_EQ(error_of(end).detail().key, "big");
    EXPECT_TRUE(succeeded(before.take()));
    EXPECT_TRUE(succeeded(end_of(cb.set("after", "v"))));
    EXPECT_EQ(stored_bytes("big"), "(nothing)");
    EXPECT_EQ(stored_bytes("after"), "\"v\"");
}

TEST_F(KeysAndLimits, AValueJustUnderTheServersLimitComesBackByteForByte) {
    std::string value(1024 * 1024 - 1024, '\0');
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 31 >> 3);
    EXPECT_TRUE(succeeded(end_of(cb.set("k", std::as_bytes(std::span{value}), {.format = Format::bytes}))));
    EXPECT_TRUE(stored_bytes("k") == value);
}

TEST_F(KeysAndLimits, AConnectionStringThatCannotBeReadIsAnInvalidErrorFromTheConstructor) {
    EXPECT_THROW(Connection(io, "memcached://host:port"), InvalidError);
    EXPECT_THROW(Connection(io, "nonsense://host"), InvalidError);
    EXPECT_THROW(TxAsyncConnection(io, "memcached://host:70000"), CouchbaseInputError);
    EXPECT_THROW(Connection(io, "memcached://host?timeout=1"), InvalidError);
}

TEST_F(KeysAndLimits, AReplyOverMaxFrameIsTooBigAndTheConnectionGoesOn) {
    const std::string value(200'000, 'v');
    EXPECT_TRUE(succeeded(end_of(cb.set("big", value, {.format = Format::utf8}))));
    EXPECT_TRUE(succeeded(end_of(cb.set("small", "v"))));
    Connection small{io, server.url(), {.max_frame = 4096}};
    Ending big{small.get("big")};
    Ending behind{small.get("small")};
    const auto end = big.await(io);
    EXPECT_TRUE(failed_with<TooBigError>(end));
    EXPECT_EQ(error_of(end).detail().key, "big");
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_EQ(error_of(end).detail().cause,
              "a reply of 200028 bytes, over the limit of 4096: raise ConnectionOptions::max_frame");
    EXPECT_TRUE(succeeded(behind.await(io)));
    Connection large{io, server.url(), {.max_frame = 200'028}};
    EXPECT_TRUE(succeeded(end_of(large.get("big"))));
}

TEST_F(KeysAndLimits, AMaxFrameThatNoHandshakeFitsIntoIsAnArgumentErrorOfTheConstructor) {
    EXPECT_THROW(Connection(io, server.url(), {.max_frame = 4095}), ArgumentError);
    EXPECT_EQ(ConnectionOptions{}.max_frame, 31'457'280U);
}

TEST_F(KeysAndLimits, AHandleThatWasMovedFromCanBeAssignedToAndAnyOtherUseIsAsserted) {
    Connection from{io, server.url()};
    Connection to{std::move(from)};
    // NOLINTBEGIN(bugprone-use-after-move): what is tested
    EXPECT_DEBUG_DEATH(from.close(), "moved from");
    from = to;
    EXPECT_TRUE(succeeded(end_of(from.noop())));
    // NOLINTEND(bugprone-use-after-move)
}

}  // namespace
}  // namespace txcouchbase::test
