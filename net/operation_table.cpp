// SPDX-License-Identifier: Apache-2.0
#include "net/operation_table.hpp"

namespace txcouchbase::net {

bool OperationTable::grow() {
    if (size_ == capacity) return false;
    issued_at_.push_back(std::make_unique<TimePoint[]>(slab_size));
    slabs_.push_back(std::make_unique<Operation[]>(slab_size));
    // Linked so that low indices are used first: a light load stays within a few cache lines.
    for (std::uint32_t i = slab_size; i-- > 0;) {
        Operation& operation = slabs_.back()[i];
        operation.opaque = size_ + i;
        operation.next = free_;
        free_ = size_ + i;
    }
    size_ += slab_size;
    return true;
}

}  // namespace txcouchbase::net
