// A line of held operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <txcouchbase/detail/operation_handle.hpp>
#include <utility>
#include <vector>

#include "net/operation.hpp"

namespace txcouchbase {

inline detail::OperationId id_of(net::Operation& operation) noexcept {
    return {&operation, operation.sequence};
}
/// Whether the operation is still that use of its slot, and still held.
inline bool is_held(const detail::OperationId& id) noexcept {
    return id.operation->sequence == id.sequence && id.operation->state == net::OperationState::held;
}

/// First in, first out. An operation may end while it stands here, and is then passed over: leaving costs nothing.
class HeldQueue {
public:
    void push(net::Operation& operation) {
        if (ids_.size() >= sweep_at_) sweep();
        ids_.push_back(id_of(operation));
    }
    /// In this order, before all others.
    template <class Operations>
    void push_front(const Operations& operations) {
        for (auto at = operations.rbegin(); at != operations.rend(); ++at) ids_.push_front(id_of(**at));
    }
    /// The first that is still held, or null.
    net::Operation* front() noexcept {
        while (!ids_.empty() && !is_held(ids_.front())) ids_.pop_front();
        return ids_.empty() ? nullptr : ids_.front().operation;
    }
    void pop() noexcept { ids_.pop_front(); }
    /// All that are still held, in order; the queue is empty afterwards.
    std::vector<net::Operation*> take_all() {
        std::vector<net::Operation*> all;
        for (const detail::OperationId& id : std::exchange(ids_, {}))
            if (is_held(id)) all.push_back(id.operation);
        return all;
    }
    void clear() { ids_ = {}; }
    std::size_t size() const noexcept { return ids_.size(); }

private:
    static constexpr std::size_t least_sweep = 64;

    // Those that ended behind one that does not end; rarely, so that it costs each operation a constant.
    void sweep() {
        std::erase_if(ids_, [](const detail::OperationId& id) { return !is_held(id); });
        sweep_at_ = std::max(least_sweep, 2 * ids_.size());
    }

    std::deque<detail::OperationId> ids_;
    std::size_t sweep_at_ = least_sweep;
};

}  // namespace txcouchbase
