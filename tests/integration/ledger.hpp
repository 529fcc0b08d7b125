// Keeps account of many operations, to prove that each ended exactly once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "tests/integration/loop.hpp"

namespace txcouchbase::test {

class Ledger {
public:
    struct Entry {
        int ends = 0;
        bool has_succeeded = false;
        Error error = {};
    };

    /// Enters an operation; `check` sees its result. Returns its number.
    template <class R, class Check>
    std::size_t enter(AsyncResult<R> operation, Check check) {
        const std::size_t number = entries_.size();
        entries_.emplace_back();
        operation.callback([this, number, check](const R& result) {
            end(number).has_succeeded = true;
            check(result);
        });
        operation.errback([this, number](const Error& error) { end(number).error = error; });
        return number;
    }
    template <class R>
    std::size_t enter(AsyncResult<R> operation) {
        return enter(std::move(operation), [](const R&) {});
    }

    const std::vector<Entry>& entries() const noexcept { return entries_; }
    std::size_t ended() const noexcept { return ended_; }
    bool all_ended() const noexcept { return ended_ >= entries_.size(); }
    std::size_t succeeded() const {
        return count([](const Entry& entry) { return entry.has_succeeded; });
    }
    std::size_t failed_with(errc code) const {
        return count([code](const Entry& entry) {
            return entry.ends != 0 && !entry.has_succeeded && entry.error.rc() == code;
        });
    }

    testing::AssertionResult each_ended_once() const {
        for (std::size_t i = 0; i < entries_.size(); ++i)
            if (entries_[i].ends != 1)
                return testing::AssertionFailure()
                       << "operation " << i << " ended " << entries_[i].ends << " times";
        return testing::AssertionSuccess();
    }

private:
    Entry& end(std::size_t number) {
        ++ended_;
        ++entries_[number].ends;
        return entries_[number];
    }
    template <class Is>
    std::size_t count(Is is) const {
        return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is));
    }

    std::vector<Entry> entries_;
    std::size_t ended_ = 0;
};

}  // namespace txcouchbase::test
