// Ending a Deferred in an Asio completion token.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cxxabi.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <type_traits>
#include <utility>

#include <txcouchbase/detail/chain.hpp>
#include <txcouchbase/detail/chain_ref.hpp>
#include <txcouchbase/detail/handler_traits.hpp>
#include <txcouchbase/detail/handover.hpp>

namespace txcouchbase::detail {

template <class T>
struct CompletionSignature {
    using type = void(std::exception_ptr, T);
};
template <>
struct CompletionSignature<void> {
    using type = void(std::exception_ptr);
};

/// Stands for "no executor was asked for".
struct NoExecutor {};

template <class Handler>
using HandlerExecutor = boost::asio::associated_executor<Handler, NoExecutor>;
template <class Handler>
constexpr bool has_executor = !std::is_same_v<typename HandlerExecutor<Handler>::type, NoExecutor>;

/// A handler with its arguments, to be given to an executor.
template <class T, class Handler>
struct Completion {
    void operator()() { std::move(handler)(std::move(error), std::move(value)); }

    Handler handler;
    std::exception_ptr error;
    T value;
};
template <class Handler>
struct Completion<void, Handler> {
    void operator()() { std::move(handler)(std::move(error)); }

    Handler handler;
    std::exception_ptr error;
};

template <class T, class Handler>
Completion<T, Handler> make_completion(Chain& chain, void* input, Handler handler) {
    std::exception_ptr error = input == nullptr ? chain.take_failure().exception() : nullptr;
    if constexpr (std::is_void_v<T>) {
        return {std::move(handler), std::move(error)};
    } else if (input == nullptr) {
        return {std::move(handler), std::move(error), T()};
    } else {
        return {std::move(handler), nullptr, std::move(*static_cast<T*>(input))};
    }
}

template <class Handler>
void disconnect(const Handler& handler) noexcept {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) slot.clear();
}

/// The last slot of a chain that ends in a completion handler.
template <class T, class Handler>
struct CompletionSlot : Slot {
    explicit CompletionSlot(Handler&& last) : Slot{&slot_ops}, handler(std::move(last)) {}

    static Chain* run(Slot* slot, Chain& chain, void* input) {
        auto* self = static_cast<CompletionSlot*>(slot);
        try {
            disconnect(self->handler);
            auto completion = make_completion<T>(chain, input, std::move(self->handler));
            chain.clear();
            if constexpr (has_executor<Handler>) {
                const auto executor = HandlerExecutor<Handler>::get(completion.handler, NoExecutor());
                boost::asio::dispatch(executor, std::move(completion));
            } else {
                completion();
            }
        } catch (const abi::__forced_unwind&) {
            throw;
        } catch (...) {
            chain.store_current_exception();
        }
        self->~CompletionSlot();
        return nullptr;
    }
    static void drop(Slot* slot) noexcept { static_cast<CompletionSlot*>(slot)->~CompletionSlot(); }
    static constexpr SlotOps slot_ops{&run, &drop, false};

    Handler handler;
};

/// What Asio calls when the token has become a handler: at once, or when the result is awaited.
template <class T>
struct Initiation {
    template <class Handler>
    void operator()(Handler&& given, Deferred<T> deferred) const {
        using Kept = std::decay_t<Handler>;
        Kept handler(std::forward<Handler>(given));
        Chain& chain = deferred.chain();
        if constexpr (has_executor<Kept>) {
            if (chain
                    .is_ready()) {  // an executor's handler is never called before its initiation has returned
                const auto executor = HandlerExecutor<Kept>::get(handler, NoExecutor());
                auto completion = make_completion<T>(chain, chain.input(), std::move(handler));
                chain.clear();
                boost::asio::post(executor, std::move(completion));
                return;
            }
        }
        connect(handler, chain);
        chain.add<CompletionSlot<T, Kept>>(std::move(handler));
    }

private:
    template <class Handler>
    static void connect(const Handler& handler, Chain& chain) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        if (!slot.is_connected()) return;
        slot.assign([watched = WatcherRef(chain)](boost::asio::cancellation_type) {
            if (!watched->has(Chain::dead)) watched->cancel_and_report();
        });
    }
};

template <class T, class CompletionToken>
auto complete_with(Deferred<T>&& deferred, CompletionToken&& token) {
    using Signature = typename CompletionSignature<T>::type;
    return boost::asio::async_initiate<CompletionToken, Signature>(Initiation<T>(), token,
                                                                   std::move(deferred));
}

}  // namespace txcouchbase::detail
