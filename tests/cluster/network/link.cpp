// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/link.hpp"

#include <algorithm>

namespace txcouchbase::cluster {

void Link::push(std::string_view bytes, Time now, const LinkFaults& faults) {
    if (faults.is_dropping) return;
    Time at = now + faults.delay;
    if (!pieces_.empty())
        at = std::max(at, pieces_.back().at);  // a shorter delay does not overtake a longer one
    const std::size_t most = faults.max_piece == 0 ? bytes.size() : faults.max_piece;
    while (!bytes.empty()) {
        pieces_.push_back({at, std::string(bytes.substr(0, most))});
        size_ += pieces_.back().bytes.size();
        bytes.remove_prefix(pieces_.back().bytes.size());
    }
}

std::optional<std::string> Link::take(Time now) {
    if (pieces_.empty() || pieces_.front().at > now) return std::nullopt;
    std::string bytes = std::move(pieces_.front().bytes);
    pieces_.pop_front();
    size_ -= bytes.size();
    return bytes;
}

std::optional<Time> Link::deadline() const noexcept {
    return pieces_.empty() ? std::nullopt : std::optional(pieces_.front().at);
}

}  // namespace txcouchbase::cluster
