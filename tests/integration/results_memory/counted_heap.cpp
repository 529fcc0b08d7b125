// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/results_memory/counted_heap.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// In front of each piece: its size, in as much room as keeps what follows aligned.
constexpr std::size_t head = alignof(std::max_align_t);

// Atomic because Asio may have threads of its own.
std::atomic<std::size_t> held{0};

}  // namespace

void* operator new(std::size_t size) {
    void* const memory = std::malloc(head + size);
    if (memory == nullptr) throw std::bad_alloc{};
    *static_cast<std::size_t*>(memory) = size;
    held += size;
    return static_cast<char*>(memory) + head;
}

void operator delete(void* memory) noexcept {
    if (memory == nullptr) return;
    void* const start = static_cast<char*>(memory) - head;
    held -= *static_cast<std::size_t*>(start);
    std::free(start);
}
void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

namespace txcouchbase::test {

std::size_t bytes_held() noexcept {
    return held;
}

}  // namespace txcouchbase::test
