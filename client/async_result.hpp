// The handle of one operation in flight: the fast face of the library.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <txcouchbase/detail/operation_handle.hpp>
#include <txcouchbase/error.hpp>

namespace txcouchbase {

/**
 * What a call of TxAsyncConnection returns at once: attach a callback and an errback, and one of them is called once.
 *
 *     cb.get("k").callback([](ValueResult r) { ... }).errback([](const Error& e) { ... });
 *
 * When:     after the call that made it, from the event loop, never inside the call. Attach right after the call:
 *           later, or twice, is a std::logic_error.
 * Lifetime: dropping the handle cancels nothing. The handle keeps the connection's memory, not its sockets.
 * Errors:   without an errback a failure goes to the connection's unhandled hook, and so does whatever a callback
 *           throws; it never reaches other operations.
 * Cost:     callbacks of up to 48 captured bytes and errbacks of up to 16 allocate nothing.
 * Spec:     couchbase.results.AsyncResult of the original.
 */
template <class R>
class AsyncResult {
public:
    using result_type = R;

    AsyncResult() = default;
    explicit AsyncResult(detail::OperationHandle handle) noexcept : handle_(std::move(handle)) {}

    template <std::invocable<R&&> F>
    AsyncResult& callback(F&& f) & {
        handle_.callbacks().callback.template emplace<R>(std::forward<F>(f));
        return *this;
    }
    template <std::invocable<R&&> F>
    AsyncResult&& callback(F&& f) && {
        return std::move(callback(std::forward<F>(f)));
    }

    template <std::invocable<const Error&> F>
    AsyncResult& errback(F&& f) & {
        handle_.callbacks().errback.template emplace<const Error&>(std::forward<F>(f));
        return *this;
    }
    template <std::invocable<const Error&> F>
    AsyncResult&& errback(F&& f) && {
        return std::move(errback(std::forward<F>(f)));
    }

    /// Ends the operation with errc::cancelled, from within this call. If it was sent already the server may still
    /// execute it; its reply is swallowed. Does nothing when the operation is over.
    void cancel() const { handle_.cancel(); }

    /// Whether it has not ended: neither callback nor errback was called, or one of them runs just now.
    bool is_pending() const noexcept { return handle_.is_pending(); }

    /// For the machinery of the library.
    const detail::OperationId& id() const noexcept { return handle_.id(); }

private:
    detail::OperationHandle handle_;
};

}  // namespace txcouchbase
