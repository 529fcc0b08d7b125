// SPDX-License-Identifier: Apache-2.0
#include "net/gauge.hpp"

#include <algorithm>

namespace txcouchbase::net {

bool Gauge::extend(std::size_t size) noexcept {
    return shared_->extend(*this, size);
}

void SharedLimit::admit(Gauge& gauge) {
    gauges_.push_back(&gauge);
    gauge.shared_ = this;
    gauge.allowed_ = {};
}

void SharedLimit::dismiss(Gauge& gauge) noexcept {
    std::erase(gauges_, &gauge);
    gauge.shared_ = nullptr;
}

Amount SharedLimit::used() const noexcept {
    Amount used;
    for (const Gauge* gauge : gauges_) {
        used.operations += gauge->used_.operations;
        used.bytes += gauge->used_.bytes;
    }
    return used;
}

bool SharedLimit::extend(Gauge& gauge, std::size_t size) noexcept {
    const auto fits = [size](const Amount& now, const Amount& limit) {
        return now.operations < limit.operations && now.bytes <= limit.bytes &&
               size <= limit.bytes - now.bytes;
    };
    const Amount all = used();
    if (!fits(all, limit_) || !fits(gauge.used_, gauge.limit_)) return false;
    const Amount share{.operations = (limit_.operations - all.operations - 1) / gauges_.size(),
                       .bytes = (limit_.bytes - all.bytes - size) / gauges_.size()};
    for (Gauge* each : gauges_) {
        const Amount wanted = each == &gauge ? Amount{1, size} : Amount{};
        const Amount& has = each->used_;
        each->allowed_ = {.operations = std::min(each->limit_.operations,
                                                 has.operations + wanted.operations + share.operations),
                          .bytes = std::min(each->limit_.bytes, has.bytes + wanted.bytes + share.bytes)};
    }
    return true;
}

}  // namespace txcouchbase::net
