// SPDX-License-Identifier: Apache-2.0
#include "client/core.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>
#include <txcouchbase/connection.hpp>

#include "client/option_check.hpp"
#include "client/replies.hpp"
#include "net/memcached_handshake.hpp"

namespace txcouchbase {

namespace asio = boost::asio;
using net::DeadlineWheel;
using net::TimePoint;

namespace {

// A turn that took longer than this between issuing and sending must not be taken off the operations' time.
constexpr auto tolerable_turn = std::chrono::milliseconds{50};

TimePoint clock_now() {
    return std::chrono::steady_clock::now();
}

/// Moves the login out of a connection's own options, where it would lie about for as long as they do.
std::shared_ptr<const net::Credentials> take_credentials(ConnectionOptions& own, const Seeds& seeds) {
    std::shared_ptr<const net::Credentials> taken;
    // Before there were users, a bucket's password was that of a user of its name.
    if (own.username.empty())
        own.username = !seeds.user.empty() ? seeds.user : own.password.empty() ? std::string{} : seeds.bucket;
    if (!own.username.empty())
        taken = std::make_shared<const net::Credentials>(own.username, own.password, own.allow_plain);
    for (std::string* const text : {&own.username, &own.password}) {
        protocol::wipe(text->data(), text->size());
        text->clear();
    }
    return taken;
}

}  // namespace

void refuse_key(std::string_view key) {
    if (key.empty()) throw_exception(Error{errc::empty_key, {.cause = "the key is empty"}});
    throw_exception(
        Error{errc::argument,
              {.key = std::string{key.substr(0, longest_key)},
               .cause = "the key has " + std::to_string(key.size()) + " bytes, 250 is the most"}});
}

Core::Core(asio::any_io_executor executor, const Seeds& seeds, const ConnectionOptions& options)
    : executor_(std::move(executor)),
      loop_watch_(executor_, *this),
      options_(options),
      wheel_(table_, clock_now()),
      held_(table_, router_, {options.max_total_operations, options.max_total_request_bytes},
            options.overload, std::random_device{}()),
      limits_{.operations = std::min(options.max_operations, options.max_total_operations),
              .bytes = std::min(options.max_request_bytes, options.max_total_request_bytes),
              .frame = options.max_frame},
      credentials_(take_credentials(options_, seeds)),
      value_kind_{value_handler, this},
      mutation_kind_{mutation_handler, this},
      counter_kind_{counter_handler, this},
      touch_kind_{touch_handler, this},
      node_kind_{node_handler, this},
      map_kind_{map_handler, this},
      gathered_kind_{gathered_handler, this},
      default_timeout_ticks_(DeadlineWheel::ticks(options.timeout)),
      now_(clock_now()),
      id_(std::random_device{}()) {
    for (const std::string& name : seeds.ignored)
        log(LogLevel::warning, "cluster", {},
            [&] { return "the connection string's \"" + name + "\" has no meaning here and is ignored"; });
    if (seeds.is_cluster)
        prepare_cluster(seeds);
    else
        prepare_memcached(seeds);
}

void Core::prepare_memcached(const Seeds& seeds) {
    std::vector<std::string> names;
    for (const net::Address& address : seeds.hosts) {
        add_host(static_cast<std::uint8_t>(names.size()), address,
                 std::make_unique<net::MemcachedHandshake>(credentials_));
        names.push_back(net::node_name(address));
    }
    router_.use_hosts(names);
}

Core::~Core() = default;

void Core::start() {
    if (cluster_) {
        cluster_->start(now_);
        return update_timer();
    }
    connecting_nodes_ = nodes_.size();
    for_each_node([](Node& node) { node.session->start(); });
}

Node& Core::add_node(std::uint8_t index, const std::string& name, std::unique_ptr<net::Handshake> handshake) {
    if (nodes_.size() <= index) nodes_.resize(index + std::size_t{1});
    nodes_[index] = std::make_unique<Node>(table_, wheel_, index, name, limits_, std::move(handshake), held_);
    held_.add(nodes_[index]->machine);
    return *nodes_[index];
}

Node& Core::add_host(std::uint8_t index, const net::Address& address,
                     std::unique_ptr<net::Handshake> handshake, const std::string& tls_name) {
    Node& node = add_node(index, net::node_name(address), std::move(handshake));
    node.session.emplace(
        executor_, *this, node.machine, address,
        net::SessionTimes{.connect = options_.connect_timeout, .silence = options_.silence_timeout},
        net::Security{.context = tls_, .host = tls_name});
    return node;
}

void Core::add_handle() noexcept {
    ++handles_;
    add_reference();
}

void Core::drop_handle() noexcept {
    --handles_;
    if (is_unused()) {
        // From the loop, as long as there is one, never from inside the caller's statement.
        if (loop_gone_)
            tear_down();
        else
            wake();
    }
    drop_reference();
}

/// A task on its way to the loop. It counts as a handle, and where it cannot be one: on any thread.
class Core::Visit {
public:
    explicit Visit(Core& core) noexcept : core_(&core) { ++core.visits_; }
    Visit(Visit&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
    Visit& operator=(Visit&&) = delete;
    ~Visit() {
        if (core_ == nullptr) return;
        // It never arrived, so the loop is gone.
        const TxAsyncConnection handle = arrive();
        handle.core().on_loop_gone();
    }
    TxAsyncConnection arrive() noexcept {
        Core& core = *std::exchange(core_, nullptr);
        TxAsyncConnection handle{core};
        --core.visits_;
        return handle;
    }

private:
    Core* core_;
};

void Core::post(std::function<void(TxAsyncConnection&)> task) noexcept {
    // Other threads may read these two: they change when the context is destroyed, which nobody may use meanwhile.
    if (loop_gone_) return;
    asio::post(executor_, [visit = Visit{*this}, task = std::move(task)]() mutable {
        TxAsyncConnection handle = visit.arrive();
        task(handle);
    });
}

// The way out of every operation is one function in the machine code: each call in it would cost 20 of its 250
// instructions, and the compiler does not inline what is used twice.
[[gnu::always_inline]] inline net::Operation& Core::acquire(const protocol::Request& request,
                                                            const OperationKind& kind, IssueOptions options) {
    if (options.timeout.count() != 0) [[unlikely]]
        check_timeout(options.timeout);
    net::Operation* const operation = table_.acquire();
    if (operation == nullptr) throw_exception(Error{errc::queue_full, {.key = std::string{request.key}}});
    ::new (operation->completion) detail::OperationCallbacks;
    operation->traits = options.traits;
    operation->handler = &kind;
    operation->opcode = request.opcode;
    operation->timeout =
        options.timeout.count() == 0 ? default_timeout_ticks_ : DeadlineWheel::ticks(options.timeout);
    return *operation;
}

[[gnu::always_inline]] inline detail::OperationHandle Core::send(Router::Target target,
                                                                 net::Operation& operation,
                                                                 const protocol::Request& request) {
    net::KvMachine& machine = nodes_[target.node]->machine;
    const protocol::RequestEnvelope envelope{.opaque = operation.opaque, .vbucket = target.vbucket};
    const std::size_t size = protocol::frame_size(request, envelope);
    if (size > protocol::default_max_frame) [[unlikely]] {
        table_.release(operation);
        throw_exception(Error{errc::too_big,
                              {.key = std::string{request.key},
                               .cause = "no server takes a frame of " + std::to_string(size) + " bytes"}});
    }
    char* room = held_.is_active() ? nullptr : machine.submit(operation, size);
    if (room == nullptr) [[unlikely]]
        room = held_.admit(machine, operation, request.key, size);
    if (room == nullptr) [[unlikely]] {
        table_.release(operation);
        throw_exception(Error{errc::queue_full, {.key = std::string{request.key}, .node = machine.node()}});
    }
    protocol::write_request(room, request, envelope);
    return {this, &operation};
}

[[gnu::always_inline]] inline detail::OperationHandle Core::dispatch(Router::Target target,
                                                                     const protocol::Request& request,
                                                                     const OperationKind& kind,
                                                                     IssueOptions options) {
    assert_executor();
    net::Operation& operation = acquire(request, kind, options);
    if (is_over()) return doom(operation, final_error_for(request));
    wake();
    return send(target, operation, request);
}

detail::OperationHandle Core::issue(const protocol::Request& request, const OperationKind& kind,
                                    IssueOptions options) {
    check_key(request.key);
    return dispatch(router_.route(request.key), request, kind, options);
}

detail::OperationHandle Core::issue_to(Router::Target target, const protocol::Request& request,
                                       const OperationKind& kind, IssueOptions options) {
    return dispatch(target, request, kind, options);
}

detail::OperationHandle Core::issue_gathered(net::Gathering* gathering) {
    net::Operation& operation = acquire({}, gathered_kind_, {});
    leave_nodes(operation);
    operation.gathering = gathering;
    return {this, &operation};
}

detail::OperationHandle Core::issue_refused(Error error) {
    if (is_over()) {
        ErrorDetail detail = final_error_.detail();
        detail.operation = error.detail().operation;
        detail.key = error.detail().key;
        error = Error{final_error_.code(), std::move(detail)};
    }
    return doom(acquire({}, gathered_kind_, {}), std::move(error));
}

// No machine may take the operation for one of its own, as which its slot may have served before.
void Core::leave_nodes(net::Operation& operation) noexcept {
    operation.node = net::Operation::no_node;
    operation.chunk = nullptr;
}

// What an operation ends with when all is over.
Error Core::final_error_for(const protocol::Request& request) const {
    ErrorDetail detail = final_error_.detail();
    detail.operation = protocol::name(request.opcode);
    detail.key = request.key;
    return Error{final_error_.code(), std::move(detail)};
}

// The operation ends with this error, but not inside the call that issued it.
detail::OperationHandle Core::doom(net::Operation& operation, Error error) {
    if (loop_gone_) {
        table_.release(operation);
        throw_exception(final_error_);
    }
    leave_nodes(operation);
    doomed_.push_back({operation.opaque, std::move(error)});
    wake();
    return {this, &operation};
}

void Core::end_doomed() {
    // An errback may try again: that one waits for the next turn, or the loop would never get to anything else.
    for (const Doomed& next : std::exchange(doomed_, {})) {
        net::Operation* const operation = table_.find(next.opaque);
        if (operation == nullptr) continue;  // cancelled meanwhile
        operation->state = net::OperationState::completing;
        operation->handler->on_failure(*operation, next.error);
        table_.release(*operation);
    }
}

void Core::look_at_clock() {
    if (in_turn_) return;
    now_ = clock_now();
    wheel_.set_now(now_);
}

void Core::cancel(net::Operation& operation) {
    const detail::SharedRef alive{this};
    look_at_clock();
    if (operation.node != net::Operation::no_node) {
        machine_of(operation).cancel(operation);
    } else {
        operation.state = net::OperationState::completing;
        // First, because the errback may end what it gathers by other means, and it is gone then.
        if (operation.gathering != nullptr) operation.gathering->cancel();
        operation.handler->on_failure(operation, Error{errc::cancelled});
        table_.release(operation);
    }
    if (held_.is_active() || !room_waiters_.empty()) wake();  // there may be room for what waits
    tear_down_if_unused();
}

void Core::post_turn() {
    turn_posted_ = true;
    now_ = clock_now();
    wheel_.set_now(now_);
    asio::post(executor_, net::through(*this, [this] {
                   turn_posted_ = false;
                   const TimePoint issued = now_;
                   if (begin_turn() - issued > tolerable_turn)
                       for_each_node([](Node& node) { node.machine.rearm_unwritten(); });
                   end_turn();
               }));
}

TimePoint Core::begin_turn() {
    in_turn_ = true;
#ifndef NDEBUG
    turn_thread_ = std::this_thread::get_id();
#endif
    now_ = clock_now();
    wheel_.set_now(now_);
    return now_;
}

void Core::end_turn() {
    run_cluster();
    run_held();
    for_each_session([this](net::KvSession& session) { session.flush(now_); });
    end_doomed();
    if (state_ != State::connecting) fire_connect_waiters();
    fire_room_waiters();
    run_held();  // what ended since may have made room, or was in somebody's way
    update_timer();
    in_turn_ = false;
    // What callbacks issued while this turn ended goes with the next.
    bool has_work = cluster_ && cluster_->has_work();
    for_each_session([&](net::KvSession& session) { has_work = has_work || session.can_write(); });
    if (has_work || !doomed_.empty() || (state_ != State::connecting && !connect_waiters_.empty())) wake();
    if (!graves_.empty()) [[unlikely]]
        bury();
    if (is_unused()) tear_down();
}

// One timer for all deadlines. It is moved only when something is due earlier, so that a steady load, whose
// operations end long before their deadline, hardly ever touches it.
void Core::update_timer() {
    if ((table_.in_use() == 0 && !cluster_) || is_over()) return;
    std::optional<TimePoint> due = held_.next_due();
    if (cluster_)
        for (const auto& next : {cluster_->next_due(), alarms_.next_due()})
            if (next) due = due ? std::min(*due, *next) : *next;
    if (timer_at_ && !wheel_.is_earlier_armed() && !(due && *due < *timer_at_)) return;
    TimePoint at = now_ + options_.silence_timeout;
    if (due) at = std::min(at, *due);
    if (const auto expiry = wheel_.next_expiry()) at = std::min(at, *expiry);
    for_each_node([&](Node& node) {
        if (const auto silent = node.machine.silent_at(options_.silence_timeout)) at = std::min(at, *silent);
    });
    arm_timer(at);
}

void Core::arm_timer(TimePoint at) {
    timer_at_ = at;
    timer_.emplace(executor_, at);
    timer_->async_wait(
        net::through(*this, [this, generation = ++timer_generation_](const boost::system::error_code& ec) {
            if (ec || generation != timer_generation_) return;
            on_timer();
        }));
}

void Core::on_timer() {
    timer_at_.reset();
    begin_turn();
    while (net::Operation* const operation = wheel_.expire(now_)) held_.on_deadline(*operation);
    for_each_session([this](net::KvSession& session) { session.check_silence(now_); });
    alarms_.run(now_);
    end_turn();
}

void Core::set_timeout(OperationTimeout timeout) noexcept {
    options_.timeout = timeout;
    default_timeout_ticks_ = DeadlineWheel::ticks(timeout);
}

bool detail::OperationId::is_live() const noexcept {
    return operation->sequence == sequence;
}

void detail::OperationId::cancel() const {
    if (operation->state == net::OperationState::pending || operation->state == net::OperationState::held)
        core_of(*operation).cancel(*operation);
}

}  // namespace txcouchbase
