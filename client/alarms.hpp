// What is to be done later, whatever else happens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "net/clock.hpp"

namespace txcouchbase {

/// Time is an argument. An alarm may set and cancel others.
class Alarms {
public:
    using Id = std::pair<net::TimePoint, std::uint64_t>;

    Id set(net::TimePoint at, std::function<void()> alarm) {
        const Id id{at, next_++};
        alarms_.emplace(id, std::move(alarm));
        return id;
    }
    void cancel(const Id& id) { alarms_.erase(id); }
    std::optional<net::TimePoint> next_due() const {
        return alarms_.empty() ? std::nullopt : std::optional{alarms_.begin()->first.first};
    }
    void run(net::TimePoint now) {
        while (!alarms_.empty() && alarms_.begin()->first.first <= now) {
            const auto due = alarms_.extract(alarms_.begin());
            due.mapped()();
        }
    }
    void clear() { alarms_.clear(); }

private:
    std::map<Id, std::function<void()>> alarms_;
    std::uint64_t next_ = 0;
};

}  // namespace txcouchbase
