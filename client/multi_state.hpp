// What a MultiResult shows, and what a Batch fills in: keys in order, found by hash, with their results.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/multi.hpp>

namespace txcouchbase::detail {

/// Keys, numbered in the order in which they were first seen. Open addressing over their numbers.
class KeyIndex {
public:
    static constexpr std::uint32_t none = ~0U;

    void reserve(std::size_t keys);
    /// The key's number, and whether it is new.
    std::pair<std::uint32_t, bool> insert(std::string_view key);
    std::uint32_t find(std::string_view key) const noexcept;
    std::string_view key(std::uint32_t number) const noexcept {
        return {keys_[number].bytes, keys_[number].size};
    }
    std::size_t size() const noexcept { return keys_.size(); }

private:
    static std::uint32_t hash_of(std::string_view key) noexcept;
    std::uint32_t slot_of(std::string_view key, std::uint32_t hash) const noexcept;
    void grow(std::size_t slots);

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
