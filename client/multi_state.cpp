// SPDX-License-Identifier: Apache-2.0
#include "client/multi_state.hpp"

#include <bit>

namespace txcouchbase::detail {

void KeyIndex::reserve(std::size_t keys) {
    ends_.reserve(keys);
    hashes_.reserve(keys);
    grow(std::bit_ceil(keys * 2));
}

std::uint32_t KeyIndex::hash_of(std::string_view key) noexcept {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(key));
}

// Where the key is, or belongs.
std::uint32_t KeyIndex::slot_of(std::string_view wanted, std::uint32_t hash) const noexcept {
    const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
    std::uint32_t slot = hash & mask;
    while (slots_[slot] != none && (hashes_[slots_[slot]] != hash || key(slots_[slot]) != wanted))
        slot = (slot + 1) & mask;
    return slot;
}

std::pair<std::uint32_t, bool> KeyIndex::insert(std::string_view key) {
    if (slots_.size() < (size() + 1) * 2) grow(slots_.empty() ? 16 : slots_.size() * 2);
    const std::uint32_t hash = hash_of(key);
    const std::uint32_t slot = slot_of(key, hash);
    if (slots_[slot] != none) return {slots_[slot], false};
    const auto number = static_cast<std::uint32_t>(size());
    bytes_ += key;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    hashes_.push_back(hash);
    slots_[slot] = number;
    return {number, true};
}

std::uint32_t KeyIndex::find(std::string_view key) const noexcept {
    return slots_.empty() ? none : slots_[slot_of(key, hash_of(key))];
}

void KeyIndex::grow(std::size_t slots) {
    if (slots <= slots_.size()) return;
    slots_.assign(slots, none);
    const auto mask = static_cast<std::uint32_t>(slots - 1);
    for (std::uint32_t number = 0; number < size(); ++number) {
        std::uint32_t slot = hashes_[number] & mask;
        while (slots_[slot] != none) slot = (slot + 1) & mask;
        slots_[slot] = number;
    }
}

}  // namespace txcouchbase::detail
