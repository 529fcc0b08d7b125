// SPDX-License-Identifier: Apache-2.0
#include "client/multi_state.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace txcouchbase::detail {

void KeyIndex::reserve(std::size_t keys) {
    keys_.reserve(keys);
    grow(std::bit_ceil(keys * 2));
}

namespace {

std::uint64_t load(const char* at, std::size_t size) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, size);
    return word;
}

}  // namespace

// Eight bytes at a time: std::hash takes a hundred instructions for a key of 20 bytes, which is a tenth of what a key
// of a multi operation costs in all.
inline std::uint32_t KeyIndex::hash_of(std::string_view key) noexcept {
    constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;
    constexpr std::size_t word = sizeof(std::uint64_t);
    std::uint64_t hash = key.size() * odd;
    const auto mix = [&hash](std::uint64_t bits) {
        hash = (hash ^ bits) * odd;
        hash ^= hash >> 29;
    };
    std::size_t at = 0;
    for (; at + word <= key.size(); at += word) mix(load(key.data() + at, word));
    if (at != key.size()) {
        // The last bytes, and where there are enough of them some once more: a load of fixed size is the quicker one.
        mix(key.size() >= word ? load(key.data() + key.size() - word, word) : load(key.data(), key.size()));
    }
    hash *= odd;
    return static_cast<std::uint32_t>(hash >> 32);
}

// Where the key is, or belongs.
inline std::uint32_t KeyIndex::slot_of(std::string_view wanted, std::uint32_t hash) const noexcept {
    const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
    std::uint32_t slot = hash & mask;
    while (slots_[slot] != none && (keys_[slots_[slot]].hash != hash || key(slots_[slot]) != wanted))
        slot = (slot + 1) & mask;
    return slot;
}

inline const char* KeyIndex::keep(std::string_view key) {
    constexpr std::size_t page = 4 * 1024;
    if (room_ < key.size()) [[unlikely]] {
        room_ = std::max(page, key.size());
        pages_.push_back(std::make_unique_for_overwrite<char[]>(room_));
        free_ = pages_.back().get();
    }
    char* const at = free_;
    // An empty key, which is refused only when it is issued, may come before there is any room.
    if (!key.empty()) [[likely]]
        std::memcpy(at, key.data(), key.size());
    free_ += key.size();
    room_ -= key.size();
    return at;
}

std::pair<std::uint32_t, bool> KeyIndex::insert(std::string_view key) {
    if (slots_.size() < (size() + 1) * 2) [[unlikely]]
        grow(slots_.empty() ? 16 : slots_.size() * 2);
    const std::uint32_t hash = hash_of(key);
    const std::uint32_t slot = slot_of(key, hash);
    if (slots_[slot] != none) return {slots_[slot], false};
    const auto number = static_cast<std::uint32_t>(size());
    keys_.push_back({keep(key), static_cast<std::uint32_t>(key.size()), hash});
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
        std::uint32_t slot = keys_[number].hash & mask;
        while (slots_[slot] != none) slot = (slot + 1) & mask;
        slots_[slot] = number;
    }
}

}  // namespace txcouchbase::detail
