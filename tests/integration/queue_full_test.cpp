// The caps on what a connection holds: refused at once, and open again when there is room.
// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/ledger.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;

class QueueFull : public ServerTest {
protected:
    /// Fills the connection; the server stands still, so that nothing makes room.
    void fill(TxAsyncConnection& cb, int count) {
        server.stop();
        for (int i = 0; i < count; ++i) ledger.enter(cb.get("k"));
    }
    static void expect_refused(TxAsyncConnection& cb) {
        try {
            cb.get("refused");
            ADD_FAILURE() << "nothing was thrown";
        } catch (const ClientTemporaryFailError& error) {
            EXPECT_EQ(error.rc(), errc::queue_full);
            EXPECT_EQ(error.key(), "refused");
            EXPECT_TRUE(error.error().code() == ErrorKind::transient);
        }
    }
    bool await_all() {
        return run_until(io, [this] { return ledger.all_ended(); });
    }

    Ledger ledger;
};

TEST_F(QueueFull, MoreOperationsThanTheCapAreRefusedAtTheCallAndThereIsRoomAgainAfterwards) {
    EXPECT_TRUE(succeeded(end_of(witness.set("k", "v"))));
    TxAsyncConnection cb{io, server.url(), {.max_operations = 10}};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    fill(cb, 10);
    expect_refused(cb);
    io.poll();
    expect_refused(cb);  // written or not makes no difference
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 10U);
    fill(cb, 10);
    expect_refused(cb);
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 20U);
}

TEST_F(QueueFull, TheCapHoldsBeforeTheConnectionIsUp) {
    TxAsyncConnection cb{io, server.url(), {.max_operations = 10}};
    fill(cb, 10);
    expect_refused(cb);
    server.resume();
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
}

TEST_F(QueueFull, TheDeferredFaceTellsItsErrback) {
    Connection cb{io, server.url(), {.max_operations = 10}};
    TxAsyncConnection raw = cb.raw();
    fill(raw, 10);
    const auto end = end_of(cb.get("refused"));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end));
    EXPECT_EQ(error_of(end).rc(), errc::queue_full);
    const auto stats = end_of(cb.stats());
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(stats));
    server.resume();
    await_all();
}

TEST_F(QueueFull, BytesHaveACapOfTheirOwn) {
    TxAsyncConnection cb{io, server.url(), {.max_request_bytes = 10'000}};
    server.stop();
    const std::string value(4000, 'v');
    const auto store = [&] { return cb.set("k", value, {.format = Format::utf8}); };
    ledger.enter(store());
    ledger.enter(store());
    EXPECT_THROW(store(), ClientTemporaryFailError);
    ledger.enter(cb.get("k"));  // small ones still fit
    server.resume();
    await_all();
    EXPECT_EQ(ledger.succeeded(), 3U);
    ledger.enter(store());
    await_all();
    EXPECT_EQ(ledger.succeeded(), 4U);
}

TEST_F(QueueFull, AWrittenOperationThatTimedOutCountsUntilItsReplyComes) {
    TxAsyncConnection cb{io, server.url(), {.timeout = 20ms, .max_operations = 10}};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    fill(cb, 10);
    await_all();
    EXPECT_EQ(ledger.failed_with(errc::timed_out), 10U);
    expect_refused(cb);
    server.resume();
    run_until(io, [&] {
        try {
            ledger.enter(cb.get("k"));
            return true;
        } catch (const ClientTemporaryFailError&) {
            return false;  // the late replies are still on their way
        }
    });
    await_all();
    EXPECT_TRUE(ledger.each_ended_once());
}

TEST_F(QueueFull, AnOperationThatIsCancelledBeforeItIsSentMakesRoomAtOnce) {
    TxAsyncConnection cb{io, server.url(), {.max_operations = 1}};
    auto first = cb.get("k").errback([](const Error&) {});
    expect_refused(cb);
    first.cancel();
    EXPECT_TRUE(succeeded(end_of(cb.set("k", "v"))));
}

}  // namespace
}  // namespace txcouchbase::test
