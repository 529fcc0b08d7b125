// Making a connection, its life cycle and its settings: all of it is the Core's.
// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/connection.hpp>

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include "client/calls.hpp"
#include "client/option_check.hpp"
#include "client/seeds.hpp"
#include "protocol/secret.hpp"

namespace txcouchbase {

namespace {

/// A password that nobody needs any more.
struct Wiped {
    std::string& password;
    ~Wiped() { protocol::wipe(password.data(), password.size()); }
};

Core* make_core(boost::asio::any_io_executor executor, const Seeds& seeds, const ConnectionOptions& options) {
    check_options(options);
    return new Core(std::move(executor), seeds, options);
}

Core* make_core(boost::asio::any_io_executor executor, const ConnectArguments& arguments,
                ConnectionOptions options) {
    if (!arguments.username.empty()) options.username = arguments.username;
    if (!arguments.password.empty()) options.password = arguments.password;
    const Wiped wiped{options.password};
    return make_core(std::move(executor), read_seeds(arguments), options);
}

}  // namespace

ConnectionHandle::ConnectionHandle(boost::asio::any_io_executor executor, std::string_view connection_string,
                                   const ConnectionOptions& options)
    : core_(make_core(std::move(executor), read_seeds(connection_string), options)) {
    core_->add_handle();
    core_->start();
}

ConnectionHandle::ConnectionHandle(boost::asio::any_io_executor executor, const ConnectArguments& arguments,
                                   const ConnectionOptions& options)
    : core_(make_core(std::move(executor), arguments, options)) {
    core_->add_handle();
    core_->start();
}

ConnectionHandle::ConnectionHandle(Core& core) noexcept : core_(&core) {
    core_->add_handle();
}

ConnectionHandle::ConnectionHandle(const ConnectionHandle& other) noexcept : core_(other.core_) {
    if (core_ != nullptr) core_->add_handle();
}

ConnectionHandle::ConnectionHandle(ConnectionHandle&& other) noexcept
    : core_(std::exchange(other.core_, nullptr)) {}

ConnectionHandle& ConnectionHandle::operator=(const ConnectionHandle& other) noexcept {
    ConnectionHandle copy{other};
    std::swap(core_, copy.core_);
    return *this;
}

ConnectionHandle& ConnectionHandle::operator=(ConnectionHandle&& other) noexcept {
    ConnectionHandle taken{std::move(other)};
    std::swap(core_, taken.core_);
    return *this;
}

ConnectionHandle::~ConnectionHandle() {
    if (core_ != nullptr) core_->drop_handle();
}

Deferred<void> ConnectionHandle::connect() {
    auto [resolver, deferred] = make_deferred<void>();
    core().wait_for_connect(std::move(resolver));
    return std::move(deferred);
}

Deferred<void> ConnectionHandle::writable() {
    auto [resolver, deferred] = make_deferred<void>();
    core().wait_for_room(std::move(resolver));
    return std::move(deferred);
}

std::uint64_t ConnectionHandle::late_replies() const noexcept {
    return core().late_replies();
}

Metrics ConnectionHandle::metrics() const {
    return core().metrics();
}

std::string ConnectionHandle::diagnostics(std::string_view report_id) const {
    return diagnostics_json(core().report_frame(report_id), core().endpoints());
}

void ConnectionHandle::register_deferred(std::string_view event, Resolver<void> waiter) {
    if (event == "connect") return core().wait_for_connect(std::move(waiter));
    if (event == "_dtor") return core().wait_for_destruction(std::move(waiter));
    throw std::invalid_argument("register_deferred: there is no event \"" + std::string{event} +
                                "\"; there are \"connect\" and \"_dtor\"");
}

bool ConnectionHandle::connected() const noexcept {
    return core().connected();
}
bool ConnectionHandle::closed() const noexcept {
    return core().is_closed();
}
void ConnectionHandle::close() {
    core().close();
}
void ConnectionHandle::on_unhandled(UnhandledHook hook) {
    core().set_unhandled_hook(std::move(hook));
}

std::vector<std::string> ConnectionHandle::server_nodes() const {
    std::vector<std::string> names;
    for (const std::uint8_t node : core().router().members()) names.push_back(core().node_name(node));
    return names;
}

std::string ConnectionHandle::bucket() const {
    const auto& map = core().router().map();
    return map ? map->bucket : std::string{};
}
unsigned ConnectionHandle::configured_replica_count() const noexcept {
    const auto& map = core().router().map();
    return map ? map->table.replicas() : 0U;
}
KeyLocation ConnectionHandle::locate(Key key) const {
    check_key(key);
    const Router& router = core().router();
    const Router::Target target = router.route(key);
    const std::span<const std::uint8_t> members = router.members();
    const auto node = std::find(members.begin(), members.end(), target.node);
    if (node == members.end()) return {.vbucket = target.vbucket};
    return {.vbucket = target.vbucket, .node = static_cast<std::size_t>(node - members.begin())};
}

std::vector<Error> ConnectionHandle::errors(bool clear) {
    return core().recent_errors(clear);
}

OperationTimeout ConnectionHandle::timeout() const noexcept {
    return core().options().timeout;
}
void ConnectionHandle::set_timeout(OperationTimeout timeout) {
    check_timeout(timeout);
    core().set_timeout(timeout);
}
bool ConnectionHandle::quiet() const noexcept {
    return core().options().quiet;
}
void ConnectionHandle::change_quiet(bool quiet) noexcept {
    core().options().quiet = quiet;
}
Format ConnectionHandle::default_format() const noexcept {
    return core().options().default_format;
}
void ConnectionHandle::set_default_format(Format format) noexcept {
    core().options().default_format = format;
}
bool ConnectionHandle::data_passthrough() const noexcept {
    return core().options().data_passthrough;
}
void ConnectionHandle::change_passthrough(bool passthrough) noexcept {
    core().options().data_passthrough = passthrough;
}
const TranscoderPtr& ConnectionHandle::transcoder() const noexcept {
    return core().options().transcoder;
}
TranscoderPtr ConnectionHandle::set_transcoder(TranscoderPtr transcoder) noexcept {
    return std::exchange(core().options().transcoder, std::move(transcoder));
}

void TxAsyncConnection::post(std::function<void(TxAsyncConnection&)> task) const {
    core().post(std::move(task));
}

void Connection::post(std::function<void(Connection&)> task) const {
    core().post([task = std::move(task)](const TxAsyncConnection& raw) {
        Connection handle{raw};
        task(handle);
    });
}

std::ostream& operator<<(std::ostream& out, const ConnectionHandle& connection) {
    out << "Connection<";
    for (const std::string& node : connection.server_nodes()) out << node << ", ";
    return out << (connection.closed()      ? "closed"
                   : connection.connected() ? "connected"
                                            : "not connected")
               << '>';
}

}  // namespace txcouchbase
