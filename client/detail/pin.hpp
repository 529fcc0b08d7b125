// Holds on to the receive memory that a result's bytes lie in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

namespace txcouchbase::net {
class Block;
}

namespace txcouchbase::detail {

void retain_block(net::Block* block) noexcept;
void release_block(net::Block* block) noexcept;

/// Owns one pin of a block. May be copied, moved and destroyed on any thread.
class Pin {
public:
    Pin() = default;
    /// Takes over a pin.
    explicit Pin(net::Block* block) noexcept : block_(block) {}
    Pin(const Pin& other) noexcept : block_(other.block_) {
        if (block_ != nullptr) retain_block(block_);
    }
    Pin(Pin&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Pin& operator=(const Pin& other) noexcept {
        Pin copy{other};
        return *this = std::move(copy);
    }
    Pin& operator=(Pin&& other) noexcept {
        std::swap(block_, other.block_);  // whose end lets go of what was here
        return *this;
    }
    ~Pin() {
        if (block_ != nullptr) release_block(block_);
    }

private:
    net::Block* block_ = nullptr;
};

}  // namespace txcouchbase::detail
