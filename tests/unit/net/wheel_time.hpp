// A wheel with operations to arm, at times that the test chooses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "net/deadline_wheel.hpp"

namespace txcouchbase::net {

/// The wheel's clock stands `age` after its epoch when the test begins.
class WheelTime {
public:
    explicit WheelTime(Duration age = {})
        : wheel_(table_, TimePoint{} + std::chrono::hours{1}),
          now_(TimePoint{} + std::chrono::hours{1} + age) {}

    DeadlineWheel& wheel() { return wheel_; }
    TimePoint now() const { return now_; }
    void advance(Duration by) { now_ += by; }
    void advance_to(TimePoint to) { now_ = to; }

    Operation& arm(Duration timeout) {
        Operation& operation = *table_.acquire();
        operation.timeout = DeadlineWheel::ticks(timeout);
        wheel_.set_now(now_);
        wheel_.arm(operation);
        return operation;
    }

    /// Ends an operation before its deadline.
    void end(Operation& operation) {
        wheel_.disarm(operation);
        table_.release(operation);
    }

    /// What expires now, in the order in which the wheel tells it; nothing stays armed or in use of it.
    std::vector<Operation*> expired() {
        std::vector<Operation*> all;
        wheel_.set_now(now_);
        while (Operation* const operation = wheel_.expire(now_)) all.push_back(operation);
        for (Operation* operation : all) table_.release(*operation);
        return all;
    }

private:
    OperationTable table_;
    DeadlineWheel wheel_;
    TimePoint now_;
};

}  // namespace txcouchbase::net
