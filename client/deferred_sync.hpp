// Locks, semaphores and queues whose waiters are Deferreds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <txcouchbase/deferred.hpp>

namespace txcouchbase {

namespace detail {
class SemaphoreState;
}

/// A token of a DeferredSemaphore, or the hold of a DeferredLock: given back when it is destroyed.
class DeferredPermit {
public:
    DeferredPermit() noexcept = default;
    explicit DeferredPermit(std::shared_ptr<detail::SemaphoreState> state) noexcept
        : state_(std::move(state)) {}
    DeferredPermit(DeferredPermit&&) noexcept = default;
    DeferredPermit& operator=(DeferredPermit other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~DeferredPermit();

    explicit operator bool() const noexcept { return state_ != nullptr; }
    /// Gives it back now. If somebody waits, it is theirs before this returns, and their handlers have run; within such
    /// a handler, the next in the queue comes after that handler. Errors: std::logic_error if it was given back before.
    void release();

private:
    std::shared_ptr<detail::SemaphoreState> state_;
};

namespace detail {

/// Outlives the semaphore for as long as there are permits.
class SemaphoreState : public std::enable_shared_from_this<SemaphoreState> {
public:
    explicit SemaphoreState(std::size_t limit) noexcept : limit_(limit), tokens_(limit) {}

    Deferred<DeferredPermit> acquire();
    void release() noexcept;
    std::size_t limit() const noexcept { return limit_; }
    std::size_t tokens() const noexcept { return tokens_; }

private:
    std::size_t limit_;
    std::size_t tokens_;
    std::list<Resolver<DeferredPermit>> waiting_;
    bool is_serving_ = false;
};

/// Calls `function` with the permit held until its end, Deferred or not.
template <class F>
auto run_with(Deferred<DeferredPermit> permit, F function) {
    return std::move(permit).add_callback([function = std::move(function)](DeferredPermit held) mutable {
        return maybe_deferred(std::move(function)).finally([held = std::move(held)]() mutable {
            held.release();
        });
    });
}

}  // namespace detail

/**
 * At most `tokens` at a time; the others wait in the order in which they came.
 *
 *     semaphore.run([&] { return cb.get(key); });                  // holds a token until the get is done
 *     const DeferredPermit permit = co_await semaphore.acquire();  // until the end of the scope
 *
 * Errors:   less than one token: std::invalid_argument.
 * Cancel:   a waiter leaves the queue with CancelledError; an acquired token stays acquired.
 */
class DeferredSemaphore {
public:
    explicit DeferredSemaphore(int tokens);

    Deferred<DeferredPermit> acquire() { return state_->acquire(); }
    /// Acquires, calls `function()`, and releases at its end, which is passed on; a Deferred is waited for.
    template <class F>
    auto run(F&& function) {
        return detail::run_with(acquire(), std::decay_t<F>(std::forward<F>(function)));
    }
    std::size_t limit() const noexcept { return state_->limit(); }
    /// How many are free.
    std::size_t tokens() const noexcept { return state_->tokens(); }

private:
    std::shared_ptr<detail::SemaphoreState> state_;
};

/// One at a time: a DeferredSemaphore of one token.
class DeferredLock {
public:
    Deferred<DeferredPermit> acquire() { return semaphore_.acquire(); }
    template <class F>
    auto run(F&& function) {
        return semaphore_.run(std::forward<F>(function));
    }
    bool is_locked() const noexcept { return semaphore_.tokens() == 0; }

private:
    DeferredSemaphore semaphore_{1};
};

/// put() on a DeferredQueue that is full.
class QueueOverflow : public std::runtime_error {
public:
    QueueOverflow();
};

/// get() on a DeferredQueue with as many waiters as it may have.
class QueueUnderflow : public std::runtime_error {
public:
    QueueUnderflow();
};

/**
 * Values in the order in which they were put; who gets one before there is one waits.
 *
 * Shape:  at most `size` values and `backlog` waiters; 0 allows none, nothing means no limit.
 * Cancel: a waiting get() leaves the queue with CancelledError.
 */
template <class T>
class DeferredQueue {
public:
    explicit DeferredQueue(std::optional<std::size_t> size = {}, std::optional<std::size_t> backlog = {})
        : size_(size), backlog_(backlog), waiting_(std::make_shared<std::list<Resolver<T>>>()) {}

    /// Gives the value to the first waiter, whose handlers run inside this call, or keeps it.
    /// Errors: throws QueueOverflow; then `value` is lost.
    void put(T value) {
        if (!waiting_->empty()) {
            const Resolver<T> first = std::move(waiting_->front());
            waiting_->pop_front();
            first.callback(std::move(value));
        } else if (size_ && values_.size() >= *size_) {
            throw QueueOverflow();
        } else {
            values_.push_back(std::move(value));
        }
    }
    /// Errors: throws QueueUnderflow.
    Deferred<T> get() {
        if (!values_.empty()) {
            Deferred<T> first = succeed(std::move(values_.front()));
            values_.pop_front();
            return first;
        }
        if (backlog_ && waiting_->size() >= *backlog_) throw QueueUnderflow();
        return wait();
    }

private:
    Deferred<T> wait() {
        const auto place = waiting_->emplace(waiting_->end());
        auto ends = make_deferred<T>([weak = std::weak_ptr(waiting_), place](Resolver<T>&) {
            if (const auto waiting = weak.lock()) waiting->erase(place);
        });
        *place = std::move(ends.resolver);
        return std::move(ends.deferred);
    }

    std::optional<std::size_t> size_;
    std::optional<std::size_t> backlog_;
    std::deque<T> values_;
    std::shared_ptr<std::list<Resolver<T>>> waiting_;
};

}  // namespace txcouchbase
