// The operations on several keys at once, of both faces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/detail/multi_call.hpp>
#include <txcouchbase/detail/present.hpp>

namespace txcouchbase {

/**
 * Each takes a range and gives one MultiResult when every key has been answered.
 *
 * Shape:  a KeyRange (vector, set, view of strings...), a KeyedRange (map, vector of pairs...) with something for each
 *         key (a value, a ttl, a CAS, options; for stores also a pair of value and options), a ResultRange (a
 *         MultiResult, results of single operations), or an ItemCollection; braced lists of keys and of pairs too. At
 *         least one key. A key that is given twice is asked for twice; the later answer is its result, and the log is
 *         told. (To endure_multi it is an ArgumentError.)
 * When:   all or nothing: each key and value is checked before any of them is sent.
 * Errors: those of the single operation, for the first key that failed, with all results: see
 *         CouchbaseError::all_results(). ArgumentError for an empty range, one shorter than its size() says, or more
 *         keys or bytes than the caps of ConnectionOptions could ever take; queue_full when there is just no room now.
 * Order:  as given, for each node.           Cancel: of all that are not answered yet.
 * Cost:   some 150 instructions a key above those of the single operation's; one block of memory for each 16 keys.
 * Spec:   set_multi, get_multi... of the original (setMulti, getMulti...).
 */
template <template <class> class Returned>
class MultiOperations : public ConnectionHandle {
public:
    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> get_multi(Keys&& keys, const GetOptions& options = {}) {
        return multi(keys, options.transcoder, [&](auto& call, auto&& key) { call.get(key, options); });
    }
    /// With a time to live for each key.
    template <KeyedRange<Ttl> Keys = detail::ListedWith<Ttl>>
    Returned<MultiResult> get_multi(Keys&& ttls, const GetOptions& options = {}) {
        return multi(ttls, options.transcoder, [&](auto& call, auto&& element) {
            detail::refuse_two_ttls(options.ttl);
            GetOptions own = options;
            own.ttl = std::get<1>(element);
            call.get(std::get<0>(element), own);
        });
    }
    /// With options for each key.
    template <KeyedRange<GetOptions> Keys = detail::ListedWith<GetOptions>>
    Returned<MultiResult> get_multi(Keys&& keys, const TranscoderPtr& transcoder = {}) {
        return multi(keys, transcoder, [&](auto& call, auto&& element) {
            call.get(std::get<0>(element), own_options(element, transcoder));
        });
    }
    Returned<MultiResult> get_multi(const ItemCollection& items, const GetOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.get(entry, options); });
    }

    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> touch_multi(Keys&& keys, const Ttl& ttl, const RequestOptions& options = {}) {
        return multi(keys, options.transcoder,
                     [&](auto& call, auto&& key) { call.touch(key, ttl, options); });
    }
    template <KeyedRange<Ttl> Keys = detail::ListedWith<Ttl>>
    Returned<MultiResult> touch_multi(Keys&& ttls, const RequestOptions& options = {}) {
        return multi(ttls, options.transcoder, [&](auto& call, auto&& element) {
            call.touch(std::get<0>(element), std::get<1>(element), options);
        });
    }
    Returned<MultiResult> touch_multi(const ItemCollection& items, const Ttl& ttl = {},
                                      const RequestOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.touch(entry, ttl, options); });
    }

    template <KeyedRange<Encodable> Values = detail::ListedWith<Encodable>>
    Returned<MultiResult> set_multi(Values&& values, const StoreOptions& options = {}) {
        return store_multi(detail::Store::set, values, options);
    }
    template <KeyedPairs<Encodable, StoreOptions> Values = detail::ListedPairs<StoreOptions>>
    Returned<MultiResult> set_multi(Values&& values, const TranscoderPtr& transcoder = {}) {
        return store_each(detail::Store::set, values, transcoder);
    }
    Returned<MultiResult> set_multi(const ItemCollection& items, const StoreOptions& options = {}) {
        return store_multi(detail::Store::set, items, options);
    }
    template <KeyedRange<Encodable> Values = detail::ListedWith<Encodable>>
    Returned<MultiResult> add_multi(Values&& values, const StoreOptions& options = {}) {
        return store_multi(detail::Store::add, values, options);
    }
    template <KeyedPairs<Encodable, StoreOptions> Values = detail::ListedPairs<StoreOptions>>
    Returned<MultiResult> add_multi(Values&& values, const TranscoderPtr& transcoder = {}) {
        return store_each(detail::Store::add, values, transcoder);
    }
    Returned<MultiResult> add_multi(const ItemCollection& items, const StoreOptions& options = {}) {
        return store_multi(detail::Store::add, items, options);
    }
    template <KeyedRange<Encodable> Values = detail::ListedWith<Encodable>>
    Returned<MultiResult> replace_multi(Values&& values, const StoreOptions& options = {}) {
        return store_multi(detail::Store::replace, values, options);
    }
    template <KeyedPairs<Encodable, StoreOptions> Values = detail::ListedPairs<StoreOptions>>
    Returned<MultiResult> replace_multi(Values&& values, const TranscoderPtr& transcoder = {}) {
        return store_each(detail::Store::replace, values, transcoder);
    }
    Returned<MultiResult> replace_multi(const ItemCollection& items, const StoreOptions& options = {}) {
        return store_multi(detail::Store::replace, items, options);
    }

    template <KeyedRange<Encodable> Fragments = detail::ListedWith<Encodable>>
    Returned<MultiResult> append_multi(Fragments&& fragments, const AppendOptions& options = {}) {
        return concatenate_multi(detail::Concatenate::append, fragments, options);
    }
    template <KeyedPairs<Encodable, AppendOptions> Fragments = detail::ListedPairs<AppendOptions>>
    Returned<MultiResult> append_multi(Fragments&& fragments, const TranscoderPtr& transcoder = {}) {
        return concatenate_each(detail::Concatenate::append, fragments, transcoder);
    }
    /// Adds the fragment of each Item's options, whatever value the Item has. An Item without: ArgumentError.
    Returned<MultiResult> append_multi(const ItemOptionDict& items, const AppendOptions& options = {}) {
        return concatenate_items(detail::Concatenate::append, items, options, false);
    }
    template <KeyedRange<Encodable> Fragments = detail::ListedWith<Encodable>>
    Returned<MultiResult> prepend_multi(Fragments&& fragments, const AppendOptions& options = {}) {
        return concatenate_multi(detail::Concatenate::prepend, fragments, options);
    }
    template <KeyedPairs<Encodable, AppendOptions> Fragments = detail::ListedPairs<AppendOptions>>
    Returned<MultiResult> prepend_multi(Fragments&& fragments, const TranscoderPtr& transcoder = {}) {
        return concatenate_each(detail::Concatenate::prepend, fragments, transcoder);
    }
    /// Adds the fragment of each Item's options, whatever value the Item has. An Item without: ArgumentError.
    Returned<MultiResult> prepend_multi(const ItemOptionDict& items, const AppendOptions& options = {}) {
        return concatenate_items(detail::Concatenate::prepend, items, options, false);
    }
    /// Adds the fragment of each Item's options behind its value, there and here. An Item without: ArgumentError.
    Returned<MultiResult> append_items(const ItemOptionDict& items, const AppendOptions& options = {}) {
        return concatenate_items(detail::Concatenate::append, items, options, true);
    }
    /// The same in front.
    Returned<MultiResult> prepend_items(const ItemOptionDict& items, const AppendOptions& options = {}) {
        return concatenate_items(detail::Concatenate::prepend, items, options, true);
    }

    /// Several keys cannot share a CAS: with one in the options it is an ArgumentError.
    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> remove_multi(Keys&& keys, const RemoveOptions& options = {}) {
        return multi(keys, options.transcoder,
                     [&](auto& call, auto&& key) { call.remove(key, without_cas(key, options)); });
    }
    /// With a CAS for each key.
    template <KeyedRange<std::uint64_t> Keys = detail::ListedWith<std::uint64_t>>
    Returned<MultiResult> remove_multi(Keys&& cas_values, const RemoveOptions& options = {}) {
        return multi(cas_values, options.transcoder, [&](auto& call, auto&& element) {
            remove_one(call, std::get<0>(element), std::get<1>(element), options);
        });
    }
    /// With options for each key.
    template <KeyedRange<RemoveOptions> Keys = detail::ListedWith<RemoveOptions>>
    Returned<MultiResult> remove_multi(Keys&& keys, const TranscoderPtr& transcoder = {}) {
        return multi(keys, transcoder, [&](auto& call, auto&& element) {
            call.remove(std::get<0>(element), own_options(element, transcoder));
        });
    }
    /// With the CAS of each result. One that failed has none: ArgumentError, because whatever is there would be meant.
    template <KeyedResults Results>
    Returned<MultiResult> remove_multi(Results&& results, const RemoveOptions& options = {}) {
        return multi(results, options.transcoder, [&](auto& call, auto&& element) {
            remove_one(call, std::get<0>(element), detail::cas_of(std::get<1>(element)), options);
        });
    }
    template <ResultRange Results>
    Returned<MultiResult> remove_multi(Results&& results, const RemoveOptions& options = {}) {
        return multi(results, options.transcoder, [&](auto& call, auto&& result) {
            remove_one(call, result.key(), detail::cas_of(result), options);
        });
    }
    Returned<MultiResult> remove_multi(const ItemCollection& items, const RemoveOptions& options = {}) {
        return multi(items.entries(), options.transcoder, [&](auto& call, auto&& entry) {
            call.remove(entry, without_cas(entry.item == nullptr ? "" : entry.item->key, options));
        });
    }

    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> incr_multi(Keys&& keys, const CounterOptions& options = {}) {
        return count_multi(keys, options, false);
    }
    /// With a delta for each key.
    template <KeyedRange<Delta> Keys = detail::ListedWith<Delta>>
    Returned<MultiResult> incr_multi(Keys&& deltas, const CounterOptions& options = {}) {
        return count_multi(deltas, options, false);
    }
    /// With options for each key.
    template <KeyedRange<CounterOptions> Keys = detail::ListedWith<CounterOptions>>
    Returned<MultiResult> incr_multi(Keys&& keys, const CounterOptions& options = {}) {
        return count_multi(keys, options, false);
    }
    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> decr_multi(Keys&& keys, const CounterOptions& options = {}) {
        return count_multi(keys, options, true);
    }
    /// With a delta for each key.
    template <KeyedRange<Delta> Keys = detail::ListedWith<Delta>>
    Returned<MultiResult> decr_multi(Keys&& deltas, const CounterOptions& options = {}) {
        return count_multi(deltas, options, true);
    }
    /// With options for each key.
    template <KeyedRange<CounterOptions> Keys = detail::ListedWith<CounterOptions>>
    Returned<MultiResult> decr_multi(Keys&& keys, const CounterOptions& options = {}) {
        return count_multi(keys, options, true);
    }
    Returned<MultiResult> incr_multi(const ItemCollection& items, const CounterOptions& options = {}) {
        return count_items(items, options, false);
    }
    Returned<MultiResult> decr_multi(const ItemCollection& items, const CounterOptions& options = {}) {
        return count_items(items, options, true);
    }
    template <KeyedRange<Delta> Keys = detail::ListedWith<Delta>>
    Returned<MultiResult> arithmetic_multi(Keys&& deltas, const CounterOptions& options = {}) {
        return count_multi(deltas, options, false);
    }
    /// With options for each key.
    template <KeyedRange<CounterOptions> Keys = detail::ListedWith<CounterOptions>>
    Returned<MultiResult> arithmetic_multi(Keys&& keys, const CounterOptions& options = {}) {
        return count_multi(keys, options, false);
    }
    Returned<MultiResult> arithmetic_multi(const ItemCollection& items, const CounterOptions& options = {}) {
        return count_items(items, options, false);
    }

    // What needs a cluster. On memcached NotSupportedError, as for each key of the others whose options need one; what
    // else is in the call is executed.

    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> lock_multi(Keys&& keys, const Ttl& ttl, const RequestOptions& options = {}) {
        return multi(keys, options.transcoder, [&](auto& call, auto&& key) { call.lock(key, ttl, options); });
    }
    template <KeyedRange<Ttl> Keys = detail::ListedWith<Ttl>>
    Returned<MultiResult> lock_multi(Keys&& ttls, const RequestOptions& options = {}) {
        return multi(ttls, options.transcoder, [&](auto& call, auto&& element) {
            call.lock(std::get<0>(element), std::get<1>(element), options);
        });
    }
    Returned<MultiResult> lock_multi(const ItemCollection& items, const Ttl& ttl,
                                     const RequestOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.lock(entry, ttl, options); });
    }
    template <KeyedRange<std::uint64_t> Keys = detail::ListedWith<std::uint64_t>>
    Returned<MultiResult> unlock_multi(Keys&& cas_values, const RequestOptions& options = {}) {
        return multi(cas_values, options.transcoder, [&](auto& call, auto&& element) {
            call.unlock(std::get<0>(element), std::get<1>(element), options);
        });
    }
    template <KeyedResults Results>
    Returned<MultiResult> unlock_multi(Results&& results, const RequestOptions& options = {}) {
        return multi(results, options.transcoder, [&](auto& call, auto&& element) {
            call.unlock(std::get<0>(element), detail::cas_of(std::get<1>(element)), options);
        });
    }
    template <ResultRange Results>
    Returned<MultiResult> unlock_multi(Results&& results, const RequestOptions& options = {}) {
        return multi(results, options.transcoder, [&](auto& call, auto&& result) {
            call.unlock(result.key(), detail::cas_of(result), options);
        });
    }
    Returned<MultiResult> unlock_multi(const ItemCollection& items, const RequestOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.unlock(entry, options); });
    }
    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> rget_multi(Keys&& keys, const ReplicaOptions& options = {}) {
        return multi(keys, options.transcoder,
                     [&](auto& call, auto&& key) { call.get_replica(key, options); });
    }
    Returned<MultiResult> rget_multi(const ItemCollection& items, const ReplicaOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.get_replica(entry, options); });
    }
    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> observe_multi(Keys&& keys, const ObserveOptions& options = {}) {
        return multi(keys, options.transcoder, [&](auto& call, auto&& key) { call.observe(key, options); });
    }
    Returned<MultiResult> observe_multi(const ItemCollection& items, const ObserveOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.observe(entry, options); });
    }
    template <KeyRange Keys = detail::Listed>
    Returned<MultiResult> endure_multi(Keys&& keys, const EndureOptions& options = {}) {
        return multi(keys, options.transcoder,
                     [&](auto& call, auto&& key) { call.endure(key, without_cas(key, options)); });
    }
    template <KeyedRange<std::uint64_t> Keys = detail::ListedWith<std::uint64_t>>
    Returned<MultiResult> endure_multi(Keys&& cas_values, const EndureOptions& options = {}) {
        return multi(cas_values, options.transcoder, [&](auto& call, auto&& element) {
            endure_one(call, std::get<0>(element), std::get<1>(element), options);
        });
    }
    template <KeyedResults Results>
    Returned<MultiResult> endure_multi(Results&& results, const EndureOptions& options = {}) {
        return multi(results, options.transcoder, [&](auto& call, auto&& element) {
            endure_one(call, std::get<0>(element), detail::cas_of(std::get<1>(element)), options);
        });
    }
    template <ResultRange Results>
    Returned<MultiResult> endure_multi(Results&& results, const EndureOptions& options = {}) {
        return multi(results, options.transcoder, [&](auto& call, auto&& result) {
            endure_one(call, result.key(), detail::cas_of(result), options);
        });
    }
    template <KeyedRange<EndureOptions> Keys = detail::ListedWith<EndureOptions>>
    Returned<MultiResult> endure_multi(Keys&& keys) {
        return multi(keys, {}, [&](auto& call, auto&& element) {
            call.endure(std::get<0>(element), own_options(element, {}));
        });
    }
    Returned<MultiResult> endure_multi(const ItemCollection& items, const EndureOptions& options = {}) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.endure(entry, options); });
    }

protected:
    using ConnectionHandle::ConnectionHandle;

private:
    template <class Range, class Add>
    Returned<MultiResult> multi(Range&& range, const TranscoderPtr& transcoder, Add add) {
        return detail::present<Returned>([&] {
            detail::MultiCall call{core(), transcoder};
            if constexpr (std::ranges::sized_range<Range>)
                call.expect(static_cast<std::size_t>(std::ranges::size(range)));
            for (auto&& element : range) add(call, element);
            return call.send();
        });
    }

    template <class Values>
    Returned<MultiResult> store_multi(detail::Store kind, Values&& values, const StoreOptions& options) {
        if constexpr (std::derived_from<std::remove_cvref_t<Values>, ItemCollection>)
            return multi(values.entries(), options.transcoder,
                         [&](auto& call, auto&& entry) { call.store(kind, entry, options); });
        else
            return multi(values, options.transcoder, [&](auto& call, auto&& element) {
                call.store(kind, std::get<0>(element), std::get<1>(element),
                           without_cas(std::get<0>(element), options));
            });
    }
    template <class Fragments>
    Returned<MultiResult> concatenate_multi(detail::Concatenate kind, Fragments&& fragments,
                                            const AppendOptions& options) {
        return multi(fragments, options.transcoder, [&](auto& call, auto&& element) {
            call.concatenate(kind, std::get<0>(element), std::get<1>(element),
                             without_cas(std::get<0>(element), options));
        });
    }
    Returned<MultiResult> concatenate_items(detail::Concatenate kind, const ItemOptionDict& items,
                                            const AppendOptions& options, bool both) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.concatenate(kind, entry, options, both); });
    }
    template <class Keys>
    Returned<MultiResult> count_multi(Keys&& keys, const CounterOptions& options, bool down) {
        return multi(keys, options.transcoder, [&](auto& call, auto&& element) {
            const auto signed_delta = [down](Delta delta) { return down ? -delta : delta; };
            if constexpr (KeyRange<Keys>) {
                call.count(element, signed_delta(options.delta), options);
            } else if constexpr (KeyedRange<Keys, Delta>) {
                call.count(std::get<0>(element), signed_delta(std::get<1>(element)), options);
            } else {
                const CounterOptions own = completed(own_options(element, options.transcoder), options);
                call.count(std::get<0>(element), signed_delta(own.delta), own);
            }
        });
    }

    Returned<MultiResult> count_items(const ItemCollection& items, const CounterOptions& options, bool down) {
        return multi(items.entries(), options.transcoder,
                     [&](auto& call, auto&& entry) { call.count(entry, options, down); });
    }
    template <class Values>
    Returned<MultiResult> store_each(detail::Store kind, Values&& values, const TranscoderPtr& transcoder) {
        return multi(values, transcoder, [&](auto& call, auto&& element) {
            auto&& [value, options] = std::get<1>(element);
            refuse_own_transcoder(std::get<0>(element), options, transcoder);
            call.store(kind, std::get<0>(element), value, options);
        });
    }
    template <class Fragments>
    Returned<MultiResult> concatenate_each(detail::Concatenate kind, Fragments&& fragments,
                                           const TranscoderPtr& transcoder) {
        return multi(fragments, transcoder, [&](auto& call, auto&& element) {
            auto&& [fragment, options] = std::get<1>(element);
            refuse_own_transcoder(std::get<0>(element), options, transcoder);
            call.concatenate(kind, std::get<0>(element), fragment, options);
        });
    }

    /// A call has one transcoder, which its results go through together.
    template <class Options>
    static void refuse_own_transcoder(std::string_view key, const Options& options,
                                      const TranscoderPtr& transcoder) {
        if (options.transcoder != nullptr && options.transcoder != transcoder)
            detail::refuse_own_transcoder(key);
    }
    template <class Element>
    static const auto& own_options(const Element& element, const TranscoderPtr& transcoder) {
        refuse_own_transcoder(std::get<0>(element), std::get<1>(element), transcoder);
        return std::get<1>(element);
    }

    /// What the options of one key leave open is as the options of the whole call have it.
    static CounterOptions completed(CounterOptions own, const CounterOptions& common) {
        if (!own.initial) own.initial = common.initial;
        if (own.ttl.is_none() && own.initial) own.ttl = common.ttl;
        if (own.timeout.count() == 0) own.timeout = common.timeout;
        if (common.retry == Retry::none) own.retry = Retry::none;
        return own;
    }
    /// One CAS cannot be that of several keys.
    template <class Options>
    static const Options& without_cas(std::string_view key, const Options& options) {
        if (options.cas != 0) detail::refuse_shared_cas(key);
        return options;
    }
    static void remove_one(detail::MultiCall& call, std::string_view key, std::uint64_t cas,
                           const RemoveOptions& options) {
        RemoveOptions own = without_cas(key, options);
        own.cas = cas;
        call.remove(key, own);
    }
    static void endure_one(detail::MultiCall& call, std::string_view key, std::uint64_t cas,
                           const EndureOptions& options) {
        EndureOptions own = options;
        own.cas = cas;
        call.endure(key, own);
    }
};

}  // namespace txcouchbase
