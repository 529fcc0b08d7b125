// What the original refuses at run time and the compiler refuses here; rows.txt names each by its first word.
// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <thread>
#include <txcouchbase/json.hpp>
#include <txcouchbase/txcouchbase.hpp>

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;

struct Opaque {};
using Strings = std::vector<std::string>;
using StringMap = std::map<std::string, std::string>;

/// Whether the condition holds of both faces.
template <template <class> class Condition>
constexpr bool on_both = Condition<TxAsyncConnection>::value&& Condition<Connection>::value;

template <class Face, class Key>
concept AnyOperationTakesTheKey = requires(Face& cb, const Key& key) {
    cb.get(key);
}
|| requires(Face& cb, const Key& key) {
    cb.set(key, "v");
}
|| requires(Face& cb, const Key& key) {
    cb.append(key, "v");
}
|| requires(Face& cb, const Key& key) {
    cb.incr(key);
}
|| requires(Face& cb, const Key& key) {
    cb.remove(key);
}
|| requires(Face& cb, const Key& key) {
    cb.touch(key, 1s);
};
template <class... Keys>
struct NoKey {
    template <class Face>
    struct On : std::bool_constant<!(AnyOperationTakesTheKey<Face, Keys> || ...)> {};
};
static_assert(AnyOperationTakesTheKey<Connection, std::string> &&
              AnyOperationTakesTheKey<Connection, const char*>);
static_assert(on_both<NoKey<bool, int, double, Opaque, Strings, StringMap, std::set<std::string>,
                            std::pair<std::string, int>, std::optional<std::string>, std::nullptr_t,
                            nlohmann::json>::On>,
              "keys_are_text: no number, container, object or nothing is a key");

template <class Value>
concept CanBeSet = requires(Connection& cb, const Value& value) {
    cb.set("k", value);
};
static_assert(CanBeSet<std::string> && CanBeSet<int> && CanBeSet<std::nullptr_t> && CanBeSet<Strings>);
static_assert(!CanBeSet<Opaque> && !CanBeSet<Opaque*> && !CanBeSet<int*> && !CanBeSet<std::thread>,
              "values_are_storable: what has no to_json(), and a pointer, is no value");

template <class Face, class Keys>
concept AnyMultiTakes = requires(Face& cb, Keys& keys) {
    cb.get_multi(keys);
}
|| requires(Face& cb, Keys& keys) {
    cb.set_multi(keys);
}
|| requires(Face& cb, Keys& keys) {
    cb.incr_multi(keys);
}
|| requires(Face& cb, Keys& keys) {
    cb.remove_multi(keys);
}
|| requires(Face& cb, Keys& keys) {
    cb.touch_multi(keys, 1s);
};
template <class... Ranges>
struct NoRange {
    template <class Face>
    struct On : std::bool_constant<!(AnyMultiTakes<Face, Ranges> || ...)> {};
};
static_assert(AnyMultiTakes<Connection, Strings> && AnyMultiTakes<Connection, StringMap>);
static_assert(on_both<NoRange<std::string, std::string_view, const char*, const char[3], std::nullptr_t, int,
                              bool, Opaque>::On>,
              "ranges_are_no_text: a bare string, a number, nothing or an object is no range of keys");
static_assert(on_both<NoRange<std::vector<std::optional<std::string>>, std::vector<int>, std::vector<Opaque>,
                              std::vector<std::nullptr_t>, std::vector<nlohmann::json>,
                              std::map<int, std::string>>::On>,
              "elements_are_text: a range of anything but text is no range of keys");

template <class Keys>
concept CanBeObserved = requires(Connection& cb, Keys& keys) {
    cb.observe_multi(keys);
};
static_assert(CanBeObserved<Strings> && !CanBeObserved<std::string>,
              "observe_takes_a_range: a bare string is none");

template <class Keys>
concept CanBeSetInOneCall = requires(Connection& cb, Keys& keys) {
    cb.set_multi(keys);
};
static_assert(CanBeSetInOneCall<StringMap> && !CanBeSetInOneCall<Strings>,
              "set_multi_takes_pairs: keys alone have nothing to store");

template <class Keys>
concept CanBeUnlocked = requires(Connection& cb, Keys& keys) {
    cb.unlock_multi(keys);
};
static_assert(CanBeUnlocked<std::map<std::string, std::uint64_t>> && !CanBeUnlocked<Strings>,
              "unlock_multi_takes_cas_values: keys alone unlock nothing");

template <class Keys>
concept CanBeGotWith = requires(Connection& cb, Keys& keys) {
    cb.get_multi(keys);
};
static_assert(CanBeGotWith<std::map<std::string, std::chrono::seconds>>);
static_assert(!CanBeGotWith<StringMap> && !CanBeGotWith<std::map<std::string, Opaque>>,
              "values_beside_keys_are_ttls: text and objects are no time to live");

template <class T>
concept CanBeATtl = requires(Connection& cb, const T& ttl) {
    cb.get("k", GetOptions{.ttl = ttl});
}
|| requires(Connection& cb, const T& ttl) {
    cb.touch("k", ttl);
}
|| requires(Connection& cb, const T& ttl) {
    cb.lock("k", ttl);
};
static_assert(CanBeATtl<std::chrono::minutes> && CanBeATtl<std::chrono::system_clock::time_point>);
static_assert(!CanBeATtl<int> && !CanBeATtl<double> && !CanBeATtl<std::string> && !CanBeATtl<Opaque> &&
                  !CanBeATtl<Strings> && !CanBeATtl<StringMap> && !CanBeATtl<std::nullptr_t>,
              "ttls_have_a_unit: a bare number, text, a container or an object is no time to live");

template <class T>
concept CanBeATimeout = requires(Connection& cb, const T& timeout) {
    cb.set_timeout(timeout);
};
static_assert(CanBeATimeout<std::chrono::seconds>);
static_assert(!CanBeATimeout<std::string> && !CanBeATimeout<std::nullptr_t> && !CanBeATimeout<int>,
              "timeouts_are_durations: nothing, text and a bare number are none");

template <class T>
concept CanBeQuiet = requires(Connection& cb, const T& quiet) {
    cb.set_quiet(quiet);
};
static_assert(CanBeQuiet<bool>);
static_assert(!CanBeQuiet<std::string> && !CanBeQuiet<const char*> && !CanBeQuiet<std::nullptr_t> &&
                  !CanBeQuiet<int>,
              "quiet_is_a_boolean: nothing, text and numbers are none");

template <class T>
concept CanBeAFormat = requires(Connection& cb, const T& format) {
    cb.set_default_format(format);
};
static_assert(CanBeAFormat<Format>);
static_assert(!CanBeAFormat<std::string> && !CanBeAFormat<std::nullptr_t> && !CanBeAFormat<bool> &&
                  !CanBeAFormat<int> && !CanBeAFormat<Opaque>,
              "formats_are_formats: no text, nothing, boolean, number or object is one");

template <class Options>
concept HasCas = requires(Options options) {
    options.cas;
};
template <class Options>
concept HasFormat = requires(Options options) {
    options.format;
};
template <class Options>
concept HasTtl = requires(Options options) {
    options.ttl;
};
static_assert(HasCas<StoreOptions> && HasFormat<StoreOptions> && HasTtl<StoreOptions>);
static_assert(!HasFormat<GetOptions>, "get_has_no_format: the stored flags alone say how a value is read");
static_assert(!HasTtl<AppendOptions>, "append_has_no_ttl: the protocol cannot say one");

template <class Items>
concept CanBeAppended = requires(Connection& cb, const Items& items) {
    cb.append_items(items);
};
static_assert(CanBeAppended<ItemOptionDict> && !CanBeAppended<ItemSequence>,
              "append_items_takes_options: Items without options have no fragment");

struct GivesTextAlone {
    std::string encode_value(const Encodable&, Format) const;
    std::string decode_value(std::string_view, std::uint32_t) const;
};
struct GivesNothing {
    void encode_value(const Encodable&, Format) const;
    void decode_value(std::string_view, std::uint32_t) const;
};
struct GivesAList {
    Strings encode_value(const Encodable&, Format) const;
    Strings decode_value(std::string_view, std::uint32_t) const;
};
struct KnowsHalf {
    Transcoder::Stored encode_value(const Encodable&, Format) const;
};
struct Sound : KnowsHalf {
    Transcoder::Stored decode_value(std::string_view, std::uint32_t) const;
};
template <class T>
concept CanTranscode = requires(T object) {
    make_transcoder(object);
};
static_assert(CanTranscode<Sound>);
static_assert(!CanTranscode<Opaque> && !CanTranscode<KnowsHalf> && !CanTranscode<GivesTextAlone> &&
                  !CanTranscode<GivesNothing> && !CanTranscode<GivesAList> && !CanTranscode<int>,
              "transcoders_give_bytes_and_flags: without both functions, or with other results, it is none");
static_assert(std::is_same_v<decltype(Transcoder::Stored::flags), std::uint32_t> &&
                  std::is_same_v<decltype(Transcoder::Stored::bytes), std::string>,
              "stored_is_bytes_and_32_bits: flags of 40 bits, nothing and lists do not fit");

template <class Face>
struct HasExactResults {
    template <class Operation>
    static constexpr bool is_mutation = std::is_same_v<Operation, AsyncResult<OperationResult>> ||
                                        std::is_same_v<Operation, Deferred<OperationResult>>;
    template <class Operation>
    static constexpr bool is_value = std::is_same_v<Operation, AsyncResult<ValueResult>> ||
                                     std::is_same_v<Operation, Deferred<ValueResult>>;
    static Face& cb();
    static constexpr bool value =
        is_mutation<decltype(cb().set("k", 1))> && is_mutation<decltype(cb().remove("k"))> &&
        is_mutation<decltype(cb().touch("k", 1s))> && is_mutation<decltype(cb().unlock("k", 1))> &&
        is_value<decltype(cb().get("k"))> && is_value<decltype(cb().lock("k", 1s))> &&
        is_value<decltype(cb().incr("k"))> && is_value<decltype(cb().rget("k"))>;
};
static_assert(on_both<HasExactResults>, "results_have_exact_types: of mutations and of values");
static_assert(std::is_same_v<decltype(*std::declval<MultiResult&>().begin()), const ValueResult&> &&
                  std::is_same_v<decltype(std::declval<MultiResult&>()["k"]), const ValueResult&>,
              "multi_results_hold_value_results: of every operation; those of mutations have no value");

static_assert(!std::is_lvalue_reference_v<decltype(std::declval<Connection&>().server_nodes())>,
              "server_nodes_are_told: what is assigned to the list changes only a copy of it");

}  // namespace
}  // namespace txcouchbase::test
