// The two faces of a connection: TxAsyncConnection, raw and fast, and Connection, in Deferreds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <txcouchbase/async_result.hpp>
#include <txcouchbase/deferred.hpp>
#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/operations.hpp>
#include <txcouchbase/results.hpp>

namespace txcouchbase {

class Core;

/// An executor, or anything that has one.
template <class T>
concept HasExecutor = requires(T& context) {
    boost::asio::any_io_executor{context.get_executor()};
};

/**
 * The raw face: every operation returns its AsyncResult at once. About the costs see AsyncResult.
 *
 * Shape:  keys have 1 to 250 bytes, any bytes. The connection string is "memcached://host[:port][,host[:port]...]";
 *         keys are spread over several hosts by ketama.
 * When:   operations may be issued at once; until the connection is up they wait, and are then sent in order.
 * Order:  operations on one key that end with a server's answer are executed, and complete, in the order in which they
 *         were issued, through retries: what the server refuses for now is sent again, and later operations on its key
 *         wait for it. Where later ones are on their way already it is not sent again, but fails with the refusal.
 * Errors: thrown from the call: ArgumentError and ValueFormatError for what no server would accept,
 *         ClientTemporaryFailError (queue_full) when a limit of ConnectionOptions is reached, see Overload. All others
 *         arrive at the errback: NotFoundError, KeyExistsError, DeltaBadvalError, TooBigError, TimeoutError,
 *         NetworkError...
 * Executor: a connection belongs to the executor it was made with: its functions are called there, and its callbacks
 *         run there; post() is the door for other threads. To use more cores, make one connection per io_context.
 * Lifetime: a handle; copies share one connection. It ends when the last handle is gone and no operation is in flight.
 *         If its event loop is destroyed first, everything pending ends with ObjectDestroyedError.
 * Spec:   txcouchbase.connection.TxAsyncConnection.
 */
class TxAsyncConnection {
public:
    using UnhandledHook = std::function<void(std::exception_ptr)>;

    /// Errors: InvalidError for a connection string that cannot be read, ArgumentError for an option that cannot be
    ///         kept: a limit of 0, a timeout that is not positive.
    TxAsyncConnection(boost::asio::any_io_executor executor, std::string_view connection_string,
                      const ConnectionOptions& options = {});
    template <HasExecutor Context>
    TxAsyncConnection(Context& context, std::string_view connection_string,
                      const ConnectionOptions& options = {})
        : TxAsyncConnection(context.get_executor(), connection_string, options) {}
    TxAsyncConnection(const TxAsyncConnection& other) noexcept;
    TxAsyncConnection(TxAsyncConnection&& other) noexcept;
    TxAsyncConnection& operator=(TxAsyncConnection other) noexcept;
    ~TxAsyncConnection();

    /**
     * A Deferred that fires when the connection is up, or fails for good with why it could not be made. May be asked
     * for any number of times, before and after; connecting begins with the constructor.
     *
     * When:   from the event loop. Operations issued before are sent first.
     * Errors: ConnectError, UnknownHostError, ProtocolError (nothing there speaks memcached), TimeoutError,
     *         NetworkError (the peer closed at once), AuthError; with node and cause. ObjectDestroyedError when the
     *         last handle goes first; ClientTemporaryFailError after a close() that came first.
     * Spec:   TxAsyncConnection.connect of the original.
     */
    Deferred<void> connect();

    /**
     * A Deferred that fires when operations are taken without waiting and without being refused, on every node.
     *
     * When:   from the event loop. Once a cap of ConnectionOptions was reached, that is when nothing waits and no more
     *         than three quarters of each cap are in use; until then it is at once. Operations that are issued in the
     *         callbacks of others may use up the room before.
     * Errors: what connect() or an operation gives, when the connection fails or is closed first.
     */
    Deferred<void> writable();

    /// Replies that came when their operations had timed out or were cancelled. They are never delivered.
    std::uint64_t late_replies() const noexcept;

    /// Fires `waiter` at an event: "connect", as connect() does, or "_dtor", when the connection is no more.
    /// Errors: std::invalid_argument for any other name.
    void register_deferred(std::string_view event, Resolver<void> waiter);

    /// Whether the connection was ever up; stays true after close().
    bool connected() const noexcept;

    /// Ends all pending operations, from within this call, and all later ones with ClientTemporaryFailError.
    void close();

    /**
     * Runs `task` on the connection's executor; the one function that other threads may call.
     *
     *     cb.post([](TxAsyncConnection& cb) { cb.get("k").callback(...); });
     *
     * When:     from the event loop. A task whose event loop is destroyed first, or is gone already, is dropped.
     * Lifetime: the task is given a handle of its own, and keeps the connection until it has run. Let it use that one:
     *           handles are not counted atomically, so no other thread may copy, move or destroy one, not even by
     *           capturing it. The handle that post() is called on must live until post() returns.
     */
    void post(std::function<void(TxAsyncConnection&)> task) const;

    /// Who is told of failures without an errback and of exceptions from callbacks. By default one line on stderr.
    void on_unhandled(UnhandledHook hook);

    /// Wraps a raw operation. Cancelling the Deferred cancels the operation.
    /// Spec: TxAsyncConnection.defer of the original.
    template <class R>
    static Deferred<R> defer(AsyncResult<R> operation) {
        // As long as the Deferred is unfired its operation is in flight, so the canceller needs no more than its id.
        auto [resolver, deferred] = make_deferred<R>([id = operation.id()](Resolver<R>&) { id.cancel(); });
        operation.callback(
            [to = resolver](R&& result) mutable { std::move(to).callback(std::move(result)); });
        operation.errback([to = std::move(resolver)](const Error& error) mutable {
            if (error.code() == errc::cancelled)
                to.errback(CancelledError{});
            else
                to.errback(Failure{make_exception(error)});
        });
        return std::move(deferred);
    }

    AsyncResult<ValueResult> get(std::string_view key, const GetOptions& options = {});
    /// Sets the time to live of a value; 0: it never expires.
    AsyncResult<OperationResult> touch(std::string_view key, std::chrono::seconds ttl,
                                       const RequestOptions& options = {});
    AsyncResult<OperationResult> set(std::string_view key, const Encodable& value,
                                     const StoreOptions& options = {});
    /// Stores only what is not there yet, else KeyExistsError. Takes no CAS: ArgumentError.
    AsyncResult<OperationResult> add(std::string_view key, const Encodable& value,
                                     const StoreOptions& options = {});
    /// Stores only what is there already, else NotFoundError.
    AsyncResult<OperationResult> replace(std::string_view key, const Encodable& value,
                                         const StoreOptions& options = {});
    /// Adds text or bytes behind a stored value, else NotStoredError. Other formats than utf8 and bytes: ArgumentError.
    AsyncResult<OperationResult> append(std::string_view key, const Encodable& fragment,
                                        const AppendOptions& options = {});
    /// Adds in front.
    AsyncResult<OperationResult> prepend(std::string_view key, const Encodable& fragment,
                                         const AppendOptions& options = {});
    /// DELETE, which is a keyword.
    AsyncResult<OperationResult> remove(std::string_view key, const RemoveOptions& options = {});
    /// Adds delta modulo 2^64; the result's number() is the new value.
    AsyncResult<ValueResult> incr(std::string_view key, const CounterOptions& options = {});
    /// Takes delta away, but not below 0.
    AsyncResult<ValueResult> decr(std::string_view key, const CounterOptions& options = {});

    // These ask every node, and fail with the first failure of any.

    /// Completes when every node has answered, and therefore everything issued before is done.
    AsyncResult<OperationResult> noop(const RequestOptions& options = {});
    AsyncResult<VersionResult> version(const RequestOptions& options = {});
    /// Statistics of a group ("settings", "items"...), or the general ones.
    AsyncResult<StatsResult> stats(std::string_view group = {}, const RequestOptions& options = {});

private:
    friend class Core;
    explicit TxAsyncConnection(Core& core) noexcept;

    Core* core_;
};

/**
 * The face in Deferreds: as TxAsyncConnection, but nothing is thrown for an operation; argument errors, too, arrive at
 * the errback.
 *
 * Spec: txcouchbase.connection.Connection.
 */
class Connection : private TxAsyncConnection {
public:
    using TxAsyncConnection::close;
    using TxAsyncConnection::connect;
    using TxAsyncConnection::connected;
    using TxAsyncConnection::defer;
    using TxAsyncConnection::late_replies;
    using TxAsyncConnection::on_unhandled;
    using TxAsyncConnection::register_deferred;
    using TxAsyncConnection::TxAsyncConnection;
    using TxAsyncConnection::UnhandledHook;
    using TxAsyncConnection::writable;

    Deferred<ValueResult> get(std::string_view key, const GetOptions& options = {});
    Deferred<OperationResult> touch(std::string_view key, std::chrono::seconds ttl,
                                    const RequestOptions& options = {});
    Deferred<OperationResult> set(std::string_view key, const Encodable& value,
                                  const StoreOptions& options = {});
    Deferred<OperationResult> add(std::string_view key, const Encodable& value,
                                  const StoreOptions& options = {});
    Deferred<OperationResult> replace(std::string_view key, const Encodable& value,
                                      const StoreOptions& options = {});
    Deferred<OperationResult> append(std::string_view key, const Encodable& fragment,
                                     const AppendOptions& options = {});
    Deferred<OperationResult> prepend(std::string_view key, const Encodable& fragment,
                                      const AppendOptions& options = {});
    Deferred<OperationResult> remove(std::string_view key, const RemoveOptions& options = {});
    Deferred<ValueResult> incr(std::string_view key, const CounterOptions& options = {});
    Deferred<ValueResult> decr(std::string_view key, const CounterOptions& options = {});
    Deferred<OperationResult> noop(const RequestOptions& options = {});
    Deferred<VersionResult> version(const RequestOptions& options = {});
    Deferred<StatsResult> stats(std::string_view group = {}, const RequestOptions& options = {});

    /// As TxAsyncConnection::post(), with a handle of this face.
    void post(std::function<void(Connection&)> task) const;

    /// The raw face of the same connection.
    TxAsyncConnection raw() const { return *this; }

private:
    explicit Connection(const TxAsyncConnection& raw) noexcept : TxAsyncConnection(raw) {}
};

}  // namespace txcouchbase
