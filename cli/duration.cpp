// SPDX-License-Identifier: Apache-2.0
#include "cli/duration.hpp"

#include <limits>

namespace txcouchbase::cli {
namespace {

constexpr std::uint64_t longest = std::numeric_limits<std::uint32_t>::max();

/// How many seconds the unit at the end has; 1 when there is none.
std::uint64_t seconds_of_unit(std::string_view text) noexcept {
    switch (text.empty() ? '\0' : text.back()) {
        case 'm': return 60;
        case 'h': return 3600;
        case 'd': return 86'400;
        default: return 1;
    }
}

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept {
    const std::uint64_t unit = seconds_of_unit(text);
    if (unit != 1 || text.ends_with('s')) text.remove_suffix(1);
    const auto number = parse_number(text);
    if (!number || *number > longest / unit) return std::nullopt;
    return std::chrono::seconds{*number * unit};
}

Option ttl_option(Ttl& target, std::chrono::seconds least) {
    return {"--ttl", "", true, [&target, least](std::string_view text) -> std::string {
                const auto duration = parse_duration(text);
                if (!duration || *duration < least)
                    return "--ttl is " + std::string{least.count() > 0 ? "at least 1 second" : "seconds"} +
                           ", as in 90, 90s, 5m, 2h or 1d";
                target = *duration;
                return {};
            }};
}

}  // namespace txcouchbase::cli
