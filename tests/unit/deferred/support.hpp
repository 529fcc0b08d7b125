// What the tests of Deferred share: a clock turned by hand, an ear at the failure hook, and errors to tell apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "client/deferred.hpp"

namespace txcouchbase::test {

using std::chrono::seconds;

/// The errors of the tests; Twisted's use GenericError, ValueError and RuntimeError.
struct GenericError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct ValueError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A clock that goes only when told to. Calls are made in the order of their times.
class ManualClock {
    using Calls = std::multimap<std::chrono::nanoseconds, std::function<void()>>;

public:
    class Token {
    public:
        Token() = default;
        Token(std::shared_ptr<Calls> calls, Calls::iterator place, std::shared_ptr<bool> is_active)
            : calls_(std::move(calls)), place_(place), is_active_(std::move(is_active)) {}

        bool active() const { return is_active_ != nullptr && *is_active_; }
        void cancel() {
            *is_active_ = false;
            calls_->erase(place_);
        }

    private:
        std::shared_ptr<Calls> calls_;
        Calls::iterator place_;
        std::shared_ptr<bool> is_active_;
    };

    Token call_later(std::chrono::nanoseconds delay, std::function<void()> function) {
        auto is_active = std::make_shared<bool>(true);
        const auto place = calls_->emplace(now_ + delay, [is_active, function = std::move(function)] {
            *is_active = false;
            function();
        });
        return {calls_, place, is_active};
    }

    void advance(std::chrono::nanoseconds by) {
        now_ += by;
        while (!calls_->empty() && calls_->begin()->first <= now_) {
            const auto function = std::move(calls_->begin()->second);
            calls_->erase(calls_->begin());
            function();
        }
    }
    std::size_t pending() const { return calls_->size(); }

private:
    std::chrono::nanoseconds now_{0};
    std::shared_ptr<Calls> calls_ = std::make_shared<Calls>();
};

/// What the failure hook heard since this was made, one at a time. Without one, a report fails the test (support.cpp).
class Reports {
public:
    struct Report {
        FailureReport::Kind kind;
        std::vector<Failure> failure;  // one, or none
        std::string origin;
    };

    Reports() { heard().clear(), previous_ = set_failure_hook(&hear); }
    ~Reports() { set_failure_hook(previous_); }
    Reports(const Reports&) = delete;
    Reports& operator=(const Reports&) = delete;

    std::size_t count() const { return heard().size(); }
    bool empty() const { return heard().empty(); }
    const Report& operator[](std::size_t at) const { return heard().at(at); }
    template <class E>
    bool is(std::size_t at) const {
        return heard().at(at).failure.at(0).template get_if<E>() != nullptr;
    }
    void forget() { heard().clear(); }

private:
    static std::vector<Report>& heard() {
        static std::vector<Report> reports;
        return reports;
    }
    static void hear(const FailureReport& report) noexcept {
        heard().push_back({report.kind, {}, std::string(report.origin)});
        if (report.failure != nullptr) heard().back().failure.push_back(*report.failure);
    }

    FailureHook previous_;
};

/// Takes the result of a chain, whatever side it is on, so that a test can look at it.
template <class T>
std::vector<Outcome<T>>& collect(Deferred<T>&& deferred, std::vector<Outcome<T>>& into) {
    std::move(deferred).add_both([&into](Outcome<T> outcome) { into.push_back(std::move(outcome)); });
    return into;
}

/// The exception of the only outcome in `from`, or null.
template <class E, class T>
const E* error_in(const std::vector<Outcome<T>>& from) {
    return from.size() == 1 && !from[0] ? from[0].failure().template get_if<E>() : nullptr;
}

/// A vector made of movables, which initialiser lists refuse.
template <class T, class... Rest>
std::vector<Deferred<T>> all_of(Deferred<T>&& first, Rest&&... rest) {
    std::vector<Deferred<T>> all;
    all.push_back(std::move(first));
    (all.push_back(std::move(rest)), ...);
    return all;
}

}  // namespace txcouchbase::test
