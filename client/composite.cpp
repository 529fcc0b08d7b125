// SPDX-License-Identifier: Apache-2.0
#include "client/composite.hpp"

#include <algorithm>
#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {

detail::OperationHandle Composite::begin() {
    if (core_.is_over()) return core_.issue_refused(core_.final_error());
    if (const Error refused = issue()) return core_.issue_refused(refused);
    detail::OperationHandle handle = gather();
    // Never inside the call: what cannot even be asked for ends it, too.
    auto [resolver, connected] = make_deferred<void>();
    core_.wait_for_connect(std::move(resolver));
    const std::shared_ptr<Composite> self = shared_from_this();
    connected.add_callbacks(
        [self] {
            if (!self->is_over_) self->start();
        },
        [self](const Failure& failure) {
            const auto* const known = failure.get_if<CouchbaseError>();
            self->on_connection_over(known != nullptr ? known->error() : Error{errc::connection_closed});
        });
    return handle;
}

detail::OperationHandle Composite::gather() {
    try {
        detail::OperationHandle handle = core_.issue_gathered(this);
        whole_ = handle.id();
        return handle;
    } catch (...) {
        cancel();  // what was issued already
        throw;
    }
}

bool Composite::asks_again(const Error& error, net::TimePoint deadline, std::function<void()> again) {
    if (error.rc() != errc::not_my_vbucket) return false;
    const net::TimePoint at = core_.now() + wrong_node_delay(++misdirected_);
    if (at >= deadline) return false;
    call_at(at, std::move(again));
    return true;
}

void Composite::fail(const Error& error) {
    if (std::exchange(is_over_, true)) return;
    core_.settle_gathered(
        whole_, [&](net::Operation& operation) { operation.handler->on_failure(operation, error); });
}

void Composite::call_at(net::TimePoint at, std::function<void()> alarm) {
    if (core_.is_over()) return on_connection_over(core_.final_error());
    if (alarm_) core_.alarms().cancel(*alarm_);
    alarm_ = core_.alarms().set(at, [self = shared_from_this(), alarm = std::move(alarm)] {
        self->alarm_.reset();
        if (!self->is_over_) alarm();
    });
}

void Composite::cancel() {
    const std::shared_ptr<Composite> self = shared_from_this();
    is_over_ = true;
    if (alarm_) core_.alarms().cancel(*std::exchange(alarm_, std::nullopt));
    for (const detail::OperationId& one : asked_)
        if (one.is_live()) one.cancel();
}

}  // namespace txcouchbase
