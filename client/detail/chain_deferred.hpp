// The slot of chain_deferred(): one Deferred fires another.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handover.hpp>
#include <txcouchbase/detail/resolver.hpp>

namespace txcouchbase::detail {

/// The target's handlers run before the chain's own next one, on the same work stack: any number of links fire in one
/// frame of native stack.
template <class T>
struct ChainSlot : Slot {
    explicit ChainSlot(Resolver<T>&& resolver) noexcept : Slot{&slot_ops}, to(std::move(resolver)) {}

    static Chain* run(Slot* slot, Chain& chain, void* input) {
        auto* self = static_cast<ChainSlot*>(slot);
        ProducerRef to(self->to.chain());
        self->~ChainSlot();
        try {
            if (!to->begin_fire({})) {
                chain.clear();
                return nullptr;
            }
        } catch (const AlreadyCalledError&) {
            chain.store_current_exception();
            return nullptr;
        }
        move_result<T>(chain, input, *to);
        return to.release()->hand_over();
    }
    static void drop(Slot* slot) noexcept { static_cast<ChainSlot*>(slot)->~ChainSlot(); }
    static const Chain* target(const Slot* slot) noexcept {
        return &static_cast<const ChainSlot*>(slot)->to.chain();
    }
    static constexpr SlotOps slot_ops{&run, &drop, false, &target};

    Resolver<T> to;
};

}  // namespace txcouchbase::detail
