// The two faces of a connection: TxAsyncConnection, raw and fast, and Connection, in Deferreds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/detail/multi_operations.hpp>

namespace txcouchbase {

/**
 * The operations on one key, of both faces. Returned is AsyncResult or Deferred.
 *
 * Shape:  keys have 1 to 250 bytes, any bytes. Options are captured at the call.
 * When:   operations may be issued at once; until the connection is up they wait, and are then sent in order.
 * Order:  operations on one key that end with a server's answer are executed in the order in which they were issued,
 *         through retries and changes of the cluster: what a server refuses for now is sent again, and later operations
 *         on its key wait for it. If a later one was executed meanwhile it is not sent again, but fails with the
 *         refusal. docs/ordering.md says it all.
 * Errors: ArgumentError and ValueFormatError for what no server would accept, ClientTemporaryFailError (queue_full)
 *         when a limit of ConnectionOptions is reached, see Overload: thrown from the call by TxAsyncConnection, at the
 *         errback of the Deferred by Connection. All others at the errback: NotFoundError (a result where quiet),
 *         KeyExistsError, DeltaBadvalError, TooBigError, TimeoutError, NetworkError... A reply over
 *         ConnectionOptions::max_frame is a TooBigError of its operation alone.
 * Cancel: takes back what was not sent; what was sent may still be executed, its reply is swallowed.
 * Spec:   the data access functions of the original.
 */
template <template <class> class Returned>
class Operations : public MultiOperations<Returned> {
public:
    /// Spec: get; GAT with a ttl.
    Returned<ValueResult> get(Key key, const GetOptions& options = {});
    /// Sets the time to live of a value; none: it never expires.
    Returned<OperationResult> touch(Key key, const Ttl& ttl, const RequestOptions& options = {});
    Returned<OperationResult> set(Key key, const Encodable& value, const StoreOptions& options = {});
    /// Stores only what is not there yet, else KeyExistsError. Takes no CAS: ArgumentError.
    Returned<OperationResult> add(Key key, const Encodable& value, const StoreOptions& options = {});
    /// Stores only what is there already, else NotFoundError.
    Returned<OperationResult> replace(Key key, const Encodable& value, const StoreOptions& options = {});
    /// Adds text or bytes behind a stored value, else NotStoredError. Other formats than utf8 and bytes: ArgumentError.
    Returned<OperationResult> append(Key key, const Encodable& fragment, const AppendOptions& options = {});
    /// Adds in front.
    Returned<OperationResult> prepend(Key key, const Encodable& fragment, const AppendOptions& options = {});
    /// DELETE, which is a keyword.
    Returned<OperationResult> remove(Key key, const RemoveOptions& options = {});
    /// Adds delta modulo 2^64, or takes it away, but not below 0, when it is negative; number() is the new value.
    Returned<ValueResult> incr(Key key, const CounterOptions& options = {});
    /// The same with the opposite sign.
    Returned<ValueResult> decr(Key key, const CounterOptions& options = {});
    /// As incr(), in the words of the original: the delta is what the sign says.
    Returned<ValueResult> arithmetic(Key key, const CounterOptions& options = {});

    // These ask every node, and fail with the first failure of any.

    /// Completes when every node has answered, and therefore everything issued before is done.
    Returned<OperationResult> noop(const RequestOptions& options = {});
    /// How long each node took to answer, as the event loop saw it.
    Returned<PingResult> ping(const RequestOptions& options = {});
    /**
     * As ping(), but as JSON, and of each node by itself: it does not fail because one of them does not answer.
     *
     * Shape:  {"version": 2, "id", "sdk", "config_rev", "services": {"kv": [{"id", "latency_us", "state", "remote",
     *         "local", "namespace", "error"}]}}; a state is "ok", "timeout" or "error", and "error" says why it is not
     *         ok. What there is not is left out. `report_id` comes back as "id"; empty: a random one.
     * Units:  latency_us: from the call to the answer, or to the failure.
     * Errors: what connect() gives, where a cluster's nodes are not known; ClientTemporaryFailError when a limit of
     *         ConnectionOptions is reached.
     * Spec:   the report that Couchbase's SDKs call ping, version 2.
     */
    Returned<std::string> ping_report(std::string_view report_id = {}, const RequestOptions& options = {});
    /// The version of each node.
    Returned<VersionResult> versions(const RequestOptions& options = {});
    /// Statistics of a group ("settings", "items"...), or the general ones.
    Returned<StatsResult> stats(std::string_view group = {}, const RequestOptions& options = {});
    /// Of several groups, in one result. No group at all: ArgumentError.
    template <KeyRange Groups>
    Returned<StatsResult> stats(Groups&& groups, const RequestOptions& options = {}) {
        std::vector<std::string> names;
        if constexpr (std::ranges::sized_range<Groups>) names.reserve(std::ranges::size(groups));
        for (auto&& group : groups) names.emplace_back(std::string_view{group});
        return stats_of(names, options);
    }

    // These need a cluster; on memcached they check their arguments and fail with NotSupportedError at the errback.

    /// Reads and locks a value for so long, which must be something: ArgumentError. The result's CAS unlocks it.
    Returned<ValueResult> lock(Key key, const Ttl& ttl, const RequestOptions& options = {});
    /// `cas` is that of lock(); 0: ArgumentError.
    Returned<OperationResult> unlock(Key key, std::uint64_t cas, const RequestOptions& options = {});
    /// Reads from a replica.
    Returned<ValueResult> rget(Key key, const ReplicaOptions& options = {});
    /// What each node that has the value knows of it.
    Returned<ObserveResult> observe(Key key, const ObserveOptions& options = {});
    /// Completes when so many nodes have the value.
    Returned<OperationResult> endure(Key key, const EndureOptions& options = {});

protected:
    using MultiOperations<Returned>::MultiOperations;
    using ConnectionHandle::core;

private:
    Returned<StatsResult> stats_of(const std::vector<std::string>& groups, const RequestOptions& options);
};

extern template class Operations<AsyncResult>;
extern template class Operations<Deferred>;

/// The raw face: every operation returns its AsyncResult at once. About the costs see AsyncResult.
/// Spec: txcouchbase.connection.TxAsyncConnection.
class TxAsyncConnection : public Operations<AsyncResult> {
public:
    /// Errors: InvalidError for a connection string that cannot be read, or that says what memcached cannot do (a user,
    ///         a bucket, an option); ArgumentError for an option that cannot be kept: a limit of 0, a timeout that is
    ///         not positive.
    TxAsyncConnection(boost::asio::any_io_executor executor, std::string_view connection_string,
                      const ConnectionOptions& options = {})
        : Operations(std::move(executor), connection_string, options) {}
    template <HasExecutor Context>
    TxAsyncConnection(Context& context, std::string_view connection_string,
                      const ConnectionOptions& options = {})
        : TxAsyncConnection(context.get_executor(), connection_string, options) {}
    /// The same in the words of the original.
    TxAsyncConnection(boost::asio::any_io_executor executor, const ConnectArguments& arguments,
                      const ConnectionOptions& options = {})
        : Operations(std::move(executor), arguments, options) {}
    template <HasExecutor Context>
    TxAsyncConnection(Context& context, const ConnectArguments& arguments,
                      const ConnectionOptions& options = {})
        : TxAsyncConnection(context.get_executor(), arguments, options) {}

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

private:
    friend class Connection;
    friend class Core;
    explicit TxAsyncConnection(Core& core) noexcept : Operations(core) {}
};

/// The face in Deferreds: nothing is thrown for an operation; argument errors and a full queue, too, arrive at the
/// errback. A failure that no errback handles goes to set_failure_hook(), not to on_unhandled().
/// Spec: txcouchbase.connection.Connection.
class Connection : public Operations<Deferred> {
public:
    /// Errors: as TxAsyncConnection.
    Connection(boost::asio::any_io_executor executor, std::string_view connection_string,
               const ConnectionOptions& options = {})
        : Operations(std::move(executor), connection_string, options) {}
    template <HasExecutor Context>
    Connection(Context& context, std::string_view connection_string, const ConnectionOptions& options = {})
        : Connection(context.get_executor(), connection_string, options) {}
    /// The same in the words of the original.
    Connection(boost::asio::any_io_executor executor, const ConnectArguments& arguments,
               const ConnectionOptions& options = {})
        : Operations(std::move(executor), arguments, options) {}
    template <HasExecutor Context>
    Connection(Context& context, const ConnectArguments& arguments, const ConnectionOptions& options = {})
        : Connection(context.get_executor(), arguments, options) {}

    /// As TxAsyncConnection::post(), with a handle of this face.
    void post(std::function<void(Connection&)> task) const;

    /// The raw face of the same connection.
    TxAsyncConnection raw() const { return TxAsyncConnection{core()}; }

private:
    explicit Connection(const TxAsyncConnection& raw) noexcept : Operations(raw.core()) {}
};

}  // namespace txcouchbase
