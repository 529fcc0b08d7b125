// SPDX-License-Identifier: Apache-2.0
#include "client/detail/chain_pool.hpp"

#include <cstddef>
#include <memory>
#include <utility>

#include "client/detail/chain.hpp"

namespace txcouchbase::detail {
namespace {

// 256 KiB a thread: more Deferreds than this alive at once pay the allocator for the rest.
constexpr std::size_t capacity = 1024;

// A recycled chain would hide a use after free from the address sanitizer.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool is_stocked = false;
#elif defined(__has_feature)
constexpr bool is_stocked = !__has_feature(address_sanitizer);
#else
constexpr bool is_stocked = true;
#endif

struct Stock {
    std::unique_ptr<Chain*[]> places;

    ~Stock() { chain_pool.close(); }
};

thread_local constinit bool was_opened = false;

}  // namespace

void ChainPool::open() {
    if (!is_stocked || was_opened) return;
    was_opened = true;  // once, and not again by what dies after the stock
    thread_local Stock stock;
    stock.places = std::make_unique<Chain*[]>(capacity + 1);
    top = &stock.places[1];
    end = top + capacity;
}

/// For good: what dies later on this thread, other static objects for example, goes to the allocator.
void ChainPool::close() noexcept {
    Chain** free = std::exchange(top, no_chains + 1);
    end = no_chains + 1;
    while (Chain* chain = *--free) delete chain;
}

}  // namespace txcouchbase::detail
