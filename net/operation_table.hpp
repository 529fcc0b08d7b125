// All operations of a connection, by opaque.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "net/clock.hpp"
#include "net/operation.hpp"

namespace txcouchbase::net {

/**
 * Slots in slabs that never move. The opaque is the slot's index (20 bits) and the generation of its use (12 bits):
 * finding the operation of a reply is an index and a comparison, and a reply that comes after its operation was over
 * finds nothing. A slot whose operation was written is not used again before its reply, so generations cannot run
 * into each other.
 */
class OperationTable {
public:
    static constexpr std::uint32_t index_bits = 20;
    static constexpr std::uint32_t capacity = 1U << index_bits;
    static constexpr std::uint32_t none = ~0U;  ///< no index

    OperationTable() = default;
    OperationTable(const OperationTable&) = delete;
    OperationTable& operator=(const OperationTable&) = delete;

    /// A free slot, or null when all `capacity` are in use.
    Operation* acquire() {
        if (free_ == none && !grow()) return nullptr;
        Operation& operation = at(free_);
        free_ = operation.next;
        operation.sequence = sequence_++;
        operation.state = OperationState::pending;
        operation.traits.may_retry = operation.traits.is_watched = operation.traits.is_timed = false;
        ++in_use_;
        return &operation;
    }

    void release(Operation& operation) noexcept {
        const std::uint32_t index = index_of(operation);
        operation.opaque += capacity;  // the next generation
        ++operation.sequence;          // whoever remembers this use sees that it is over
        operation.state = OperationState::free;
        operation.next = free_;
        free_ = index;
        --in_use_;
    }

    /// The operation in flight with this opaque, or null.
    Operation* find(std::uint32_t opaque) noexcept {
        const std::uint32_t index = opaque & (capacity - 1);
        if (index >= size_) return nullptr;
        Operation& operation = at(index);
        return operation.opaque == opaque && operation.state != OperationState::free ? &operation : nullptr;
    }

    Operation& at(std::uint32_t index) noexcept { return slabs_[index / slab_size][index % slab_size]; }
    /// When an operation was issued, if it is one of those whose latency is counted.
    TimePoint& issued_at(const Operation& operation) noexcept {
        const std::uint32_t index = index_of(operation);
        return issued_at_[index / slab_size][index % slab_size];
    }
    static std::uint32_t index_of(const Operation& operation) noexcept {
        return operation.opaque & (capacity - 1);
    }

    std::size_t in_use() const noexcept { return in_use_; }
    std::uint32_t size() const noexcept { return size_; }

    /// Visits every operation in flight, in no particular order. For rare events: it walks all slots.
    template <class Visit>
    void for_each(Visit&& visit) {
        for (std::uint32_t index = 0; index < size_; ++index)
            if (Operation& operation = at(index); operation.state != OperationState::free) visit(operation);
    }

private:
    static constexpr std::uint32_t slab_size = 256;

    bool grow();

    std::vector<std::unique_ptr<Operation[]>> slabs_;
    std::uint32_t free_ = none;
    std::uint32_t size_ = 0;
    std::uint32_t sequence_ = 0;
    std::size_t in_use_ = 0;
    std::vector<std::unique_ptr<TimePoint[]>> issued_at_;  // by slab; apart, because few operations need it
};

}  // namespace txcouchbase::net
