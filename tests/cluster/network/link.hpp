// What a wire does to bytes: delays them, splits them, swallows them, breaks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "tests/cluster/time.hpp"

namespace txcouchbase::cluster {

/// The state of the wires between the clients and one node; the control surface sets it, the transports obey.
struct LinkFaults {
    std::chrono::nanoseconds delay{0};  ///< in each direction
    std::size_t max_piece = 0;          ///< bytes per delivery; 0 is as they come
    bool is_dropping = false;           ///< bytes vanish, connections stay open (a black hole)
    /// After a reset the node still runs what it had received: `delay` later, perhaps after the client's next
    /// connection was served.
    bool is_half_open = false;
};

/**
 * One direction of one connection: bytes that are under way.
 *
 *     push(bytes, now, faults); while (auto piece = take(now)) deliver(*piece); wait until deadline();
 */
class Link {
public:
    void push(std::string_view bytes, Time now, const LinkFaults& faults);
    /// The next piece that has arrived by `now`.
    std::optional<std::string> take(Time now);
    std::optional<Time> deadline() const noexcept;
    bool empty() const noexcept { return pieces_.empty(); }
    std::size_t size() const noexcept { return size_; }

private:
    struct Piece {
        Time at;
        std::string bytes;
    };
    std::deque<Piece> pieces_;
    std::size_t size_ = 0;
};

}  // namespace txcouchbase::cluster
