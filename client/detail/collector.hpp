// What lists, gather(), first_success() and race() share: many children, one result.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <txcouchbase/deferred.hpp>
#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handover.hpp>
#include <txcouchbase/detail/resolver.hpp>

namespace txcouchbase::detail {

/// How a child's own result is treated once the collector has it.
enum class ChildKind : std::uint8_t {
    owned,     ///< nobody sees the child any more: its value is moved out
    borrowed,  ///< the caller keeps the child: its value is copied, and stays
};

/**
 * The data of a result that is being collected. It belongs to the result's chain, in the place of the canceller: it
 * goes when the result fires, and then the children that are still to come feed nobody. Each child holds a producer of
 * the result, and the collector a consumer of each child, so that cancel() reaches it.
 */
class Collector {
public:
    explicit Collector(std::vector<ConsumerRef> children) noexcept : children_(std::move(children)) {}
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;
    virtual ~Collector();

    /// `fires_after_cancel`: a result that its children did not finish on cancel() fails with CancelledError.
    void install(Chain& result, bool fires_after_cancel) noexcept;

protected:
    /// Both drop the collector: nothing of it may be used afterwards.
    template <class R, class... A>
    void fire(A&&... value) {
        if constexpr (std::is_void_v<R>) {
            fire_value<void>(*ProducerRef(*result_).release(), result_, {});
        } else {
            R made(std::forward<A>(value)...);
            fire_value<R>(*ProducerRef(*result_).release(), &made, {});
        }
    }
    void fail(Failure failure) { result_->fire_failure(std::move(failure), {}); }

    std::size_t child_count() const noexcept { return children_.size(); }
    /// A canceller's exception goes to the failure hook, and the next child is cancelled all the same.
    static void cancel_all(const std::vector<ConsumerRef>& children) noexcept;

    Chain* result_ = nullptr;
    std::vector<ConsumerRef> children_;

private:
    static Collector& get(void* room) noexcept { return **static_cast<Collector**>(room); }
    static void cancel(Chain& result);
    static void drop(void* room) noexcept { delete &get(room); }
    static constexpr CancellerOps ops{&cancel, &drop};
};

/// The entry of a collector in a child's queue. C::on_child(Index, Outcome<T>&&) gets the child's result.
template <class T, class C, class Index, ChildKind Kind>
struct ChildSlot : LinkedSlot {
    ChildSlot(Chain* result, C* to, Index at, bool consumes) noexcept
        : LinkedSlot{{&slot_ops}, result}, collector(to), index(at), consumes_errors(consumes) {}
    ChildSlot(Chain& result, C* to, Index at, bool consumes) noexcept
        : ChildSlot(&result, to, at, consumes) {}

    static Chain* run(Slot* slot, Chain& child, void* input) {
        const ChildSlot self = *static_cast<ChildSlot*>(slot);
        const ProducerRef result = ProducerRef::adopt(self.downstream);
        if constexpr (Kind == ChildKind::borrowed) {
            if (input != nullptr) {
                keep_value<T>(child, input);
                input = child.input();
            }
        }
        // While the result is being cancelled it may have fired, and the collector still be there.
        if (result && !result->has(Chain::fired)) self.deliver(*result, child, input);
        self.leave_child(child, input);
        return nullptr;
    }
    static void drop(Slot*) noexcept {}
    static constexpr SlotOps slot_ops{&run, &drop, true};

    C* collector;
    Index index;
    bool consumes_errors;

private:
    void deliver(Chain& result, Chain& child, void* input) const {
        try {
            collector->on_child(index, outcome_of(child, input));
        } catch (const abi::__forced_unwind&) {
            throw;
        } catch (...) {
            if (!result.has(Chain::fired)) result.fire_failure(Failure::current(), {});
        }
    }
    static Outcome<T> outcome_of(Chain& child, void* input) {
        if (input == nullptr) return child.failure();
        if constexpr (std::is_void_v<T>) {
            return {};
        } else if constexpr (Kind == ChildKind::borrowed) {
            return static_cast<const T&>(*static_cast<T*>(input));
        } else {
            return std::move(*static_cast<T*>(input));
        }
    }
    void leave_child(Chain& child, void* input) const {
        if (input == nullptr ? !consumes_errors : Kind == ChildKind::borrowed) return;
        child.clear();
        if constexpr (Kind == ChildKind::borrowed && !std::is_void_v<T> && std::default_initializable<T>) {
            child.template store<T>();
        }
    }
};

/// A result chain, its collector, and the children as they are attached one after the other.
template <class R, class C>
class Collecting {
public:
    Collecting(std::unique_ptr<C> collector, bool fires_after_cancel)
        : ends_(make_deferred<R>()), collector_(collector.release()) {
        collector_->install(ends_.resolver.chain(), fires_after_cancel);
    }

    /// Children that have fired already are heard now; a result that fires by that leaves the rest unheard.
    template <class T, ChildKind Kind = ChildKind::owned, class Index>
    void attach(Chain& child, Index index, bool consumes_errors) {
        using Entry = ChildSlot<T, C, Index, Kind>;
        Chain& result = ends_.resolver.chain();
        if (result.has(Chain::fired)) {
            child.add<Entry>(static_cast<Chain*>(nullptr), collector_, index, consumes_errors);
        } else {
            result.add_producer();
            child.add_link<Entry>(result, collector_, index, consumes_errors);
        }
    }
    Deferred<R> result() && noexcept { return std::move(ends_.deferred); }

private:
    DeferredEnds<R> ends_;
    C* collector_;  // the chain's; gone once the result has fired
};

template <class T>
std::vector<ConsumerRef> release_all(std::vector<Deferred<T>>&& children) {
    std::vector<ConsumerRef> released;
    released.reserve(children.size());
    for (Deferred<T>& child : children) released.push_back(std::move(child).release());
    return released;
}

}  // namespace txcouchbase::detail
