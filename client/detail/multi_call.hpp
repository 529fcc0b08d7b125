// One call of a multi operation, from the ranges of public headers to the operations of the library.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <initializer_list>
#include <ranges>
#include <string_view>
#include <txcouchbase/async_result.hpp>
#include <txcouchbase/multi.hpp>
#include <utility>

namespace txcouchbase {

class Batch;
class Core;

/// A range of keys: anything whose elements convert to std::string_view, but text itself.
template <class T>
concept KeyRange = std::ranges::input_range<T> && !std::convertible_to<T, std::string_view> &&
                   KeyText<std::ranges::range_reference_t<T>>;

/// A range of pairs, of a key and something for it: a map, a vector of pairs, a view of either.
template <class T, class V>
concept KeyedRange = std::ranges::input_range<T> && requires(std::ranges::range_reference_t<T> element) {
    { std::get<0>(element) } -> std::convertible_to<std::string_view>;
    { std::get<1>(element) } -> std::convertible_to<V>;
};

/// A range of pairs of a key and, again in a pair, something for it and its options.
template <class T, class V, class Options>
concept KeyedPairs = std::ranges::input_range<T> && requires(std::ranges::range_reference_t<T> element) {
    { std::get<0>(element) } -> std::convertible_to<std::string_view>;
    { std::get<0>(std::get<1>(element)) } -> std::convertible_to<V>;
    { std::get<1>(std::get<1>(element)) } -> std::convertible_to<const Options&>;
};

/// A range of results, each of which names a key and a CAS: a MultiResult, a vector of results.
template <class T>
concept ResultRange = std::ranges::input_range<T> &&
    std::derived_from<std::remove_cvref_t<std::ranges::range_reference_t<T>>, OperationResult>;

/// A range of pairs of a key and a result of it.
template <class T>
concept KeyedResults = std::ranges::input_range<T> && requires(std::ranges::range_reference_t<T> element) {
    { std::get<0>(element) } -> std::convertible_to<std::string_view>;
    { std::get<1>(element) } -> std::convertible_to<const OperationResult&>;
};

namespace detail {

/// What a braced list is taken for: {"a", "b"}, {{"a", 1}, {"b", "x"}} and {{"a", {"x", {.ttl = 5s}}}}.
using Listed = std::initializer_list<Key>;
template <class V>
using ListedWith = std::initializer_list<std::pair<Key, V>>;
template <class Options>
using ListedPairs = ListedWith<std::pair<Encodable, Options>>;

enum class Store : std::uint8_t { set, add, replace };
enum class Concatenate : std::uint8_t { append, prepend };

/// Adds operations one by one; nothing is sent before send(), and nothing at all when that is not reached.
class MultiCall {
public:
    MultiCall(Core& core, const TranscoderPtr& transcoder);
    MultiCall(const MultiCall&) = delete;
    MultiCall& operator=(const MultiCall&) = delete;
    ~MultiCall();

    /// How many keys the range says it has; send() holds it to its word.
    void expect(std::size_t keys);

    void get(std::string_view key, const GetOptions& options);
    void touch(std::string_view key, const Ttl& ttl, const RequestOptions& options);
    void store(Store kind, std::string_view key, const Encodable& value, const StoreOptions& options);
    void concatenate(Concatenate kind, std::string_view key, const Encodable& fragment,
                     const AppendOptions& options);
    void remove(std::string_view key, const RemoveOptions& options);
    void count(std::string_view key, Delta delta, const CounterOptions& options);
    void lock(std::string_view key, const Ttl& ttl, const RequestOptions& options);
    void unlock(std::string_view key, std::uint64_t cas, const RequestOptions& options);
    void get_replica(std::string_view key, const ReplicaOptions& options);
    void observe(std::string_view key, const ObserveOptions& options);
    void endure(std::string_view key, const EndureOptions& options);

    // The same for Items, which are kept up to date.

    void get(const ItemCollection::Entry& entry, GetOptions options);
    void touch(const ItemCollection::Entry& entry, Ttl ttl, const RequestOptions& options);
    void store(Store kind, const ItemCollection::Entry& entry, StoreOptions options);
    /// `both`: the Item's own value grows as the stored one does.
    void concatenate(Concatenate kind, const ItemCollection::Entry& entry, AppendOptions options, bool both);
    void remove(const ItemCollection::Entry& entry, RemoveOptions options);
    void count(const ItemCollection::Entry& entry, CounterOptions options, bool down);
    void lock(const ItemCollection::Entry& entry, Ttl ttl, const RequestOptions& options);
    void unlock(const ItemCollection::Entry& entry, const RequestOptions& options);
    void observe(const ItemCollection::Entry& entry, const ObserveOptions& options);
    void get_replica(const ItemCollection::Entry& entry, const ReplicaOptions& options);
    void endure(const ItemCollection::Entry& entry, EndureOptions options);

    /// Errors: ArgumentError when no key was added, or fewer than the range promised.
    AsyncResult<MultiResult> send();

private:
    void attach(const ItemCollection::Entry& entry, std::string front = {}, std::string back = {});

    Core& core_;
    Batch* batch_;
};

/// Throws ArgumentError when a ttl for all keys is given beside those of each.
void refuse_two_ttls(const Ttl& for_all);
/// The CAS of a success. Throws ArgumentError for a failure: without one, whatever is there would be meant.
std::uint64_t cas_of(const OperationResult& result);
/// Throws ArgumentError: the results of one call go through one transcoder.
[[noreturn]] void refuse_own_transcoder(std::string_view key);
/// Throws ArgumentError: several keys cannot have the same CAS.
[[noreturn]] void refuse_shared_cas(std::string_view key);

}  // namespace detail
}  // namespace txcouchbase
