// The slots of add_callback() and its kin: how a handler's end becomes the chain's next result.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cxxabi.h>

#include <cassert>
#include <functional>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/handler_traits.hpp>
#include <txcouchbase/detail/handover.hpp>

namespace txcouchbase::detail {

/// Calls a success handler with the value at `input`.
template <class T, class F>
decltype(auto) invoke_with(F& handler, void* input) {
    if constexpr (std::is_void_v<T>) {
        return std::invoke(std::move(handler));
    } else {
        return std::invoke(std::move(handler), std::move(*static_cast<T*>(input)));
    }
}

/// Makes the returned value the chain's result. The handler's argument may still lie in the chain, so it goes first.
template <class U, class Call>
void store_return(Chain& chain, Call&& call) {
    using Return = std::remove_cv_t<decltype(call())>;
    if constexpr (std::is_void_v<Return>) {
        call();
        chain.clear();
    } else if constexpr (is_deferred<Return>) {
        take_over<U>(chain, call());
    } else if constexpr (is_outcome<Return>) {
        Return outcome = call();
        chain.clear();
        store_outcome<U>(chain, std::move(outcome));
    } else if constexpr (std::same_as<Return, Failure>) {
        chain.store_failure(call());
    } else {
        U value = static_cast<U>(call());
        chain.clear();
        chain.store<U>(std::move(value));
    }
}

/// As store_return(); everything thrown becomes a Failure. Only the unwinding of a thread that is being cancelled
/// passes: the ABI aborts when it is swallowed.
template <class U, class Call>
void run_handler(Chain& chain, Call&& call) {
    try {
        store_return<U>(chain, std::forward<Call>(call));
    } catch (const abi::__forced_unwind&) {
        throw;
    } catch (...) {
        chain.store_current_exception();
    }
}

struct PassThrough {};

/// F for a value, G for a Failure; PassThrough leaves that side as it is.
template <class T, class U, class F, class G>
struct SidesSlot : Slot {
    template <class A, class B>
    SidesSlot(A&& a, B&& b) : Slot{&slot_ops}, on_value(std::forward<A>(a)), on_failure(std::forward<B>(b)) {}

    static Chain* run(Slot* slot, Chain& chain, void* input) {
        auto* self = static_cast<SidesSlot*>(slot);
        if (input != nullptr) {
            assert(!chain.holds_value() || chain.result_is<T>());
            if constexpr (std::is_same_v<F, PassThrough>) {
                keep_value<T>(chain, input);
            } else {
                return run_value(self, chain, input);
            }
        } else if constexpr (!std::is_same_v<G, PassThrough>) {
            run_handler<U>(chain, [&]() -> decltype(auto) {
                return std::invoke(std::move(self->on_failure), Failure(chain.failure()));
            });
        }
        self->~SidesSlot();
        return nullptr;
    }
    static Chain* run_value(SidesSlot* self, Chain& chain, void* input) {
        const auto call = [&]() -> decltype(auto) { return invoke_with<T>(self->on_value, input); };
        run_handler<U>(chain, call);
        self->~SidesSlot();
        return nullptr;
    }
    static void drop(Slot* slot) noexcept { static_cast<SidesSlot*>(slot)->~SidesSlot(); }
    static constexpr SlotOps slot_ops{&run, &drop, false};

    [[no_unique_address]] F on_value;
    [[no_unique_address]] G on_failure;
};

/// A handler of both sides.
template <class T, class U, class H>
struct BothSlot : Slot {
    template <class A>
    explicit BothSlot(A&& a) : Slot{&slot_ops}, handler(std::forward<A>(a)) {}

    static Chain* run(Slot* slot, Chain& chain, void* input) {
        auto* self = static_cast<BothSlot*>(slot);
        run_handler<U>(chain, [&]() -> decltype(auto) {
            return std::invoke(std::move(self->handler), take_outcome<T>(chain, input));
        });
        self->~BothSlot();
        return nullptr;
    }
    static void drop(Slot* slot) noexcept { static_cast<BothSlot*>(slot)->~BothSlot(); }
    static constexpr SlotOps slot_ops{&run, &drop, false};

    H handler;
};

/// A handler that sees nothing and changes nothing, unless it throws.
template <class T, class F>
struct FinallySlot : Slot {
    template <class A>
    explicit FinallySlot(A&& a) : Slot{&slot_ops}, handler(std::forward<A>(a)) {}

    static Chain* run(Slot* slot, Chain& chain, void* input) {
        auto* self = static_cast<FinallySlot*>(slot);
        if (input != nullptr) keep_value<T>(chain, input);
        try {
            std::invoke(std::move(self->handler));
        } catch (const abi::__forced_unwind&) {
            throw;
        } catch (...) {
            chain.store_current_exception();
        }
        self->~FinallySlot();
        return nullptr;
    }
    static void drop(Slot* slot) noexcept { static_cast<FinallySlot*>(slot)->~FinallySlot(); }
    static constexpr SlotOps slot_ops{&run, &drop, false};

    F handler;
};

}  // namespace txcouchbase::detail
