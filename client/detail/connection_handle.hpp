// What both faces of a connection share: making it, its life cycle, and its settings.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cassert>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <txcouchbase/async_result.hpp>
#include <txcouchbase/deferred.hpp>
#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/multi.hpp>
#include <txcouchbase/operations.hpp>
#include <txcouchbase/results.hpp>
#include <vector>

namespace txcouchbase {

class Core;

/// An executor, or anything that has one.
template <class T>
concept HasExecutor = requires(T& context) {
    boost::asio::any_io_executor{context.get_executor()};
};

/// Where a key is kept, as the connection knows it now.
struct KeyLocation {
    std::uint16_t vbucket = 0;          ///< 0 where the bucket has no vBuckets
    std::optional<std::size_t> node{};  ///< its place in server_nodes(); nothing: nobody has the key now
};

/**
 * A handle of a connection; copies share one. What can be done with keys is in Operations and MultiOperations.
 *
 * Shape:  the connection string is "couchbase://host[:port][,host[:port]...][/bucket]" for a cluster; couchbases:// is
 *         the same over TLS, and http:// gets the map over HTTP. One name without a port is first asked of DNS, as
 *         "_couchbase._tcp.<name>" or "_couchbases._tcp.<name>", unless "?dnssrv=off" is behind it. "?network=external"
 *         takes the nodes' alternate addresses, "default" their own; without it, those among which the address is that
 *         the first map came from. Or it is "memcached://host[:port][,host[:port]...]", without options; keys are
 *         spread over several hosts by ketama. ConnectArguments are the original's way to say it.
 * Executor: a connection belongs to the executor it was made with: its functions are called there, and its callbacks
 *         run there; post() is the door for other threads. To use more cores, make one connection per io_context.
 * Lifetime: it ends when the last handle is gone and no operation is in flight. If its event loop is destroyed first,
 *         everything pending ends with ObjectDestroyedError. A handle that was moved from can only be assigned to or
 *         destroyed; debug builds assert it.
 */
class ConnectionHandle {
public:
    using UnhandledHook = std::function<void(std::exception_ptr)>;

    /**
     * A Deferred that fires when the connection is up, or fails for good with why it could not be made. May be asked
     * for any number of times, before and after; connecting begins with the constructor.
     *
     * When:   from the event loop. Operations issued before are sent first.
     * Errors: ConnectError, UnknownHostError, ProtocolError (another kind of server, or a map that is refused),
     *         TimeoutError, AuthError; of a cluster also BucketNotFoundError, TemporaryFailError (no map yet),
     *         ArgumentError (no such network), NotSupportedError (no port that fits), HTTP errors. With node and cause;
     *         of a cluster with each host that was tried. ConnectError also stands for a peer that hangs up during the
     *         handshake.
     *         ObjectDestroyedError when the last handle goes first; ClientTemporaryFailError after a close() that came
     *         first.
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

    /**
     * What the connection and its nodes have done so far, from within the call.
     *
     * Shape: plain numbers, without keys; TrafficMetrics says what is counted, and which latencies are.
     * Cost:  a copy, of 5 KiB for each node; counting costs an operation about one instruction.
     */
    Metrics metrics() const;

    /**
     * Where the connection stands with each node, as JSON, without asking any of them. Operations::ping_report() asks.
     *
     * Shape:  {"version": 2, "id", "sdk", "config_rev", "config_from_cache", "services": {"kv": [{"id",
     *         "last_activity_us", "state", "remote", "local", "namespace"}]}}; a state is "connected", "connecting" or
     *         "disconnected". What there is not (a map, a bucket, a socket) is left out. "config_from_cache": the first
     *         map came from a node that ConnectionOptions::config_cache knew. `report_id` comes back as "id"; empty: a
     *         random one.
     * Units:  last_activity_us: microseconds since bytes last came or went.
     * Spec:   the report that Couchbase's SDKs call diagnostics, version 2.
     */
    std::string diagnostics(std::string_view report_id = {}) const;

    /// Fires `waiter` at an event: "connect", as connect() does, or "_dtor", when the connection is no more.
    /// Errors: std::invalid_argument for any other name.
    void register_deferred(std::string_view event, Resolver<void> waiter);

    /// Whether the connection was ever up; stays true after close().
    bool connected() const noexcept;
    /// Whether close() was called.
    bool closed() const noexcept;
    /// Ends all pending operations, from within this call, and all later ones with ClientTemporaryFailError. When no
    /// connection could be made at all, nothing is pending, and later ones go on failing with what connect() gave.
    void close();

    /// Who is told of failures without an errback and of exceptions from callbacks, of raw operations. By default one
    /// line on stderr, without keys. A Deferred may outlive its connection, so a failure of one that nobody handled is
    /// told to the process-wide set_failure_hook() (failure.hpp), never to this hook.
    void on_unhandled(UnhandledHook hook);

    /// The nodes, as "host:port".
    std::vector<std::string> server_nodes() const;

    // What the cluster's map says, which is there once connect() has fired.

    /// The bucket's name; empty before, and on memcached.
    std::string bucket() const;
    /// How many replicas the bucket is to have, whether or not there are nodes for them: ReplicaOptions::replica_index
    /// is below it. 0 before, and where documents have no copies.
    unsigned configured_replica_count() const noexcept;
    /// The key's vBucket and its node. The key is taken as it is: no transcoder is asked.
    /// Errors: ArgumentError for what is no key.
    /// Spec:   _vbmap of the original.
    KeyLocation locate(Key key) const;

    /// The latest errors of the connection itself (a node that could not be reached, or was lost), oldest first, 1,000
    /// at most; none of operations. `clear` forgets them.
    std::vector<Error> errors(bool clear = true);

    // What ConnectionOptions set, for later operations. Spec: the original's properties.

    OperationTimeout timeout() const noexcept;
    /// Errors: ArgumentError for what is not positive.
    void set_timeout(OperationTimeout timeout);
    bool quiet() const noexcept;
    void set_quiet(std::same_as<bool> auto quiet) noexcept { change_quiet(quiet); }
    Format default_format() const noexcept;
    void set_default_format(Format format) noexcept;
    bool data_passthrough() const noexcept;
    void set_data_passthrough(std::same_as<bool> auto passthrough) noexcept {
        change_passthrough(passthrough);
    }
    const TranscoderPtr& transcoder() const noexcept;
    /// Null: none. Returns the one that was there.
    TranscoderPtr set_transcoder(TranscoderPtr transcoder) noexcept;

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

protected:
    ConnectionHandle(boost::asio::any_io_executor executor, std::string_view connection_string,
                     const ConnectionOptions& options);
    ConnectionHandle(boost::asio::any_io_executor executor, const ConnectArguments& arguments,
                     const ConnectionOptions& options);
    explicit ConnectionHandle(Core& core) noexcept;
    ConnectionHandle(const ConnectionHandle& other) noexcept;
    ConnectionHandle(ConnectionHandle&& other) noexcept;
    ConnectionHandle& operator=(const ConnectionHandle& other) noexcept;
    ConnectionHandle& operator=(ConnectionHandle&& other) noexcept;
    ~ConnectionHandle();

    Core& core() const noexcept {
        assert(core_ != nullptr && "the handle was moved from");
        return *core_;
    }

private:
    void change_quiet(bool quiet) noexcept;
    void change_passthrough(bool passthrough) noexcept;

    Core* core_;
};

/// Prints the nodes and the state, for people. Never throws.
std::ostream& operator<<(std::ostream& out, const ConnectionHandle& connection);

}  // namespace txcouchbase
