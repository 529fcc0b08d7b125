// What one call could have in flight at most: the room of a connection that does nothing else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/operations.hpp>
#include <vector>

#include "net/gauge.hpp"

namespace txcouchbase {

/**
 * Takes operations as HeldOperations would that had nothing to do. What does not fit in here never will: to refuse it
 * as "full for now" would send the caller round in circles.
 *
 * Cost: for calls that were refused already; nothing on the way of others.
 */
class IdleRoom {
public:
    IdleRoom(const ConnectionOptions& options, std::size_t nodes);

    /// Takes an operation of a frame of `size` bytes; false when there is no room for it.
    bool take(std::size_t node, std::size_t size);
    /// More operations than that do not fit, whichever nodes they go to.
    std::size_t most_operations() const noexcept { return most_operations_; }

private:
    struct Line {
        net::Amount pipeline;
        net::Amount waiting;
    };
    bool enter(net::Amount& own, net::Amount& all, std::size_t size) const noexcept;

    std::vector<Line> lines_;
    Line all_;
    net::Amount limit_;        // of one node, in its pipeline and once more in its line
    net::Amount total_limit_;  // of all of them, likewise
    std::size_t most_operations_;
    bool may_wait_;
};

}  // namespace txcouchbase
