// A reference-counted piece of receive memory. Results pin the block that their bytes lie in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace txcouchbase::net {

/**
 * Memory with a header in front of it. Its maker holds a large credit of pins and hands them out one by one with
 * plain arithmetic; only giving a pin back is atomic. So a result costs one atomic operation in its life, and may be
 * copied, moved to another thread and destroyed there.
 */
class Block {
public:
    static Block* make(std::size_t capacity);
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
    std::size_t capacity() const noexcept { return capacity_; }

    /// One more pin, for whoever holds one already.
    void retain() noexcept { pins_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept { give_back(1); }

    // The maker's side.
    Block* pin() noexcept {
        ++issued_;
        return this;
    }
    /// Whether nobody but the maker holds a pin, so that the bytes may be overwritten.
    bool is_unpinned() const noexcept { return pins_.load(std::memory_order_acquire) == credit - issued_; }
    /// Starts over with the full credit; only when unpinned.
    void renew() noexcept {
        pins_.store(credit, std::memory_order_relaxed);
        issued_ = 0;
    }
    /// The maker lets go: the block lives on until the last pin is given back.
    void retire() noexcept { give_back(credit - issued_); }

private:
    static constexpr std::uint32_t credit = 1U << 30;

    explicit Block(std::size_t capacity) noexcept : capacity_(capacity) {}
    ~Block() = default;
    void give_back(std::uint32_t count) noexcept;

    std::atomic<std::uint32_t> pins_{credit};
    std::uint32_t issued_ = 0;
    std::size_t capacity_;
};

}  // namespace txcouchbase::net
