// Views of a map's keys and values: what Python's tests call dict views.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ranges>
#include <vector>

namespace txcouchbase::test {

#if defined(__clang__) && __clang_major__ < 16
// Clang 14 cannot read the views of libstdc++ 12; copies stand in for them there.
auto keys_of(const auto& map) {
    std::vector<typename std::remove_cvref_t<decltype(map)>::key_type> keys;
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys;
}
auto values_of(const auto& map) {
    std::vector<typename std::remove_cvref_t<decltype(map)>::mapped_type> values;
    for (const auto& [key, value] : map) values.push_back(value);
    return values;
}
#else
auto keys_of(const auto& map) {
    return std::views::keys(map);
}
auto values_of(const auto& map) {
    return std::views::values(map);
}
#endif

}  // namespace txcouchbase::test
