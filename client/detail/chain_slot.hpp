// The small tables by which a Chain, which knows no types, runs and destroys what it holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>
#include <typeinfo>

namespace txcouchbase::detail {

class Chain;
struct Slot;
struct DebugInfo;

struct SlotOps {
    /// Replaces the chain's result by what the handler makes of it, and destroys the slot, which is off the queue
    /// already, but does not free it. `input` is the value, or null: then the chain holds a Failure. A chain that can
    /// go on by that is returned marked as running, with a producer for the pass: it runs to its end before the next
    /// slot here.
    Chain* (*run)(Slot* slot, Chain& chain, void* input);
    /// Destroys a slot that never ran.
    void (*drop)(Slot* slot) noexcept;
    bool is_link;
    /// For debug_string(): the chain that a chain_deferred() will fire, or null.
    const Chain* (*target)(const Slot* slot) noexcept = nullptr;
};

/// An entry of a chain's queue.
struct Slot {
    const SlotOps* ops;
    Slot* next = nullptr;
};

/// A slot that feeds another chain. It holds a producer of it exactly while its own chain has producers.
struct LinkedSlot : Slot {
    Chain* downstream;  // null once severed
};

/// How a result is destroyed, and of what type it is. A void result has none.
struct ValueOps {
    void (*drop)(void* room) noexcept;  // null if there is nothing to do
    bool is_boxed;
    const std::type_info* type;
};

constexpr std::size_t value_room_size = 80;

template <class T>
constexpr bool fits_value_room = sizeof(T) <= value_room_size && alignof(T) <= 16;

template <class T>
void drop_value(void* room) noexcept {
    if constexpr (fits_value_room<T>) {
        static_cast<T*>(room)->~T();
    } else {
        delete *static_cast<T**>(room);
    }
}

template <class T>
constexpr bool drops_nothing = fits_value_room<T>&& std::is_trivially_destructible_v<T>;

template <class T>
inline constexpr ValueOps value_ops_of{drops_nothing<T> ? nullptr : &drop_value<T>, !fits_value_room<T>,
                                       &typeid(T)};

struct CancellerOps {
    void (*cancel)(Chain& chain);
    void (*drop)(void* room) noexcept;  // null if there is nothing to do
};

}  // namespace txcouchbase::detail
