// The face in Deferreds: the raw face, wrapped.
// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/connection.hpp>

namespace txcouchbase {

namespace {

// Argument errors, which the raw face throws, arrive at the errback here.
template <class Issue>
auto deferred(Issue issue) -> decltype(TxAsyncConnection::defer(issue())) {
    using R = typename decltype(issue())::result_type;
    try {
        return TxAsyncConnection::defer(issue());
    } catch (...) {
        return fail<R>(Failure::current());
    }
}

}  // namespace

void Connection::post(std::function<void(Connection&)> task) const {
    TxAsyncConnection::post([task = std::move(task)](const TxAsyncConnection& raw) {
        Connection handle{raw};
        task(handle);
    });
}

Deferred<ValueResult> Connection::get(std::string_view key, const GetOptions& options) {
    return deferred([&] { return TxAsyncConnection::get(key, options); });
}

Deferred<OperationResult> Connection::touch(std::string_view key, std::chrono::seconds ttl,
                                            const RequestOptions& options) {
    return deferred([&] { return TxAsyncConnection::touch(key, ttl, options); });
}

Deferred<OperationResult> Connection::set(std::string_view key, const Encodable& value,
                                          const StoreOptions& options) {
    return deferred([&] { return TxAsyncConnection::set(key, value, options); });
}

Deferred<OperationResult> Connection::add(std::string_view key, const Encodable& value,
                                          const StoreOptions& options) {
    return deferred([&] { return TxAsyncConnection::add(key, value, options); });
}

Deferred<OperationResult> Connection::replace(std::string_view key, const Encodable& value,
                                              const StoreOptions& options) {
    return deferred([&] { return TxAsyncConnection::replace(key, value, options); });
}

Deferred<OperationResult> Connection::append(std::string_view key, const Encodable& fragment,
                                             const AppendOptions& options) {
    return deferred([&] { return TxAsyncConnection::append(key, fragment, options); });
}

Deferred<OperationResult> Connection::prepend(std::string_view key, const Encodable& fragment,
                                              const AppendOptions& options) {
    return deferred([&] { return TxAsyncConnection::prepend(key, fragment, options); });
}

Deferred<OperationResult> Connection::remove(std::string_view key, const RemoveOptions& options) {
    return deferred([&] { return TxAsyncConnection::remove(key, options); });
}

Deferred<ValueResult> Connection::incr(std::string_view key, const CounterOptions& options) {
    return deferred([&] { return TxAsyncConnection::incr(key, options); });
}

Deferred<ValueResult> Connection::decr(std::string_view key, const CounterOptions& options) {
    return deferred([&] { return TxAsyncConnection::decr(key, options); });
}

Deferred<OperationResult> Connection::noop(const RequestOptions& options) {
    return deferred([&] { return TxAsyncConnection::noop(options); });
}

Deferred<VersionResult> Connection::version(const RequestOptions& options) {
    return deferred([&] { return TxAsyncConnection::version(options); });
}

Deferred<StatsResult> Connection::stats(std::string_view group, const RequestOptions& options) {
    return deferred([&] { return TxAsyncConnection::stats(group, options); });
}

}  // namespace txcouchbase
