// What multi operations give, and the Items that some of them take.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <txcouchbase/operations.hpp>
#include <txcouchbase/results.hpp>

namespace txcouchbase {

class Item;

namespace detail {
struct MultiState;
}

/**
 * One result for each distinct key, in the order in which the keys were given.
 *
 * Shape:    a range of ValueResult; those of mutations have no value. A key that was given twice has the later answer.
 * Cost:     find() and its kin hash the key once. Copies share the results.
 * Lifetime: owns its results, as each result owns what it shows.
 * Spec:     couchbase.results.MultiResult.
 */
class MultiResult {
public:
    using value_type = ValueResult;
    using const_iterator = const ValueResult*;
    using iterator = const_iterator;

    MultiResult() = default;
    /// For the machinery.
    explicit MultiResult(std::shared_ptr<const detail::MultiState> state) noexcept
        : state_(std::move(state)) {}

    const ValueResult* begin() const noexcept;
    const ValueResult* end() const noexcept;
    std::size_t size() const noexcept { return static_cast<std::size_t>(end() - begin()); }
    bool empty() const noexcept { return size() == 0; }

    /// Whether every operation succeeded; a missing key that quiet made a result of is no success.
    bool all_ok() const noexcept;

    /// The result of a key; null when it was not asked for.
    const ValueResult* find(std::string_view key) const noexcept;
    bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    /// Errors: std::out_of_range for a key that was not asked for.
    const ValueResult& at(std::string_view key) const;
    const ValueResult& operator[](std::string_view key) const { return at(key); }

    /// Why the operation on this key failed; no error when it did not.
    Error error(std::string_view key) const;
    /// The Item that was given for this key, now up to date; null when none was.
    std::shared_ptr<Item> item(std::string_view key) const;

    /// The CAS of every result that has one, which no failure has, to be changed or handed to remove_multi(),
    /// unlock_multi() or endure_multi().
    std::map<std::string, std::uint64_t, std::less<>> cas_values() const;

    /// The successes and the others, each in the order given.
    struct Split;
    Split split_results() const;

private:
    std::shared_ptr<const detail::MultiState> state_;
};

struct MultiResult::Split {
    MultiResult ok;
    MultiResult failed;
};

/// Prints the results for people, abridged. Never throws.
std::ostream& operator<<(std::ostream& out, const MultiResult& results);

/**
 * A key and a value of a user's own, which multi operations keep up to date: the CAS always, value and flags on
 * retrieval. Derive from it to carry more along.
 *
 * Lifetime: shared with the operations that it was given to; owns its key and value.
 * Spec:     couchbase.items.Item.
 */
class Item {
public:
    explicit Item(std::string name = {}) : key(std::move(name)) {}
    /// Errors: ValueFormatError for a value that is neither text nor bytes nor JSON.
    Item(std::string name, const Encodable& value) : key(std::move(name)) { set_value(value); }
    virtual ~Item() = default;

    std::string key;
    std::uint64_t cas = 0;
    std::uint32_t flags = 0;  ///< of the value as it was last retrieved; never sent
    errc rc = errc::success;  ///< of the last operation

    /// Keeps a copy. Errors: as the constructor.
    void set_value(const Encodable& value);
    void clear_value() { value_ = {}; }
    bool has_value() const noexcept { return value_.has_value(); }
    /// The value, with the accessors of every result: text(), bytes(), number(), json(), value<T>().
    const ValueResult& value() const noexcept { return value_; }

    /// For the machinery: takes over what was retrieved.
    void retrieved(const ValueResult& result);
    /// For the machinery: what is stored. Borrows from this.
    Encodable encodable() const;
    /// For the machinery: puts a fragment in front of the value or behind it.
    void concatenate(std::string_view front, std::string_view back);

private:
    void keep(std::string_view bytes, std::uint32_t format);

    ValueResult value_;
};

/// What one Item of a collection asks for beside its key and value.
struct ItemOptions {
    Ttl ttl = {};                               ///< nothing: that of the whole operation
    std::optional<Format> format = {};          ///< nothing: that of the whole operation
    bool ignore_cas = false;                    ///< store whatever CAS the Item has
    std::optional<std::string> fragment = {};   ///< of append_multi() and prepend_multi(), which need one
    std::optional<Delta> delta = {};            ///< of counters; nothing: that of the whole operation
    std::optional<std::uint64_t> initial = {};  ///< of counters; nothing: that of the whole operation
};

/// Items, in order, with or without options. What multi operations take beside ranges of keys.
class ItemCollection {
public:
    struct Entry {
        std::shared_ptr<Item> item;
        std::optional<ItemOptions> options;
    };
    const std::vector<Entry>& entries() const noexcept { return entries_; }
    std::size_t size() const noexcept { return entries_.size(); }

protected:
    std::vector<Entry> entries_;
};

/// Items without options.
class ItemSequence : public ItemCollection {
public:
    explicit ItemSequence(std::shared_ptr<Item> item) { entries_.push_back({std::move(item), {}}); }
    explicit ItemSequence(const std::vector<std::shared_ptr<Item>>& items) {
        for (const auto& item : items) entries_.push_back({item, {}});
    }
};

/// Items that each may have options.
class ItemOptionDict : public ItemCollection {
public:
    ItemOptionDict() = default;
    ItemOptionDict(std::initializer_list<Entry> entries) {
        for (const Entry& entry : entries) add(entry.item, entry.options);
    }
    /// Adds an Item, or gives the one that is there other options.
    ItemOptionDict& add(std::shared_ptr<Item> item, std::optional<ItemOptions> options = {});
};

}  // namespace txcouchbase
