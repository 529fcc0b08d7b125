// SPDX-License-Identifier: Apache-2.0
#include "client/idle_room.hpp"

#include <algorithm>
#include <limits>

#include "net/operation_table.hpp"

namespace txcouchbase {
namespace {

// Caps may be as large as one likes.
std::size_t times(std::size_t amount, std::size_t factor) noexcept {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return amount > most / factor ? most : amount * factor;
}

bool fits(const net::Amount& used, std::size_t size, const net::Amount& limit) noexcept {
    return used.operations < limit.operations && size <= limit.bytes - used.bytes;
}

}  // namespace

IdleRoom::IdleRoom(const ConnectionOptions& options, std::size_t nodes)
    : lines_(nodes),
      limit_{std::min(options.max_operations, options.max_total_operations),
             std::min(options.max_request_bytes, options.max_total_request_bytes)},
      total_limit_{options.max_total_operations, options.max_total_request_bytes},
      most_operations_(std::min(times(limit_.operations, nodes), total_limit_.operations)),
      may_wait_(options.overload == Overload::wait) {
    if (may_wait_) most_operations_ = times(most_operations_, 2);
    constexpr std::size_t slots = net::OperationTable::capacity - 1;  // one stands for the whole call
    most_operations_ = std::min(most_operations_, slots);
}

bool IdleRoom::enter(net::Amount& own, net::Amount& all, std::size_t size) const noexcept {
    if (!fits(own, size, limit_) || !fits(all, size, total_limit_)) return false;
    for (net::Amount* const used : {&own, &all}) {
        ++used->operations;
        used->bytes += size;
    }
    return true;
}

// Behind one that waits everything waits, or it would overtake.
bool IdleRoom::take(std::size_t node, std::size_t size) {
    Line& line = lines_[node];
    const bool is_blocked = line.waiting.operations != 0;
    if (!is_blocked && enter(line.pipeline, all_.pipeline, size)) return true;
    return may_wait_ && enter(line.waiting, all_.waiting, size);
}

}  // namespace txcouchbase
