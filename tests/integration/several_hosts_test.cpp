// Keys spread over several memcacheds by ketama, and what happens when one of them is away.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/ketama.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;

class SeveralHosts : public ServerTest {
protected:
    std::string both() const { return server.url() + ',' + second.node(); }

    /// A key that ketama gives to one of the two.
    std::string key_of(const Memcached& owner, int number = 0) const {
        const std::vector<std::string> names{server.node(), second.node()};
        const protocol::KetamaRing ring{names};
        for (int i = 0;; ++i) {
            const std::string key = "k" + std::to_string(i);
            if (names[ring.server_of(key)] == owner.node() && number-- == 0) return key;
        }
    }
    /// The stored bytes on the second server, as somebody sees them who knows only that one.
    std::string second_bytes(const std::string& key) {
        TxAsyncConnection only{io, second.url()};
        const auto found = end_of(only.get(key));
        return found ? std::string{found->bytes()} : "(nothing)";
    }

    Memcached second;
};

TEST_F(SeveralHosts, EveryKeyLiesOnTheServerThatKetamaGivesItAndOnNoOther) {
    Connection cb{io, both()};
    for (int i = 0; i < 20; ++i) {
        for (const Memcached* const owner : {&server, &second}) {
            const std::string key = key_of(*owner, i);
            ASSERT_TRUE(succeeded(end_of(cb.set(key, "v", {.format = Format::utf8}))));
            EXPECT_EQ(stored_bytes(key), owner == &server ? "v" : "(nothing)");
            EXPECT_EQ(second_bytes(key), owner == &second ? "v" : "(nothing)");
        }
    }
}

TEST_F(SeveralHosts, TheOrderOfTheHostsDoesNotMatter) {
    Connection cb{io, both()};
    Connection reversed{io, second.url() + ',' + server.node()};
    for (int i = 0; i < 50; ++i) {
        const std::string key = "k" + std::to_string(i);
        ASSERT_TRUE(succeeded(end_of(cb.set(key, key))));
        const auto found = end_of(reversed.get(key));
        ASSERT_TRUE(succeeded(found));
        EXPECT_EQ(found->text(), key);
    }
}

TEST_F(SeveralHosts, WhatAsksEveryNodeHearsEveryNode) {
    Connection cb{io, both()};
    const auto versions = end_of(cb.versions());
    ASSERT_TRUE(succeeded(versions));
    EXPECT_EQ(versions->size(), 2U);
    EXPECT_TRUE(versions->contains(server.node()) && versions->contains(second.node()));
    const auto stats = end_of(cb.stats());
    ASSERT_TRUE(succeeded(stats));
    EXPECT_NE(stats->at("pid").at(server.node()), stats->at("pid").at(second.node()));
    EXPECT_TRUE(succeeded(end_of(cb.noop())));
}

TEST_F(SeveralHosts, WithASecondHostThatIsNotThereTheFirstWorks) {
    const std::string here = key_of(server);
    const std::string away = key_of(second);
    second.kill();
    Connection cb{io, both(), {.timeout = 150ms}};
    Ending waiting{cb.get(away)};  // issued before the connection is up
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    EXPECT_TRUE(succeeded(end_of(cb.set(here, "v"))));
    EXPECT_TRUE(succeeded(end_of(cb.get(here))));
    for (const auto& end : {waiting.await(io), end_of(cb.get(away))}) {
        EXPECT_TRUE(failed_with<TimeoutError>(end));
        EXPECT_EQ(error_of(end).detail().node, second.node());
        EXPECT_EQ(error_of(end).detail().key, away);
        EXPECT_NE(error_of(end).detail().cause.find("refused"), std::string::npos)
            << error_of(end).detail().cause;
    }
    const auto stats = end_of(cb.stats({}, {.timeout = 150ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(stats));
    EXPECT_EQ(error_of(stats).detail().node, second.node());
}

TEST_F(SeveralHosts, AHostThatComesBackIsFound) {
    const std::string away = key_of(second);
    second.kill();
    Connection cb{io, both()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    Ending waiting{cb.set(away, "v")};
    second.restart();
    EXPECT_TRUE(succeeded(waiting.await(io)));
    EXPECT_EQ(second_bytes(away), "\"v\"");
}

TEST_F(SeveralHosts, AHostThatDiesTakesOnlyItsOwnOperationsWithIt) {
    Connection cb{io, both()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    server.stop();
    second.stop();
    Ending here{cb.set(key_of(server), "v")};
    Ending away{cb.set(key_of(second), "v")};
    io.poll();
    second.kill();
    const auto lost = away.await(io);
    EXPECT_TRUE(failed_with<NetworkError>(lost));
    EXPECT_EQ(error_of(lost).detail().node, second.node());
    EXPECT_FALSE(here.has_come());
    server.resume();
    EXPECT_TRUE(succeeded(here.await(io)));
}

TEST_F(SeveralHosts, WithNoHostThereTheErrorNamesThemAll) {
    const std::string url = both();
    const std::string first_node = server.node();
    server.kill();
    second.kill();
    Connection cb{io, url};
    const auto end = end_of(cb.connect());
    EXPECT_TRUE(failed_with<ConnectError>(end));
    EXPECT_NE(error_of(end).detail().cause.find(first_node), std::string::npos) << error_of(end).message();
    EXPECT_NE(error_of(end).detail().cause.find(second.node()), std::string::npos) << error_of(end).message();
}

TEST_F(SeveralHosts, MoreHostsThanCanBeToldApartAreAnInvalidError) {
    std::string url = server.url();
    for (int i = 1; i < 255; ++i) url += ",127.0.0.1:" + std::to_string(i);
    EXPECT_NO_THROW(Connection(io, url));
    EXPECT_THROW(Connection(io, url + ",127.0.0.1:255"), InvalidError);
}

}  // namespace
}  // namespace txcouchbase::test
