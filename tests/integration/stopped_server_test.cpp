// memcached that stands still (SIGSTOP) while the kernel goes on taking bytes for it: deadlines and silence.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/integration/ledger.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::HasSubstr;

class StoppedServer : public ServerTest {
protected:
    StoppedServer() {
        for (int i = 0; i < keys; ++i)
            EXPECT_TRUE(
                succeeded(end_of(witness.set(key(i), "value of " + key(i), {.format = Format::utf8}))));
    }

    static std::string key(int number) { return "k" + std::to_string(number); }

    /// A get whose value, if one comes, must be that of its key.
    void get(TxAsyncConnection& cb, int number, OperationTimeout timeout = {}) {
        ledger.enter(cb.get(key(number), {.timeout = timeout}), [number](const ValueResult& result) {
            EXPECT_EQ(result.key(), key(number));
            EXPECT_EQ(result.bytes(), "value of " + key(number));
        });
    }
    bool await_all() {
        return run_until(io, [this] { return ledger.all_ended(); });
    }
    std::string total_connections() {
        return end_of(witness.stats())->at("total_connections").at(server.node());
    }

    static constexpr int keys = 100;
    Ledger ledger;
};

TEST_F(StoppedServer, AnOperationsDeadlineEndsItAndNotItsNeighbours) {
    TxAsyncConnection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    server.stop();
    get(cb, 0, 5s);
    const auto before = Clock::now();
    const auto end = end_of(cb.get("k1", {.timeout = 40ms}));
    EXPECT_GE(Clock::now() - before, 40ms) << "never early";
    EXPECT_TRUE(failed_with<TimeoutError>(end));
    EXPECT_TRUE(failed_with<CouchbaseTransientError>(end));
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(end));
    EXPECT_EQ(error_of(end).detail().key, "k1");
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_EQ(error_of(end).detail().operation, "GET");
    EXPECT_EQ(error_of(end).detail().cause, "sent, but not answered in time");
    EXPECT_EQ(ledger.ended(), 0U);
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 1U);
}

TEST_F(StoppedServer, LateRepliesAreSwallowedAndGoToNobodyElse) {
    TxAsyncConnection cb{io, server.url(), {.timeout = 40ms}};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    server.stop();
    for (int i = 0; i < keys; ++i) get(cb, i);
    Ending stats{cb.stats({}, {.timeout = 40ms})};  // many replies to one request, all late
    await_all();
    EXPECT_TRUE(failed_with<TimeoutError>(stats.await(io)));
    EXPECT_EQ(ledger.failed_with(errc::timed_out), static_cast<std::size_t>(keys));
    server.resume();
    for (int i = keys; i-- > 0;) get(cb, i, 5s);
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(ledger.succeeded(), static_cast<std::size_t>(keys));
}

TEST_F(StoppedServer, AServerThatIsSilentTooLongIsDialledAgainAndNoLateReplyIsDelivered) {
    TxAsyncConnection cb{
        io, server.url(), {.timeout = 50ms, .connect_timeout = 200ms, .silence_timeout = 150ms}};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    server.stop();
    // Load all the while, past the silence timeout, until operations say that there is no connection any more.
    bool is_disconnected = false;
    run_until(io, [&] {
        if (ledger.all_ended()) {
            if (!ledger.entries().empty())
                is_disconnected =
                    ledger.entries().back().error.detail().cause.find("no connection") != std::string::npos;
            for (int i = 0; i < keys; ++i) get(cb, i);
        }
        return is_disconnected;
    });
    await_all();
    EXPECT_EQ(ledger.succeeded(), 0U);
    EXPECT_EQ(ledger.failed_with(errc::timed_out) + ledger.failed_with(errc::silent_peer),
              ledger.entries().size());
    const std::size_t ended_while_stopped = ledger.ended();

    server.resume();
    const auto back = [&] { return succeeded(end_of(cb.get("k0", {.timeout = 5s}))); };
    ASSERT_TRUE(back());
    for (int round = 0; round < 3; ++round)
        for (int i = keys; i-- > 0;) get(cb, i, 5s);
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(ledger.succeeded(), 3U * keys);
    EXPECT_EQ(ledger.ended(), ended_while_stopped + 3U * keys);
}

TEST_F(StoppedServer, OperationsThatAreUnansweredWhenThePeerCountsAsSilentFailWithThat) {
    TxAsyncConnection cb{io, server.url(), {.timeout = 5s, .silence_timeout = 60ms}};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    server.stop();
    const auto before = Clock::now();
    const auto end = end_of(cb.get("k0"));
    EXPECT_GE(Clock::now() - before, 60ms);
    EXPECT_LT(Clock::now() - before, 2s);
    EXPECT_TRUE(failed_with<NetworkError>(end));
    EXPECT_EQ(error_of(end).code(), errc::silent_peer);
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_THAT(error_of(end).message(), HasSubstr("stopped answering"));
    server.resume();
    EXPECT_TRUE(succeeded(end_of(cb.get("k0"))));
}

TEST_F(StoppedServer, AnIdleConnectionIsNotSilentHoweverLongThePause) {
    TxAsyncConnection cb{io, server.url(), {.silence_timeout = 30ms}};
    EXPECT_TRUE(succeeded(end_of(cb.get("k0"))));
    const std::string before = total_connections();
    for (int i = 0; i < 3; ++i) {
        run_for(io, 70ms);
        EXPECT_TRUE(succeeded(end_of(cb.get("k0"))));
    }
    EXPECT_EQ(total_connections(), before);
}

TEST_F(StoppedServer, TheTimeOfAnOperationBeginsWhenTheConnectionIsUp) {
    server.stop();
    TxAsyncConnection cb{io, server.url(), {.timeout = 100ms}};
    get(cb, 0);
    run_for(io, 250ms);
    EXPECT_EQ(ledger.ended(), 0U) << "connecting has a deadline of its own";
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 1U);
}

TEST_F(StoppedServer, AnOperationThatWasNotEvenSentIsTakenBackAndNeverSent) {
    TxAsyncConnection cb{io, server.url(), {.timeout = 5s}};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    server.stop();
    const std::string value(512 * 1024, 'v');
    for (int i = 0; i < 64; ++i)
        ledger.enter(cb.set("big" + std::to_string(i), value, {.format = Format::utf8}));
    const auto end = end_of(cb.set("unsent", "v", {.timeout = 40ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(end));
    EXPECT_THAT(error_of(end).detail().cause, HasSubstr("the server does not read"));
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 64U);
    EXPECT_EQ(stored_bytes("unsent"), "(nothing)");
    EXPECT_TRUE(stored_bytes("big63") == value) << "what was taken back left no hole in the stream";
}

}  // namespace
}  // namespace txcouchbase::test
