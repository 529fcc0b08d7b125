// A connection's life: connecting, waiting, failing, closing, going away.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/strand.hpp>

#include "tests/integration/refused_port.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Events = std::vector<std::string>;

class LifeCycle : public ServerTest {
protected:
    /// Notes an event of the connection under a name.
    template <class Face>
    void note_event(Face& face, std::string_view event, std::string name) {
        auto [resolver, deferred] = make_deferred<void>();
        face.register_deferred(event, resolver);
        note(std::move(deferred), std::move(name));
    }
    /// Notes an end: the name, and "!" with the class of the error if it is one.
    template <class R>
    void note(Deferred<R> deferred, std::string name) {
        std::move(deferred).add_both([this, name = std::move(name)](const Outcome<R>& outcome) {
            events.push_back(outcome ? name : name + '!' + outcome.failure().type_name());
        });
    }
    void note(AsyncResult<ValueResult> operation, const std::string& name) {
        note(TxAsyncConnection::defer(std::move(operation)), name);
    }
    bool await_events(std::size_t count) {
        return run_until(io, [&] { return events.size() >= count; });
    }

    RefusedPort refused;
    Events events;
};

TEST_F(LifeCycle, OnlyConnectAndDtorAreEvents) {
    TxAsyncConnection cb{io, server.url()};
    for (const char* const name : {"", "connected", "close", "Connect"}) {
        try {
            cb.register_deferred(name, make_deferred<void>().resolver);
            ADD_FAILURE() << name;
        } catch (const std::invalid_argument& error) {
            EXPECT_NE(std::string{error.what()}.find('"' + std::string{name} + '"'), std::string::npos)
                << error.what();
        }
    }
}

TEST_F(LifeCycle, ConnectFiresForEveryWaiterInTheOrderOfRegistration) {
    Connection cb{io, server.url()};
    EXPECT_FALSE(cb.connected());
    note(cb.connect(), "first");
    note_event(cb, "connect", "second");
    note(cb.connect(), "third");
    EXPECT_TRUE(events.empty());
    await_events(3);
    EXPECT_EQ(events, (Events{"first", "second", "third"}));
    EXPECT_TRUE(cb.connected());
}

TEST_F(LifeCycle, ConnectAfterwardsFiresFromTheLoop) {
    Connection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    note(cb.connect(), "late");
    note_event(cb, "connect", "later");
    EXPECT_TRUE(events.empty());
    await_events(2);
    EXPECT_EQ(events, (Events{"late", "later"}));
}

TEST_F(LifeCycle, AWaiterThatThrowsDoesNotStopTheOthers) {
    Connection cb{io, server.url()};
    cb.connect().add_callback([] { throw std::runtime_error("mine"); }).add_errback([](const Failure&) {});
    note(cb.connect(), "other");
    await_events(1);
    EXPECT_EQ(events, (Events{"other"}));
}

TEST_F(LifeCycle, AConnectCallbackMayCloseItsConnection) {
    Connection cb{io, server.url()};
    cb.connect().add_callback([&] { cb.close(); });
    note(cb.connect(), "other waiter");
    note(cb.get("k"), "get");
    await_events(2);
    EXPECT_EQ(events, (Events{"get!txcouchbase::ClientTemporaryFailError", "other waiter"}));
    EXPECT_TRUE(cb.connected());
}

TEST_F(LifeCycle, AConnectCallbackOrErrbackMayDestroyItsConnection) {
    for (const std::string& url : {server.url(), refused.url()}) {
        events.clear();
        std::optional<Connection> cb{std::in_place, io, url};
        note_event(*cb, "_dtor", "dtor");
        cb->connect().add_both([&](const Outcome<void>&) { cb.reset(); });
        note(cb->set("k", "v").add_both([](const Outcome<OperationResult>&) {}), "set");
        await_events(2);
        EXPECT_EQ(events, (Events{"set", "dtor"}));
    }
}

TEST_F(LifeCycle, OperationsIssuedBeforeTheConnectionIsUpAreSentInOrderAheadOfThoseOfAConnectCallback) {
    Connection cb{io, server.url()};
    TxAsyncConnection raw = cb.raw();
    cb.connect().add_callback([&] { note(cb.append("k", "4"), "in the callback"); });
    note(cb.set("k", "1", {.format = Format::utf8}), "set");
    raw.append("k", "2");
    note(cb.append("k", "3"), "append");
    EXPECT_TRUE(events.empty());
    await_events(3);
    EXPECT_EQ(events, (Events{"set", "append", "in the callback"}));
    EXPECT_EQ(stored_bytes("k"), "1234");
}

TEST_F(LifeCycle, AFirstConnectThatFailsIsFinalForAllWhoWaitAndAllWhoCome) {
    Connection cb{io, refused.url(), {.timeout = 50ms}};
    note(cb.connect(), "waiter");
    note_event(cb, "connect", "registered");
    note(cb.get("k"), "queued");
    note(cb.raw().get("k"), "queued raw");
    note(cb.stats().ignore(), "queued stats");
    await_events(5);
    const auto late = end_of(cb.get("k"));
    EXPECT_TRUE(failed_with<ConnectError>(late));
    EXPECT_EQ(error_of(late).detail().node, refused.node());
    EXPECT_EQ(error_of(late).detail().key, "k");
    EXPECT_EQ(error_of(late).detail().operation, "GET");
    EXPECT_FALSE(error_of(late).detail().cause.empty());
    note(cb.raw().get("k"), "late raw");
    note(cb.version().ignore(), "late version");
    note(cb.connect(), "late waiter");
    await_events(8);
    std::sort(events.begin(), events.end());
    Events expected;
    for (const char* const name : {"waiter", "registered", "queued", "queued raw", "queued stats", "late raw",
                                   "late version", "late waiter"})
        expected.push_back(std::string{name} + "!txcouchbase::ConnectError");
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(events, expected);
    EXPECT_FALSE(cb.connected());
}

TEST_F(LifeCycle, ClosingAConnectionThatFailedKeepsItsError) {
    Connection cb{io, refused.url()};
    EXPECT_TRUE(failed_with<ConnectError>(end_of(cb.connect())));
    cb.close();
    EXPECT_TRUE(failed_with<ConnectError>(end_of(cb.connect())));
    EXPECT_TRUE(failed_with<ConnectError>(end_of(cb.get("k"))));
}

TEST_F(LifeCycle, CloseEndsPendingAndLaterOperationsAndConnectedStaysTrue) {
    Connection cb{io, server.url()};
    ASSERT_TRUE(succeeded(end_of(cb.connect())));
    Ending written{cb.set("written", "v")};
    io.poll();
    Ending unwritten{cb.set("unwritten", "v")};
    Ending gathered{cb.stats()};
    cb.close();
    ASSERT_TRUE(unwritten.has_come() && gathered.has_come() && written.has_come());
    const auto end = unwritten.take();
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end));
    EXPECT_TRUE(failed_with<CouchbaseTransientError>(end));
    EXPECT_EQ(error_of(end).detail().key, "unwritten");
    EXPECT_EQ(error_of(end).detail().node, server.node());
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(gathered.take()));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end_of(cb.get("k"))));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end_of(cb.noop())));
    EXPECT_TRUE(cb.connected());
    EXPECT_EQ(stored_bytes("unwritten"), "(nothing)");
    cb.close();
}

TEST_F(LifeCycle, CloseBeforeTheConnectionIsUpEndsEverything) {
    Connection cb{io, server.url()};
    note(cb.connect(), "connect");
    note(cb.get("k"), "get");
    cb.close();
    EXPECT_EQ(events.size(), 2U);
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(end_of(cb.connect())));
    EXPECT_FALSE(cb.connected());
    for (const std::string& event : events)
        EXPECT_NE(event.find("!txcouchbase::ClientTemporaryFailError"), std::string::npos);
}

TEST_F(LifeCycle, AClosedConnectionLeavesTheLoopNothingToDo) {
    boost::asio::io_context own{1};
    Connection cb{own, server.url()};
    ASSERT_TRUE(succeeded(Ending{cb.connect()}.await(own)));
    cb.close();
    own.run_for(std::chrono::duration_cast<std::chrono::milliseconds>(patience));
    EXPECT_TRUE(own.stopped()) << "run() would not return";
}

TEST_F(LifeCycle, TheLastHandleDroppedBeforeConnectDestroysTheConnectionFirstTheWaitersThenDtor) {
    {
        Connection cb{io, server.url()};
        note_event(cb, "_dtor", "dtor");
        note(cb.connect(), "connect");
        note_event(cb, "connect", "registered");
    }
    EXPECT_TRUE(events.empty()) << "from the loop, not from within a destructor";
    await_events(3);
    EXPECT_EQ(events, (Events{"connect!txcouchbase::ObjectDestroyedError",
                              "registered!txcouchbase::ObjectDestroyedError", "dtor"}));
}

TEST_F(LifeCycle, TheLastHandleDroppedWithOperationsInFlightLetsThemComplete) {
    for (const bool is_up : {false, true}) {
        events.clear();
        {
            Connection cb{io, server.url()};
            if (is_up) {
                ASSERT_TRUE(succeeded(end_of(cb.connect())));
            }
            note_event(cb, "_dtor", "dtor");
            note(cb.set("k", "v"), "set");
            note(cb.get("k"), "get");
            note(cb.stats().ignore(), "stats");
        }
        await_events(4);
        EXPECT_EQ(events, (Events{"set", "get", "stats", "dtor"}));
    }
}

TEST_F(LifeCycle, HandlesShareOneConnection) {
    std::optional<Connection> first{std::in_place, io, server.url()};
    note_event(*first, "_dtor", "dtor");
    std::optional<Connection> second{*first};
    TxAsyncConnection third = first->raw();
    first.reset();
    EXPECT_TRUE(succeeded(end_of(second->set("k", "v"))));
    second = Connection{io, server.url()};
    EXPECT_TRUE(succeeded(end_of(third.get("k"))));
    EXPECT_TRUE(events.empty());
    { const TxAsyncConnection last = std::move(third); }
    await_events(1);
}

TEST_F(LifeCycle, DtorFiresAfterCloseAndAfterAFailedConnectToo) {
    {
        Connection closed{io, server.url()};
        note_event(closed, "_dtor", "closed");
        closed.close();
        Connection failed{io, refused.url()};
        note_event(failed, "_dtor", "failed");
        EXPECT_TRUE(failed_with<ConnectError>(end_of(failed.connect())));
        EXPECT_TRUE(events.empty());
    }
    await_events(2);
}

TEST_F(LifeCycle, ALoopThatIsDestroyedEndsEverythingPendingOnceAsObjectDestroyed) {
    for (const bool is_up : {false, true}) {
        events.clear();
        std::optional<boost::asio::io_context> own{1};
        Connection cb{*own, server.url()};
        if (is_up) {
            ASSERT_TRUE(succeeded(Ending{cb.connect()}.await(*own)));
            server.stop();
            note(cb.set("written", "v"), "operation");
            own->poll();
        }
        note(cb.connect(), "connect");
        note(cb.get("k"), "operation");
        note(cb.stats().ignore(), "operation");
        EXPECT_TRUE(events.empty());
        own.reset();
        server.resume();
        ASSERT_EQ(events.size(), is_up ? 4U : 3U);
        EXPECT_EQ(std::count(events.begin(), events.end(), "operation!txcouchbase::ObjectDestroyedError"),
                  is_up ? 3 : 2);
        // What is asked of it afterwards ends the same way.
        Ending late{cb.get("k")};
        ASSERT_TRUE(late.has_come());
        EXPECT_TRUE(failed_with<ObjectDestroyedError>(late.take()));
        EXPECT_THROW(cb.raw().get("k"), ObjectDestroyedError);
        note_event(cb, "_dtor", "dtor");
        EXPECT_EQ(events.size(), is_up ? 4U : 3U);
    }
    EXPECT_EQ(events.back(), "dtor");
}

TEST_F(LifeCycle, ALoopThatIsDestroyedAfterTheLastHandleEndsWhatWasInFlight) {
    {
        boost::asio::io_context own{1};
        Connection cb{own, server.url()};
        note_event(cb, "_dtor", "dtor");
        note(cb.get("k"), "get");
        note(cb.connect(), "connect");
    }
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events.back(), "dtor");
}

TEST_F(LifeCycle, AConnectionThatIsOverMayOutliveItsLoop) {
    std::vector<Connection> left;
    {
        boost::asio::io_context own{1};
        left.emplace_back(own, refused.url());
        left.emplace_back(own, server.url());
        left.emplace_back(own, server.url());
        EXPECT_TRUE(failed_with<ConnectError>(Ending{left[0].connect()}.await(own)));
        EXPECT_TRUE(succeeded(Ending{left[1].connect()}.await(own)));
        left[1].close();
        left[2].close();
        own.run_for(std::chrono::duration_cast<std::chrono::milliseconds>(patience));
        ASSERT_TRUE(own.stopped());
    }
    left.clear();
}

TEST_F(LifeCycle, AConnectionThatWasOverBeforeItsLoopIsUsedAndDroppedAfterIt) {
    for (const std::string& url : {server.url(), refused.url()}) {
        events.clear();
        std::optional<boost::asio::io_context> own{1};
        std::optional<Connection> cb{std::in_place, *own, url};
        const bool is_up = Ending{cb->connect()}.await(*own).has_value();
        if (is_up) cb->close();
        own->run_for(std::chrono::duration_cast<std::chrono::milliseconds>(patience));
        ASSERT_TRUE(own->stopped()) << "nothing of the connection may be in the loop";
        own.reset();
        EXPECT_TRUE(failed_with<ObjectDestroyedError>(Ending{cb->get("k")}.take()));
        EXPECT_TRUE(failed_with<ObjectDestroyedError>(Ending{cb->noop()}.take()));
        EXPECT_THROW(cb->raw().get("k"), ObjectDestroyedError);
        note(cb->connect(), "connect");
        note_event(*cb, "_dtor", "dtor");
        cb->close();
        cb.reset();
        EXPECT_EQ(events, (Events{is_up ? "connect" : "connect!txcouchbase::ObjectDestroyedError", "dtor"}));
    }
}

TEST_F(LifeCycle, AConnectionThatIsOverAndAwaitedFiresItsWaitersWhenItsLoopIsDestroyed) {
    std::optional<boost::asio::io_context> own{1};
    std::optional<Connection> cb{std::in_place, *own, refused.url()};
    EXPECT_TRUE(failed_with<ConnectError>(Ending{cb->connect()}.await(*own)));
    note_event(*cb, "_dtor", "dtor");
    own.reset();
    EXPECT_EQ(events, Events{}) << "a handle is left";
    cb.reset();
    EXPECT_EQ(events, Events{"dtor"});
}

TEST_F(LifeCycle, AConnectionOnAStrandMayOutliveItsLoop) {
    for (const bool closes : {false, true}) {
        std::optional<boost::asio::io_context> own{1};
        Connection cb{boost::asio::make_strand(*own), server.url()};
        ASSERT_TRUE(succeeded(Ending{cb.connect()}.await(*own)));
        if (closes) cb.close();
        own.reset();
        EXPECT_TRUE(failed_with<ObjectDestroyedError>(Ending{cb.get("k")}.take()));
    }
}

TEST_F(LifeCycle, AnAsyncResultMayOutliveItsConnectionAndItsLoop) {
    AsyncResult<ValueResult> operation;
    bool has_failed = false;
    {
        boost::asio::io_context own{1};
        TxAsyncConnection cb{own, server.url()};
        operation = cb.get("k").errback([&](const Error&) { has_failed = true; });
    }
    EXPECT_TRUE(has_failed);
    EXPECT_FALSE(operation.is_pending());
    operation.cancel();
}

TEST_F(LifeCycle, PostRunsATaskOnTheConnectionsExecutor) {
    Connection cb{io, server.url()};
    cb.post([&](Connection& handle) { note(handle.set("k", "v"), "set"); });
    cb.raw().post([&](TxAsyncConnection& handle) { note(handle.get("k"), "get"); });
    EXPECT_TRUE(events.empty());
    await_events(2);
    EXPECT_EQ(events, (Events{"set", "get"}));
}

TEST_F(LifeCycle, ATaskThatWasPostedKeepsItsConnectionUntilItHasRun) {
    {
        Connection cb{io, server.url()};
        note_event(cb, "_dtor", "dtor");
        cb.post([&](Connection& handle) { note(handle.set("k", "v"), "set"); });
    }
    await_events(2);
    EXPECT_EQ(events, (Events{"set", "dtor"}));
}

TEST_F(LifeCycle, ATaskWhoseLoopIsDestroyedIsDroppedAndNothingWithIt) {
    for (const bool keeps_handle : {false, true}) {
        events.clear();
        std::optional<boost::asio::io_context> own{1};
        std::optional<Connection> cb{std::in_place, *own, server.url()};
        note_event(*cb, "_dtor", "dtor");
        cb->post([](Connection&) { ADD_FAILURE() << "there is no loop to run it"; });
        if (!keeps_handle) cb.reset();
        own.reset();
        if (keeps_handle) cb->post([](Connection&) { ADD_FAILURE() << "there is no loop to run it"; });
        cb.reset();
        EXPECT_EQ(events, Events{"dtor"});
    }
}

}  // namespace
}  // namespace txcouchbase::test
