// What a MultiResult shows, and what a Batch fills in: keys in order, found by hash, with their results.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <txcouchbase/multi.hpp>

namespace txcouchbase::detail {

/// Keys, numbered in the order in which they were first seen. Open addressing over their numbers.
class KeyIndex {
public:
    static constexpr std::uint32_t none = ~0U;

    void reserve(std::size_t keys);
    /// The key's number, and whether it is new.
    /// (Inlined by force, as a call more for each key is a fiftieth of what a key costs.)
    [[gnu::always_inline]] std::pair<std::uint32_t, bool> insert(std::string_view key);
    std::uint32_t find(std::string_view key) const noexcept;
    std::string_view key(std::uint32_t number) const noexcept {
        return {keys_[number].bytes, keys_[number].size};
    }
    std::size_t size() const noexcept { return keys_.size(); }

private:
    static std::uint32_t hash_of(std::string_view key) noexcept;
    std::uint32_t slot_of(std::string_view key, std::uint32_t hash) const noexcept;
    void grow(std::size_t slots);
    void add_page(std::size_t at_least);

    struct Key {
        const char* bytes;
        std::uint32_t size;
        std::uint32_t hash;
    };

    const char* keep(std::string_view key);

    std::vector<std::unique_ptr<char[]>> pages_;  // of the bytes of all keys, one behind the other
    char* free_ = nullptr;                        // in the last page
    std::size_t room_ = 0;
    std::vector<Key> keys_;             // by number
    std::vector<std::uint32_t> slots_;  // numbers, or none; a power of two, at most half full
};

// Eight bytes at a time: std::hash takes a hundred instructions for a key of 20 bytes, which is a tenth of what a key
// of a multi operation costs in all.
inline std::uint32_t KeyIndex::hash_of(std::string_view key) noexcept {
    constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;
    constexpr std::size_t word = sizeof(std::uint64_t);
    std::uint64_t hash = key.size() * odd;
    const auto mix = [&hash](const char* at, std::size_t size) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, at, size);
        hash = (hash ^ bits) * odd;
        hash ^= hash >> 29;
    };
    const char* const end = key.data() + key.size();
    const char* at = key.data();
    for (const char* const whole = at + key.size() / word * word; at != whole; at += word) mix(at, word);
    if (at != end) {
        // The last bytes, and where there are enough of them some once more: a load of fixed size is the quicker one.
        key.size() >= word ? mix(end - word, word) : mix(at, key.size());
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
    if (room_ < key.size()) [[unlikely]]
        add_page(key.size());
    char* const at = free_;
    // An empty key, which is refused only when it is issued, may come before there is any room.
    if (!key.empty()) [[likely]]
        std::memcpy(at, key.data(), key.size());
    free_ += key.size();
    room_ -= key.size();
    return at;
}

inline std::pair<std::uint32_t, bool> KeyIndex::insert(std::string_view key) {
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

/// Whether the result names a version of the value. A failure names none, and a value that could not be decoded is a
/// success without.
inline bool has_cas(const OperationResult& result) noexcept {
    return result.success() && result.cas() != 0;
}

struct MultiState {
    KeyIndex keys;
    std::vector<ValueResult> results;          // by number
    std::vector<Error> errors;                 // by number, or empty while nothing failed
    std::vector<std::shared_ptr<Item>> items;  // by number, or empty when none was given
    bool all_ok = true;
};

/// Hung on the error of a multi operation: all its results, and the one that the error is about, if it is a server's.
/// (Among all, that of a key which was given twice may have been replaced by a later one.)
struct ResultsAttachment final : ErrorAttachment {
    ResultsAttachment(MultiResult results, std::optional<ValueResult> result)
        : all(std::move(results)), failed(std::move(result)) {}

    MultiResult all;
    std::optional<ValueResult> failed;
};

}  // namespace txcouchbase::detail
