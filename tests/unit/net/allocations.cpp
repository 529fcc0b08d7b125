// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/allocations.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Atomic because Asio resolves names on a thread of its own.
std::atomic<std::size_t> calls{0};
std::atomic<std::size_t> held{0};

void give_back(void* memory) noexcept {
    if (memory == nullptr) return;
    held -= malloc_usable_size(memory);
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    void* const memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) return nullptr;
    ++calls;
    held += malloc_usable_size(memory);
    return memory;
}

void* operator new(std::size_t size) {
    void* const memory = operator new(size, std::nothrow);
    if (memory == nullptr) throw std::bad_alloc{};
    return memory;
}

void operator delete(void* memory) noexcept {
    give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    give_back(memory);
}

namespace txcouchbase::net {

std::size_t allocations() noexcept {
    return calls;
}
std::size_t bytes_held() noexcept {
    return held;
}

}  // namespace txcouchbase::net
