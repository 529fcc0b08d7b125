// Running an event loop up to an event, and the ends of operations as values.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <txcouchbase/connection.hpp>
#include <utility>

namespace txcouchbase::test {

/// How long a test waits for what must happen, before it fails instead of hanging.
constexpr std::chrono::seconds patience{8};

/// Runs the loop until `is_met()`; fails the test when that does not come about.
template <class Condition>
bool run_until(boost::asio::io_context& io, Condition is_met) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_met()) {
        if (io.stopped()) io.restart();
        if (io.run_one_until(end) != 0 || is_met()) continue;
        ADD_FAILURE() << (io.stopped()
                              ? "the loop has nothing more to do, and what was waited for has not happened"
                              : "what was waited for has not happened in time");
        return false;
    }
    return true;
}

/// Runs the loop for a while, come what may: for what must not happen meanwhile.
inline void run_for(boost::asio::io_context& io, std::chrono::milliseconds time) {
    if (io.stopped()) io.restart();
    io.run_for(time);
}

/// The end of an operation that never came.
template <class R>
Outcome<R> never_ended() {
    return Failure{std::runtime_error{"the operation has not ended"}};
}

/// Where the end of an operation will be.
template <class R>
class Ending {
public:
    explicit Ending(Deferred<R> deferred) {
        std::move(deferred).add_both([end = end_](Outcome<R> outcome) { end->emplace(std::move(outcome)); });
    }
    // A template, because there is no AsyncResult<void> that clang could look into.
    template <std::same_as<AsyncResult<R>> Operation>
    explicit Ending(Operation operation) {
        operation.callback([end = end_](R&& result) { end->emplace(std::move(result)); });
        operation.errback([end = end_](const Error& error) { end->emplace(Failure{make_exception(error)}); });
    }

    bool has_come() const noexcept { return end_->has_value(); }
    Outcome<R> take() { return has_come() ? *std::move(*end_) : never_ended<R>(); }
    /// Runs the loop until it comes.
    Outcome<R> await(boost::asio::io_context& io) {
        run_until(io, [this] { return has_come(); });
        return take();
    }

private:
    std::shared_ptr<std::optional<Outcome<R>>> end_ = std::make_shared<std::optional<Outcome<R>>>();
};
template <class R>
Ending(Deferred<R>) -> Ending<R>;
template <class R>
Ending(AsyncResult<R>) -> Ending<R>;

/// Whether it failed with an exception of a class, by whatever path of its bases.
template <class E, class R>
testing::AssertionResult failed_with(const Outcome<R>& outcome) {
    if (outcome) return testing::AssertionFailure() << "it succeeded";
    if (outcome.failure().template check<E>()) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "it failed with " << outcome.failure().describe();
}

/// What an operation failed with; no error at all when it succeeded.
template <class R>
Error error_of(const Outcome<R>& outcome) {
    if (outcome) return {};
    const auto* const exception = outcome.failure().template get_if<CouchbaseError>();
    return exception != nullptr ? exception->error()
                                : Error{errc::error, {.cause = outcome.failure().describe()}};
}

/// Whether it succeeded, and why not.
template <class R>
testing::AssertionResult succeeded(const Outcome<R>& outcome) {
    if (outcome) return testing::AssertionSuccess();
    return testing::AssertionFailure() << outcome.failure().describe();
}

}  // namespace txcouchbase::test
