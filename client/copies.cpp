// SPDX-License-Identifier: Apache-2.0
#include "client/copies.hpp"

#include <algorithm>

namespace txcouchbase {

using protocol::KeyState;

namespace {

bool is_gone(KeyState state) {
    return state == KeyState::not_found || state == KeyState::deleted;
}

/// Whether this copy has the change, and has it on disk.
struct Holds {
    bool in_memory = false;
    bool on_disk = false;
};

Holds holds(const CopyReport& report, const DurabilityWish& wish, std::uint64_t cas) {
    if (report.error) return {};
    if (wish.is_removal && !wish.by_token)
        return {is_gone(report.state), report.state == KeyState::not_found};
    if (is_gone(report.state)) return {};
    if (!wish.by_token && cas != 0 && report.cas != cas) return {};  // an older version
    return {true, report.state == KeyState::persisted};
}

}  // namespace

DurabilityVerdict judge_durability(const std::vector<CopyReport>& reports, const DurabilityWish& wish) {
    const auto is_lost = [](const CopyReport& report) { return report.is_lost; };
    if (std::any_of(reports.begin(), reports.end(), is_lost)) return DurabilityVerdict::lost;
    const auto is_active = [](const CopyReport& report) { return report.is_active; };
    const auto active = std::find_if(reports.begin(), reports.end(), is_active);
    if (active == reports.end() || active->error) return DurabilityVerdict::wait;
    if (!wish.by_token && !wish.is_removal) {
        if (is_gone(active->state)) return DurabilityVerdict::not_found;
        if (wish.cas != 0 && active->cas != wish.cas) return DurabilityVerdict::replaced;
    }
    const Holds by_active = holds(*active, wish, active->cas);
    if (!by_active.in_memory || (wish.persist_to > 0 && !by_active.on_disk)) return DurabilityVerdict::wait;
    unsigned persisted = 0;
    unsigned replicated = 0;
    for (const CopyReport& report : reports) {
        const Holds it = holds(report, wish, active->cas);
        persisted += it.on_disk ? 1 : 0;
        replicated += it.in_memory && !report.is_active ? 1 : 0;
    }
    return persisted >= wish.persist_to && replicated >= wish.replicate_to ? DurabilityVerdict::fulfilled
                                                                           : DurabilityVerdict::wait;
}

}  // namespace txcouchbase
