// memcached killed in the middle of everything and started again: who fails, who does not, and how it goes on.
// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "tests/integration/ledger.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;

class KilledServer : public ServerTest {
protected:
    KilledServer() {
        EXPECT_TRUE(succeeded(end_of(cb.connect())));
        EXPECT_TRUE(succeeded(end_of(witness.connect())));
    }

    void set(int number, const std::string& value = {}) {
        const std::string key = "k" + std::to_string(number);
        ledger.enter(cb.set(key, value.empty() ? key : value, {.format = Format::utf8}));
    }
    bool await_all() {
        return run_until(io, [this] { return ledger.all_ended(); });
    }
    /// Where the failed operations begin and end, if they are one piece.
    std::pair<std::size_t, std::size_t> failed_piece() const {
        const auto failed = [](const Ledger::Entry& entry) { return !entry.has_succeeded; };
        const auto& all = ledger.entries();
        const auto begin = std::find_if(all.begin(), all.end(), failed);
        const auto end = std::find_if_not(begin, all.end(), failed);
        EXPECT_TRUE(std::none_of(end, all.end(), failed)) << "they are not one piece";
        return {static_cast<std::size_t>(begin - all.begin()), static_cast<std::size_t>(end - all.begin())};
    }

    Ledger ledger;
    TxAsyncConnection cb{io, server.url()};
};

TEST_F(KilledServer, ExactlyTheUnansweredOperationsFailAndLaterOnesWaitForItsReturn) {
    for (int i = 0; i < 50; ++i) set(i);
    await_all();
    server.stop();
    for (int i = 50; i < 150; ++i) set(i);
    io.poll();  // written, and never to be answered
    server.kill();
    run_until(io, [this] { return ledger.ended() == 150; });
    for (int i = 150; i < 250; ++i) set(i);
    server.restart();
    await_all();

    EXPECT_TRUE(ledger.each_ended_once());
    EXPECT_EQ(failed_piece(), (std::pair<std::size_t, std::size_t>{50, 150}));
    for (std::size_t i = 50; i < 150; ++i) {
        const Error& error = ledger.entries()[i].error;
        EXPECT_EQ(error.code(), errc::connection_lost);
        EXPECT_TRUE(error.code() == ErrorKind::network);
        EXPECT_EQ(error.detail().node, server.node());
        EXPECT_EQ(error.detail().key, "k" + std::to_string(i));
        EXPECT_FALSE(error.detail().cause.empty());
    }
    for (int i = 150; i < 250; ++i) EXPECT_EQ(stored_bytes("k" + std::to_string(i)), "k" + std::to_string(i));
}

TEST_F(KilledServer, WhatTheKernelHadNotTakenYetIsSentToTheNextConnection) {
    cb.set_timeout(patience);  // 32 MiB take a busy machine longer than an operation's time
    server.stop();
    // More than the buffers of the kernel hold: 32 MiB.
    const std::string value(512 * 1024, 'v');
    for (int i = 0; i < 64; ++i) set(i, value);
    io.poll();
    server.kill();
    server.restart();
    await_all();

    EXPECT_TRUE(ledger.each_ended_once());
    const auto [begin, end] = failed_piece();
    EXPECT_EQ(begin, 0U);
    EXPECT_GT(end, 0U);
    EXPECT_LT(end, 64U) << "the kernel took everything, so this test shows nothing";
    EXPECT_EQ(ledger.failed_with(errc::connection_lost), end);
    for (std::size_t i = 0; i < 64; ++i) {
        const std::string stored = stored_bytes("k" + std::to_string(i));
        EXPECT_TRUE(stored == (i < end ? "(nothing)" : value)) << i << " has " << stored.size() << " bytes";
    }
}

TEST_F(KilledServer, UnderLoadEveryOperationEndsOnceAndEverySuccessIsTrue) {
    // 64 in flight all the time; each end issues the next.
    constexpr int total = 6000;
    int issued = 0;
    std::function<void()> issue = [&] {
        if (issued == total) return;
        const std::string key = "k" + std::to_string(issued++);
        const auto next = [&](const auto&) { issue(); };
        ledger.enter(cb.set(key, key, {.format = Format::utf8}), next);
    };
    // A failed one has no check to go on with, so what it leaves is filled up between the turns.
    const auto keep_going = [&](std::size_t until_ended) {
        return run_until(io, [&] {
            while (issued < total && static_cast<std::size_t>(issued) - ledger.ended() < 64) issue();
            return ledger.ended() >= until_ended;
        });
    };
    keep_going(1000);
    server.kill();
    keep_going(ledger.ended() + 1);
    server.restart();
    const std::size_t restarted_at = ledger.entries().size();
    keep_going(3000);
    server.kill();
    server.restart();
    keep_going(total);

    EXPECT_TRUE(ledger.each_ended_once());
    const std::size_t lost = ledger.failed_with(errc::connection_lost);
    EXPECT_EQ(ledger.succeeded() + lost, static_cast<std::size_t>(total))
        << "no other error, and nothing timed out";
    EXPECT_GT(lost, 0U);
    EXPECT_LE(lost, 2U * 64U) << "only what was in flight";
    EXPECT_TRUE(std::any_of(ledger.entries().begin() + static_cast<std::ptrdiff_t>(restarted_at),
                            ledger.entries().end(), [](const auto& entry) { return entry.has_succeeded; }));
    for (int i = total - 64; i < total; ++i) {
        const std::string key = "k" + std::to_string(i);
        const bool was_stored = ledger.entries()[static_cast<std::size_t>(i)].has_succeeded;
        EXPECT_EQ(stored_bytes(key), was_stored ? key : "(nothing)");
    }
}

TEST_F(KilledServer, WhatAsksEveryNodeFailsOnceToo) {
    server.stop();
    Ending stats{cb.stats()};
    Ending version{cb.versions()};
    Ending noop{cb.noop()};
    io.poll();
    server.kill();
    const auto end = stats.await(io);
    EXPECT_TRUE(failed_with<NetworkError>(end));
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_TRUE(failed_with<NetworkError>(version.await(io)));
    EXPECT_TRUE(failed_with<NetworkError>(noop.await(io)));
    server.restart();
    EXPECT_TRUE(succeeded(end_of(cb.stats())));
}

TEST_F(KilledServer, OperationsOfAServerThatStaysAwayTimeOutAndSayWhy) {
    server.kill();
    // The first may still find the old socket open; the second meets a refusal.
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(end_of(cb.get("k", {.timeout = 200ms}))));
    const auto end = end_of(cb.get("k", {.timeout = 200ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(end));
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_NE(error_of(end).detail().cause.find("no connection"), std::string::npos);
    EXPECT_NE(error_of(end).detail().cause.find("refused"), std::string::npos)
        << error_of(end).detail().cause;
    server.restart();
    EXPECT_TRUE(succeeded(end_of(cb.set("k", "v"))));
}

TEST_F(KilledServer, AnErrbackOfALostOperationMayTryAgain) {
    server.stop();
    std::string end;
    cb.set("k", "v", {.format = Format::utf8}).errback([&](const Error& error) {
        EXPECT_EQ(error.code(), errc::connection_lost);
        cb.set("k", "again", {.format = Format::utf8}).callback([&](const OperationResult&) {
            end = "stored";
        });
    });
    io.poll();
    server.kill();
    server.restart();
    run_until(io, [&] { return !end.empty(); });
    EXPECT_EQ(stored_bytes("k"), "again");
}

TEST_F(KilledServer, AnErrbackOfALostOperationMayCloseTheConnection) {
    server.stop();
    std::vector<errc> ends;
    cb.get("k").errback([&](const Error& error) {
        ends.push_back(error.rc());
        cb.close();
    });
    for (int i = 0; i < 3; ++i) cb.get("k").errback([&](const Error& error) { ends.push_back(error.rc()); });
    io.poll();
    server.kill();
    run_until(io, [&] { return ends.size() == 4; });
    EXPECT_EQ(ends.front(), errc::connection_lost);
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end_of(cb.get("k"))));
}

}  // namespace
}  // namespace txcouchbase::test
