// SPDX-License-Identifier: Apache-2.0
#include "client/detail/collector.hpp"

namespace txcouchbase::detail {

Collector::~Collector() {
    if (result_ == nullptr) return;
    for (const ConsumerRef& child : children_) child->sever(*result_);
}

void Collector::install(Chain& result, bool fires_after_cancel) noexcept {
    result_ = &result;
    *reinterpret_cast<Collector**>(result.canceller_room()) = this;
    result.set_canceller(ops);
    if (!fires_after_cancel) result.set(Chain::relays_cancel);
}

void Collector::cancel_all(const std::vector<ConsumerRef>& children) noexcept {
    for (const ConsumerRef& child : children) child->cancel_and_report();
}

void Collector::cancel(Chain& result) {
    const std::vector<ConsumerRef> children = get(result.canceller_room()).children_;
    cancel_all(children);
}

}  // namespace txcouchbase::detail
