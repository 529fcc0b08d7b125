// SPDX-License-Identifier: Apache-2.0
#include "client/composite.hpp"

#include <algorithm>
#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {

detail::OperationHandle Composite::begin() {
    if (core_.is_over()) return core_.issue_refused(core_.final_error());
    detail::OperationHandle handle = core_.issue_gathered(this);
    whole_ = handle.id();
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
            self->fail(known != nullptr ? known->error() : Error{errc::connection_closed});
        });
    return handle;
}

void Composite::fail(const Error& error) {
    if (std::exchange(is_over_, true)) return;
    core_.settle_gathered(
        whole_, [&](net::Operation& operation) { operation.handler->on_failure(operation, error); });
}

void Composite::call_at(net::TimePoint at, std::function<void()> alarm) {
    if (core_.is_over()) return fail(core_.final_error());
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
