// SPDX-License-Identifier: Apache-2.0
#include "client/multi_state.hpp"

#include <algorithm>
#include <bit>

namespace txcouchbase::detail {

void KeyIndex::reserve(std::size_t keys) {
    keys_.reserve(keys);
    grow(std::bit_ceil(keys * 2));
}

std::uint32_t KeyIndex::find(std::string_view key) const noexcept {
    return slots_.empty() ? none : slots_[slot_of(key, hash_of(key))];
}

void KeyIndex::add_page(std::size_t at_least) {
    constexpr std::size_t page = 4 * 1024;
    room_ = std::max(page, at_least);
    pages_.push_back(std::make_unique_for_overwrite<char[]>(room_));
    free_ = pages_.back().get();
}

void KeyIndex::grow(std::size_t slots) {
    if (slots <= slots_.size()) return;
    slots_.assign(slots, none);
    const auto mask = static_cast<std::uint32_t>(slots - 1);
    for (std::uint32_t number = 0; number < size(); ++number) {
        std::uint32_t slot = keys_[number].hash & mask;
        while (slots_[slot] != none) slot = (slot + 1) & mask;
        slots_[slot] = number;
    }
}

}  // namespace txcouchbase::detail
