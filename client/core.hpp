// The heart of a connection, shared by its handles: nodes, operations in flight, deadlines and life cycle.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <txcouchbase/async_result.hpp>
#include <txcouchbase/deferred.hpp>
#include <txcouchbase/operations.hpp>
#include <txcouchbase/results.hpp>

#include "client/alarms.hpp"
#include "client/cluster_life.hpp"
#include "client/health.hpp"
#include "client/held_operations.hpp"
#include "client/node.hpp"
#include "client/seeds.hpp"
#include "net/config_session.hpp"
#include "net/loop_watch.hpp"
#include "net/srv_query.hpp"
#include "protocol/request.hpp"

namespace txcouchbase {

class Batch;
class Core;
class TxAsyncConnection;

/// The callbacks of an operation that a Core issued.
inline detail::OperationCallbacks& callbacks_of(net::Operation& operation) noexcept {
    static_assert(sizeof(detail::OperationCallbacks) == net::Operation::completion_size);
    static_assert(offsetof(net::Operation, completion) == detail::OperationHandle::callbacks_offset);
    static_assert(offsetof(net::Operation, sequence) == detail::OperationHandle::sequence_offset);
    return *std::launder(reinterpret_cast<detail::OperationCallbacks*>(operation.completion));
}

constexpr std::size_t longest_key = 250;
[[noreturn]] void refuse_key(std::string_view key);
/// Throws ArgumentError for a key that no server would take.
inline void check_key(std::string_view key) {
    if (key.size() - 1 >= longest_key) [[unlikely]]  // 0 wraps
        refuse_key(key);
}

/// In the slot of an operation that a Batch issued, where others keep their callbacks.
struct BatchSlot {
    Batch* batch = nullptr;
    std::uint32_t child = 0;
};
inline BatchSlot& batch_slot_of(net::Operation& operation) noexcept {
    return *std::launder(reinterpret_cast<BatchSlot*>(operation.completion));
}

/// A kind of operation: how its reply is read. Belongs to one core, so that a reply finds its way home.
struct OperationKind : net::OperationHandler {
    Core* core = nullptr;
};

/// What may be said of any operation. Made from the options of each; small, because it travels with every one.
struct IssueOptions {
    IssueOptions() = default;
    template <class Options>
    IssueOptions(const Options& options, bool quiet = false,
                 bool raw = false)  // NOLINT(google-explicit-constructor)
        requires requires {
        options.timeout;
        options.retry;
    } : timeout(options.timeout), traits{options.retry == Retry::transient, quiet, raw} {
    }

    OperationTimeout timeout{0};
    net::OperationTraits traits{.may_retry = true};
};

inline Core& core_of(const net::Operation& operation) noexcept {
    return *static_cast<const OperationKind*>(operation.handler)->core;
}

/**
 * Lives while a handle, an operation in flight or a handler in the event loop refers to it.
 *
 *     connecting --every memcached answered or failed, one at least answered--> open --close()--> closed
 *                --a cluster's map was taken------------------------------------^
 *     connecting --no host answered, or none gave a map--> failed: for good, every operation gets that error
 *
 * Handles and references are counted apart: when the last handle is gone and no operation is in flight, the
 * connection tears itself down from the event loop, never from inside a call of its user's.
 *
 * A turn (SessionHost) begins with the one reading of the clock and ends with the one write per node. Operations
 * issued between turns post one.
 */
class Core final : public detail::Shared,
                   public net::SessionHost,
                   private net::PushListener,
                   private net::ConfigOwner,
                   private ClusterHost {
public:
    using UnhandledHook = std::function<void(std::exception_ptr)>;

    Core(boost::asio::any_io_executor executor, const Seeds& seeds, const ConnectionOptions& options);
    ~Core();

    /// Dials. Apart from the constructor, because it needs a handle to exist.
    void start();

    /// Throws ArgumentError for the key or the timeout, ClientTemporaryFailError when a limit is reached.
    detail::OperationHandle issue(const protocol::Request& request, const OperationKind& kind,
                                  IssueOptions options);
    /// The same to one node, for a request whose key, if any, is not a document's.
    detail::OperationHandle issue_to(Router::Target target, const protocol::Request& request,
                                     const OperationKind& kind, IssueOptions options);
    /// An operation that stands for others and goes to no node; settle_gathered() ends it.
    detail::OperationHandle issue_gathered(net::Gathering* gathering = nullptr);
    /// An operation that ends with `error`, from the loop: for what no server need be asked.
    detail::OperationHandle issue_refused(Error error);
    /// Calls end(operation), which completes it, if it was not cancelled meanwhile.
    template <class End>
    void settle_gathered(const detail::OperationId& id, End&& end) {
        net::Operation& operation = *id.operation;
        // Completing: it is being cancelled, and whoever is told of that may end what it stands for.
        if (operation.sequence != id.sequence || operation.state != net::OperationState::pending) return;
        operation.state = net::OperationState::completing;
        end(operation);
        table_.release(operation);
    }
    void cancel(net::Operation& operation);
    /// The server answered with `status`, this text and these words of it.
    Verdict retry(net::Operation& operation, protocol::Status status, std::string_view text,
                  std::string_view words);

    void wait_for_connect(Resolver<void> waiter);
    /// Fires when operations are taken without waiting.
    void wait_for_room(Resolver<void> waiter);
    void wait_for_destruction(Resolver<void> waiter) { destruction_waiters_.push_back(std::move(waiter)); }
    void close();

    /// From any thread, while a handle lives there that the caller may use.
    void post(std::function<void(TxAsyncConnection&)> task) noexcept;

    void add_handle() noexcept;
    void drop_handle() noexcept;

    bool connected() const noexcept { return was_connected_; }
    const ConnectionOptions& options() const noexcept { return options_; }
    ConnectionOptions& options() noexcept { return options_; }
    void set_timeout(OperationTimeout timeout) noexcept;
    /// Strings that keep their memory, for a key and a value on their way into a request.
    std::string& scratch() noexcept { return scratch_; }
    std::string& key_scratch() noexcept { return key_scratch_; }
    void set_unhandled_hook(UnhandledHook hook) { unhandled_hook_ = std::move(hook); }
    void report_unhandled(const std::exception_ptr& exception) noexcept;
    /// A multi operation was given so many keys again.
    void log_duplicates(std::size_t count) noexcept;

    const OperationKind& value_kind() const noexcept { return value_kind_; }
    const OperationKind& mutation_kind() const noexcept { return mutation_kind_; }
    const OperationKind& counter_kind() const noexcept { return counter_kind_; }
    const OperationKind& touch_kind() const noexcept { return touch_kind_; }
    const OperationKind& node_kind() const noexcept { return node_kind_; }

    /// Replies that came when their operations were over.
    std::uint64_t late_replies() const noexcept;
    Metrics metrics() const;
    /// Of the nodes that are there now.
    std::vector<Endpoint> endpoints() const;
    ReportFrame report_frame(std::string_view id) const;
    std::optional<std::uint64_t> map_revision() const;

    const Router& router() const noexcept { return router_; }
    bool is_cluster() const noexcept { return cluster_.has_value(); }
    /// Of the event loop, not of operations: they do not keep the connection.
    Alarms& alarms() noexcept { return alarms_; }
    /// Of this turn.
    net::TimePoint now() const noexcept { return now_; }
    /// The first one where there is none: when all is over, it is as good as any to say so.
    std::vector<std::uint8_t> nodes_to_ask() const {
        const std::span<const std::uint8_t> members = router_.members();
        return members.empty() ? std::vector<std::uint8_t>{0} : std::vector(members.begin(), members.end());
    }
    /// More than the index of any node.
    std::size_t node_slots() const noexcept { return nodes_.size(); }
    const std::string& node_name(std::uint8_t node) const noexcept { return nodes_[node]->machine.node(); }
    /// From the callback of a reply that is not the last: closes the node's connection, as nothing else ends a stream.
    void reject_stream(std::uint8_t node, std::string cause) {
        nodes_[node]->machine.reject_stream(std::move(cause));
    }
    /// The answer to a question for a map of the cluster; empty where there is none that is newer.
    void on_map_text(std::uint8_t node, std::string_view text);
    /// The latest failures of connections, oldest first.
    std::vector<Error> recent_errors(bool clear);
    /// Whether operations can only fail any more.
    bool is_over() const noexcept { return state_ == State::failed || state_ == State::closed; }
    bool is_closed() const noexcept { return state_ == State::closed; }
    /// What operations get once all is over.
    const Error& final_error() const noexcept { return final_error_; }

    net::KvMachine& machine_of(const net::Operation& operation) { return nodes_[operation.node]->machine; }

    // net::SessionHost
    net::TimePoint begin_turn() override;
    void end_turn() override;
    void on_up(net::KvSession& session) override;
    void on_connect_failed(net::KvSession& session, const Error& error) override;
    void on_dialling(net::KvSession& session) override;
    void on_lost(net::KvSession& session, const Error& error, bool was_up) override;
    void on_redial(net::KvSession& session, std::chrono::milliseconds delay) override;
    void on_loop_gone() noexcept override;
    void retain() noexcept override { add_reference(); }
    void release() noexcept override { drop_reference(); }

private:
    enum class State : std::uint8_t { connecting, open, failed, closed };

    struct Doomed {
        std::uint32_t opaque;
        Error error;
    };

    class Visit;

    void destroy() noexcept override {
        if (visits_ == 0) delete this;
    }
    /// Nobody can ask anything of it any more, and nothing is in flight.
    bool is_unused() const noexcept {
        return handles_ == 0 && visits_ == 0 && table_.in_use() == 0 && !torn_down_;
    }
    static void leave_nodes(net::Operation& operation) noexcept;
    detail::OperationHandle doom(net::Operation& operation, Error error);
    Error final_error_for(const protocol::Request& request) const;
    void end_doomed();
    detail::OperationHandle dispatch(Router::Target target, const protocol::Request& request,
                                     const OperationKind& kind, IssueOptions options);
    net::Operation& acquire(const protocol::Request& request, const OperationKind& kind,
                            IssueOptions options);
    detail::OperationHandle send(Router::Target target, net::Operation& operation,
                                 const protocol::Request& request);
    void prepare_memcached(const Seeds& seeds);
    void prepare_cluster(const Seeds& seeds);
    Node& add_node(std::uint8_t index, const std::string& name, std::unique_ptr<net::Handshake> handshake);
    Node& add_host(std::uint8_t index, const net::Address& address, std::unique_ptr<net::Handshake> handshake,
                   const std::string& tls_name = {});
    KeptNodes read_kept_nodes(const Seeds& seeds);
    net::Address where_reached(const Candidate& host) noexcept;

    // net::PushListener
    void on_push(net::KvMachine& machine, const protocol::Frame& push) override;
    // ClusterHost
    std::uint8_t dial(const Candidate& host, bool is_member) override;
    void find_seeds(const std::string& service) override;
    void drop(std::uint8_t node, const Error& why) override;
    bool is_up(std::uint8_t node) const override;
    bool ask_for_map(std::uint8_t node, std::optional<protocol::ConfigVersion> known) override;
    void use_map(std::shared_ptr<const protocol::ClusterMap> map, std::vector<std::uint8_t> nodes) override;
    void keep_map(std::string_view text, const net::Address& from) override;
    void on_cluster_open() override;
    void on_cluster_failed(const Error& error) override;
    void on_map_refused(const std::string& node, const std::string& why) override;
    void stream_maps(const Candidate& host) override;
    // net::ConfigOwner
    void on_map_text(net::ByteView json, const net::HttpOrigin& from) override;
    void on_stream_failed(const Error& error) override;
    bool is_ours(const net::HttpOrigin& origin) const;

    const protocol::ErrorMapEntry* explain_unknown(protocol::Status status) const;
    void learn_errors(const std::string& text);
    void bury();
    /// Its counters go on in the totals.
    void count_departed(const net::KvMachine& machine);
    void run_cluster() {
        if (cluster_) [[unlikely]]
            cluster_->run(now_);
    }
    // By index: what a visit calls may make nodes, and take them away.
    template <class Visit>
    void for_each_node(Visit visit) {
        for (std::size_t index = 0; index < nodes_.size(); ++index)  // NOLINT(modernize-loop-convert)
            if (nodes_[index]) visit(*nodes_[index]);
    }
    template <class Visit>
    void for_each_session(Visit visit) {
        for_each_node([&visit](Node& node) {
            if (node.session) visit(*node.session);
        });
    }
    void note(const Error& error);
    template <class Message>
    void log(LogLevel level, std::string_view subsystem, std::string_view node, Message message) noexcept;
    template <class Message>
    void log(LogLevel level, net::KvSession& session, Message message) noexcept;
    void log_up(net::KvSession& session);
    void log_lost(net::KvSession& session, const Error& error, bool was_up);
    void log_connect_failed(net::KvSession& session, const Error& error);
    void settle_first_attempt(Node& node);
    void settle_connect();
    Error connect_failure() const;
    void fire_connect_waiters();
    void fire_room_waiters();
    static void add_waiter(std::vector<Resolver<void>>& waiters, Resolver<void> waiter);
    /// A call from outside a turn ends operations: what is told of them needs the present time.
    void look_at_clock();
    void run_held() {
        if (held_.is_active() || held_.next_due()) [[unlikely]]
            held_.run(now_);
    }
    void end_all(State state, const Error& error);
    void tear_down();
    void tear_down_if_unused();
    /// The executor rule, as far as it can be seen: while a turn runs, nobody else may be in here.
    void assert_executor() const noexcept {
#ifndef NDEBUG
        assert((!in_turn_ || turn_thread_ == std::this_thread::get_id()) && "see ConnectionBase, Executor");
#endif
    }
    /// Sees to it that a turn comes.
    void wake() {
        if (!in_turn_ && !turn_posted_ && !loop_gone_) post_turn();
    }
    void post_turn();
    void arm_timer(net::TimePoint at);
    void on_timer();
    void update_timer();

    boost::asio::any_io_executor executor_;  // empty once the loop is gone
    net::LoopWatch loop_watch_;
    ConnectionOptions options_;
    net::OperationTable table_;
    net::DeadlineWheel wheel_;
    Router router_;
    HeldOperations held_;
    net::PipelineLimits limits_;
    std::shared_ptr<const net::Credentials> credentials_;
    std::shared_ptr<const net::CouchbaseSession> session_spec_;  // of the nodes of a cluster
    std::vector<std::unique_ptr<Node>> nodes_;   // by the machine's index; null: nobody has it
    std::vector<std::unique_ptr<Node>> graves_;  // of nodes that handlers in the event loop still refer to
    std::string bucket_;
    std::shared_ptr<const net::TlsContext> tls_;  // null: in clear
    std::optional<ClusterLife> cluster_;
    std::optional<net::ConfigSession> maps_;  // over HTTP
    std::optional<net::SrvQuery> dns_;
    std::shared_ptr<unsigned> dns_attempt_ =
        std::make_shared<unsigned>(0);                     // what answers look whether they are late
    std::shared_ptr<const protocol::ErrorMap> error_map_;  // the newest that a node had
    Alarms alarms_;
    OperationKind value_kind_;
    OperationKind mutation_kind_;
    OperationKind counter_kind_;
    OperationKind touch_kind_;
    OperationKind node_kind_;
    OperationKind map_kind_;
    OperationKind gathered_kind_;
    std::uint32_t default_timeout_ticks_;

    std::vector<Resolver<void>> connect_waiters_;
    std::vector<Resolver<void>> room_waiters_;
    std::vector<Resolver<void>> destruction_waiters_;
    std::vector<Doomed> doomed_;  // issued when all is over: they end in the next turn
    Error final_error_;
    UnhandledHook unhandled_hook_;
    std::deque<Error> recent_errors_;
    std::string scratch_;
    std::string key_scratch_;

    std::optional<boost::asio::steady_timer> timer_;
    std::optional<net::TimePoint> timer_at_;
    net::TimePoint now_;
    TrafficMetrics departed_;  // of nodes that are no more
    std::uint64_t maps_taken_ = 0;
    std::uint64_t maps_refused_ = 0;
    std::uint32_t id_;  // of this connection, in reports
    std::size_t connecting_nodes_ = 0;
    std::uint32_t handles_ = 0;
    std::atomic<std::uint32_t> visits_ =
        0;  // tasks of post() on their way: handles to be, counted by any thread
    unsigned timer_generation_ = 0;
    State state_ = State::connecting;
    bool was_connected_ = false;
    bool in_turn_ = false;
    bool turn_posted_ = false;
    bool torn_down_ = false;
    bool loop_gone_ = false;
#ifndef NDEBUG
    std::thread::id turn_thread_;
#endif
};

/// `message()` makes the text, if anybody hears it. Causes are our own words or the system's, never a server's.
template <class Message>
void Core::log(LogLevel level, std::string_view subsystem, std::string_view node, Message message) noexcept {
    if (!options_.log || level < options_.log_level) return;
    try {
        const std::string text = message();
        options_.log({level, subsystem, text, node});
    } catch (...) {
        report_unhandled(std::current_exception());
    }
}
template <class Message>
void Core::log(LogLevel level, net::KvSession& session, Message message) noexcept {
    log(level, "session", session.machine().node(), message);
}

}  // namespace txcouchbase
