// SPDX-License-Identifier: Apache-2.0
#include "net/block.hpp"

#include <new>

namespace txcouchbase::net {

Block* Block::make(std::size_t capacity) {
    return new (::operator new(sizeof(Block) + capacity)) Block(capacity);
}

void Block::give_back(std::uint32_t count) noexcept {
    if (pins_.fetch_sub(count, std::memory_order_acq_rel) != count) return;
    this->~Block();
    ::operator delete(this);
}

}  // namespace txcouchbase::net
