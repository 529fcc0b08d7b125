// SPDX-License-Identifier: Apache-2.0
#include "net/operation_table.hpp"

namespace txcouchbase::net {

bool OperationTable::grow() {
    if (size_ == capacity) return false;
    slabs_.push_back(std::make_unique<Slab>());
    // Linked so that low indices are used first: a light load stays within a few cache lines.
    for (std::uint32_t i = slab_size; i-- > 0;) {
        Operation& operation = slabs_.back()->operations[i];
        operation.opaque = size_ + i;
        operation.next = free_;
        free_ = size_ + i;
    }
    size_ += slab_size;
    return true;
}

}  // namespace txcouchbase::net
