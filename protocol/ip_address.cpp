// SPDX-License-Identifier: Apache-2.0
#include "protocol/ip_address.hpp"

#include <algorithm>

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_ipv4_part(std::string_view text) noexcept {
    if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit)) return false;
    if (text.size() > 1 && text[0] == '0') return false;
    return text.size() < 3 || text <= "255";
}

/// How many 16-bit groups a run such as "fd00:0:1" or "ffff:10.0.0.1" stands for; -1 when it is none.
int count_groups(std::string_view text, bool may_end_in_ipv4) noexcept {
    if (text.empty()) return 0;
    int groups = 0;
    while (true) {
        const std::size_t end = text.find(':');
        const std::string_view group = text.substr(0, end);
        if (end == npos && may_end_in_ipv4 && is_ipv4(group)) return groups + 2;
        if (group.empty() || group.size() > 4 || !std::all_of(group.begin(), group.end(), is_hex_digit))
            return -1;
        ++groups;
        if (end == npos) return groups;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

bool is_ipv4(std::string_view text) noexcept {
    for (int parts = 0; parts < 3; ++parts) {
        const std::size_t dot = text.find('.');
        if (dot == npos || !is_ipv4_part(text.substr(0, dot))) return false;
        text.remove_prefix(dot + 1);
    }
    return is_ipv4_part(text);
}

bool is_ipv6(std::string_view text) noexcept {
    const std::size_t gap = text.find("::");
    if (gap == npos) return count_groups(text, true) == 8;
    const int before = count_groups(text.substr(0, gap), false);
    const int after = count_groups(text.substr(gap + 2), true);
    // The gap stands for at least one group; a second one makes an empty group, which count_groups refuses.
    return before >= 0 && after >= 0 && before + after <= 7;
}

}  // namespace txcouchbase::protocol
