// Counted pointers to a Chain, one kind for each of its counts.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <txcouchbase/detail/chain.hpp>

namespace txcouchbase::detail {

struct AsProducer {
    static void add(Chain& chain) noexcept { chain.add_producer(); }
    static void release(Chain& chain) noexcept { chain.release_producer(); }
};
struct AsConsumer {
    static void add(Chain& chain) noexcept { chain.add_consumer(); }
    static void release(Chain& chain) noexcept { chain.release_consumer(); }
};
struct AsWatcher {
    static void add(Chain& chain) noexcept { chain.add_watcher(); }
    static void release(Chain& chain) noexcept { chain.release_watcher(); }
};

template <class Role>
class ChainRef {
public:
    ChainRef() noexcept = default;
    explicit ChainRef(Chain& chain) noexcept : chain_(&chain) { Role::add(chain); }
    ChainRef(const ChainRef& other) noexcept : chain_(other.chain_) {
        if (chain_ != nullptr) Role::add(*chain_);
    }
    ChainRef(ChainRef&& other) noexcept : chain_(std::exchange(other.chain_, nullptr)) {}
    ChainRef& operator=(ChainRef other) noexcept {
        std::swap(chain_, other.chain_);
        return *this;
    }
    ~ChainRef() {
        if (chain_ != nullptr) Role::release(*chain_);
    }

    /// Takes over a count that was added before.
    static ChainRef adopt(Chain* chain) noexcept {
        ChainRef ref;
        ref.chain_ = chain;
        return ref;
    }
    /// Gives the count to the caller.
    Chain* release() noexcept { return std::exchange(chain_, nullptr); }

    Chain* get() const noexcept { return chain_; }
    Chain& operator*() const noexcept { return *chain_; }
    Chain* operator->() const noexcept { return chain_; }
    explicit operator bool() const noexcept { return chain_ != nullptr; }

private:
    Chain* chain_ = nullptr;
};

using ProducerRef = ChainRef<AsProducer>;
using ConsumerRef = ChainRef<AsConsumer>;
using WatcherRef = ChainRef<AsWatcher>;

}  // namespace txcouchbase::detail
