// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/connection.hpp>

#include <boost/asio/post.hpp>
#include <stdexcept>

#include "client/core.hpp"

namespace txcouchbase {

namespace {

Core* make_core(boost::asio::any_io_executor executor, std::string_view text, const ConnectionOptions& options) {
    const auto parsed = protocol::parse_connection_string(text);
    if (const auto* error = std::get_if<protocol::ConnectionStringError>(&parsed))
        throw_exception(Error{errc::invalid_host_format, {.cause = std::string{protocol::sentence(error->defect)} + " (at byte " + std::to_string(error->position) + ")"}});
    const auto& seeds = std::get<protocol::ConnectionString>(parsed);
    if (seeds.scheme != protocol::Scheme::memcached)
        throw_exception(Error{errc::invalid_host_format, {.cause = "only memcached:// can be connected to yet"}});
    return new Core(std::move(executor), seeds, options);
}

// Argument errors, which the raw face throws, arrive at the errback here.
template <class Issue>
auto deferred(Issue issue) -> decltype(ConnectionBase::defer(issue())) {
    using R = typename decltype(issue())::result_type;
    try {
        return ConnectionBase::defer(issue());
    } catch (...) {
        return fail<R>(Failure::current());
    }
}

}  // namespace

ConnectionBase::ConnectionBase(boost::asio::any_io_executor executor, std::string_view connection_string,
                               const ConnectionOptions& options)
    : core_(make_core(std::move(executor), connection_string, options)) {
    core_->add_handle();
    core_->start();
}

ConnectionBase::ConnectionBase(const ConnectionBase& other) noexcept : core_(other.core_) {
    if (core_ != nullptr) core_->add_handle();
}

ConnectionBase::ConnectionBase(ConnectionBase&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}

ConnectionBase& ConnectionBase::operator=(ConnectionBase other) noexcept {
    std::swap(core_, other.core_);
    return *this;
}

ConnectionBase::~ConnectionBase() {
    if (core_ != nullptr) core_->drop_handle();
}

Deferred<void> ConnectionBase::connect() {
    auto [resolver, deferred] = make_deferred<void>();
    core_->wait_for_connect(std::move(resolver));
    return std::move(deferred);
}

void ConnectionBase::register_deferred(std::string_view event, Resolver<void> waiter) {
    if (event == "connect") return core_->wait_for_connect(std::move(waiter));
    if (event == "_dtor") return core_->wait_for_destruction(std::move(waiter));
    throw std::invalid_argument("register_deferred: there is no event \"" + std::string{event} +
                                "\"; there are \"connect\" and \"_dtor\"");
}

bool ConnectionBase::connected() const noexcept { return core_->connected(); }
void ConnectionBase::close() { core_->close(); }
void ConnectionBase::on_unhandled(UnhandledHook hook) { core_->set_unhandled_hook(std::move(hook)); }
void ConnectionBase::post(std::function<void()> task) const { boost::asio::post(core_->executor(), std::move(task)); }

Deferred<ValueResult> Connection::get(std::string_view key, const GetOptions& options) {
    return deferred([&] { return raw().get(key, options); });
}

Deferred<OperationResult> Connection::touch(std::string_view key, std::chrono::seconds ttl,
                                            const RequestOptions& options) {
    return deferred([&] { return raw().touch(key, ttl, options); });
}

Deferred<OperationResult> Connection::set(std::string_view key, const Encodable& value, const StoreOptions& options) {
    return deferred([&] { return raw().set(key, value, options); });
}

Deferred<OperationResult> Connection::add(std::string_view key, const Encodable& value, const StoreOptions& options) {
    return deferred([&] { return raw().add(key, value, options); });
}

Deferred<OperationResult> Connection::replace(std::string_view key, const Encodable& value,
                                              const StoreOptions& options) {
    return deferred([&] { return raw().replace(key, value, options); });
}

Deferred<OperationResult> Connection::append(std::string_view key, const Encodable& fragment,
                                             const AppendOptions& options) {
    return deferred([&] { return raw().append(key, fragment, options); });
}

Deferred<OperationResult> Connection::prepend(std::string_view key, const Encodable& fragment,
                                              const AppendOptions& options) {
    return deferred([&] { return raw().prepend(key, fragment, options); });
}

Deferred<OperationResult> Connection::remove(std::string_view key, const RemoveOptions& options) {
    return deferred([&] { return raw().remove(key, options); });
}

Deferred<ValueResult> Connection::incr(std::string_view key, const CounterOptions& options) {
    return deferred([&] { return raw().incr(key, options); });
}

Deferred<ValueResult> Connection::decr(std::string_view key, const CounterOptions& options) {
    return deferred([&] { return raw().decr(key, options); });
}

Deferred<OperationResult> Connection::noop(const RequestOptions& options) {
    return deferred([&] { return raw().noop(options); });
}

Deferred<VersionResult> Connection::version(const RequestOptions& options) {
    return deferred([&] { return raw().version(options); });
}

Deferred<StatsResult> Connection::stats(std::string_view group, const RequestOptions& options) {
    return deferred([&] { return raw().stats(group, options); });
}

}  // namespace txcouchbase
