// Where an operation in flight keeps its callbacks: inside its slot, so that attaching one allocates nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/shared.hpp>

namespace txcouchbase::net {
struct Operation;
}

namespace txcouchbase::detail {

/**
 * A callable that is called once with a pointer to its argument, and then gone. Up to `Capacity` bytes of captures
 * lie here; more are put on the heap.
 */
template <std::size_t Capacity>
class InlineCallback {
public:
    /// Argument is what invoke()'s pointer points at; F takes it as an rvalue.
    template <class Argument, class F>
    void emplace(F&& f) {
        using Stored = std::decay_t<F>;
        if (ops_ != nullptr) refuse();
        if constexpr (sizeof(Stored) <= Capacity && alignof(Stored) <= alignof(void*)) {
            ::new (storage_) Stored(std::forward<F>(f));
            ops_ = &ops_for<Stored, Argument>;
        } else {
            auto boxed = [box = std::make_unique<Stored>(std::forward<F>(f))](Argument&& argument) {
                (*box)(std::forward<Argument>(argument));
            };
            ::new (storage_) decltype(boxed)(std::move(boxed));
            ops_ = &ops_for<decltype(boxed), Argument>;
        }
    }

    /// Calls it and keeps it, for one of several replies.
    void notify(void* argument) {
        if (ops_ != nullptr && ops_ != &spent) ops_->invoke(storage_, argument);
    }
    /// Nothing can be attached any more; what was attached is called through finish() or dropped through it.
    template <class Call>
    void finish(Call&& call) {
        const Ops* const ops = std::exchange(ops_, &spent);
        if (ops == nullptr || ops == &spent) return;
        struct Cleanup {
            const Ops* ops;
            std::byte* storage;
            ~Cleanup() {
                if (ops->destroy != nullptr) ops->destroy(storage);
            }
        } cleanup{ops, storage_};
        call([&](void* argument) { ops->invoke(storage_, argument); });
    }

private:
    struct Ops {
        void (*invoke)(void* self, void* argument);
        void (*destroy)(void* self) noexcept;
    };

    template <class F, class Argument>
    static void invoke(void* self, void* argument) {
        (*static_cast<F*>(self))(
            static_cast<Argument&&>(*static_cast<std::remove_reference_t<Argument>*>(argument)));
    }
    template <class F>
    static void destroy(void* self) noexcept {
        static_cast<F*>(self)->~F();
    }
    template <class F, class Argument>
    static constexpr Ops ops_for{&invoke<F, Argument>,
                                 std::is_trivially_destructible_v<F> ? nullptr : &destroy<F>};
    static constexpr Ops spent{nullptr, nullptr};

    [[noreturn]] static void refuse() {
        throw std::logic_error("AsyncResult: a callback is attached once, before the operation completes");
    }

    const Ops* ops_ = nullptr;
    alignas(void*) std::byte storage_[Capacity];
};

/// The callbacks of one operation. Their sizes are what the slot of an operation has room for.
struct OperationCallbacks {
    InlineCallback<48> callback;
    InlineCallback<16> errback;
};

/// Which operation, of all that a slot has served. Copied freely; to be followed only while the operation is in flight.
/// (The opaque would not tell: its generation starts over after 4,096 uses of the slot, and handles are kept longer.)
struct OperationId {
    net::Operation* operation = nullptr;
    std::uint32_t sequence = 0;

    bool is_live() const noexcept;
    /// Ends it with errc::cancelled; the caller knows that it has not ended.
    void cancel() const;
};

/// Refers to an operation in flight, and finds out when it is over. Keeps the connection's memory alive.
class OperationHandle {
public:
    // Where things lie in a net::Operation, which public headers do not see (asserted in core.hpp).
    static constexpr std::size_t sequence_offset = 28;
    static constexpr std::size_t callbacks_offset = 48;

    OperationHandle() = default;
    OperationHandle(Shared* core, net::Operation* operation) noexcept
        : core_(core), id_{operation, live_sequence(operation)} {}

    /// The callbacks of the operation; throws std::logic_error when it is over.
    OperationCallbacks& callbacks() const {
        if (!is_pending())
            throw std::logic_error(
                "AsyncResult: the operation is over; attach callbacks right after the call");
        return *reinterpret_cast<OperationCallbacks*>(reinterpret_cast<std::byte*>(id_.operation) +
                                                      callbacks_offset);
    }
    bool is_pending() const noexcept {
        return id_.operation != nullptr && live_sequence(id_.operation) == id_.sequence;
    }
    void cancel() const {
        if (is_pending()) id_.cancel();
    }
    const OperationId& id() const noexcept { return id_; }

private:
    static std::uint32_t live_sequence(const net::Operation* operation) noexcept {
        return *reinterpret_cast<const std::uint32_t*>(reinterpret_cast<const std::byte*>(operation) +
                                                       sequence_offset);
    }

    SharedRef core_;
    OperationId id_;
};

}  // namespace txcouchbase::detail
