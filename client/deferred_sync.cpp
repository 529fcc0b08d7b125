// SPDX-License-Identifier: Apache-2.0
#include "client/deferred_sync.hpp"

namespace txcouchbase {

DeferredPermit::~DeferredPermit() {
    if (state_ != nullptr) release();
}

void DeferredPermit::release() {
    if (state_ == nullptr) throw std::logic_error("the permit was released before");
    std::exchange(state_, nullptr)->release();
}

namespace detail {

Deferred<DeferredPermit> SemaphoreState::acquire() {
    if (tokens_ > 0 && waiting_.empty()) {
        --tokens_;
        return succeed(DeferredPermit(shared_from_this()));
    }
    const auto place = waiting_.emplace(waiting_.end());
    auto ends = make_deferred<DeferredPermit>([weak = weak_from_this(), place](Resolver<DeferredPermit>&) {
        if (const auto state = weak.lock()) state->waiting_.erase(place);
    });
    *place = std::move(ends.resolver);
    return std::move(ends.deferred);
}

/// Serves in a loop: a waiter that is done at once releases from within its handler, and thousands of those in a row
/// must not nest.
void SemaphoreState::release() noexcept {
    ++tokens_;
    if (is_serving_) return;
    const auto alive = shared_from_this();
    is_serving_ = true;
    while (tokens_ > 0 && !waiting_.empty()) {
        --tokens_;
        const Resolver<DeferredPermit> next = std::move(waiting_.front());
        waiting_.pop_front();
        next.try_callback(DeferredPermit(alive));
    }
    is_serving_ = false;
}

}  // namespace detail

DeferredSemaphore::DeferredSemaphore(int tokens) {
    if (tokens < 1) throw std::invalid_argument("a semaphore needs at least one token");
    state_ = std::make_shared<detail::SemaphoreState>(static_cast<std::size_t>(tokens));
}

QueueOverflow::QueueOverflow() : std::runtime_error("the queue is full") {}
QueueUnderflow::QueueUnderflow() : std::runtime_error("too many wait for the queue already") {}

}  // namespace txcouchbase
