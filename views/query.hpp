// What a view is asked: every parameter with its type, checked when it is set.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <txcouchbase/error.hpp>
#include <utility>
#include <variant>
#include <vector>

namespace txcouchbase::views {

/// Takes a parameter out of a query, or leaves one end of a range open.
struct Unspec {
    bool operator==(const Unspec&) const = default;
};
inline constexpr Unspec unspec{};

/// A JSON text, taken as it is once it was checked.
struct Json {
    std::string text;
    bool operator==(const Json&) const = default;
};

/**
 * What a parameter can be set to. Text is text: where a parameter takes JSON, it becomes a JSON string.
 *
 * Shape: nothing, null, a truth value, a number, text (UTF-8), a JSON text, or a list of these.
 */
class QueryValue {
public:
    using List = std::vector<QueryValue>;

    QueryValue(Unspec = {}) noexcept {}
    QueryValue(std::nullptr_t) noexcept : value_(nullptr) {}
    QueryValue(std::same_as<bool> auto value) noexcept : value_(value) {}
    template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>) QueryValue(T value)
    noexcept {
        if (std::in_range<std::int64_t>(value))
            value_ = static_cast<std::int64_t>(value);
        else
            value_ = static_cast<std::uint64_t>(value);
    }
    QueryValue(double value) noexcept : value_(value) {}
    QueryValue(const char* text) : value_(std::string{text}) {}
    QueryValue(std::string_view text) : value_(std::string{text}) {}
    QueryValue(std::string text) noexcept : value_(std::move(text)) {}
    QueryValue(Json json) noexcept : value_(std::move(json)) {}
    QueryValue(List list) noexcept : value_(std::move(list)) {}

    bool operator==(const QueryValue&) const = default;
    /// Whether this is `unspec`.
    bool is_unspec() const noexcept { return value_.index() == 0; }

    template <class T>
    const T* get_if() const noexcept {
        return std::get_if<T>(&value_);
    }

private:
    std::variant<Unspec, std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, Json, List>
        value_;
};

/// How strictly a query looks at its parameters.
struct QueryMode {
    /// Every value is text or a number, and goes into the URL as it is, which is then up to the caller: a byte that
    /// has no place in a URL's query (RFC 3986, 3.4) is refused. Unknown names are, too.
    bool passthrough = false;
    /// Unknown names are let through, their values as those of passthrough.
    bool unrecognized_ok = false;
};

enum class Stale : std::uint8_t { ok, update_before, update_after };
enum class OnError : std::uint8_t { go_on, stop };

/**
 * The parameters of a view query. A value: copy it to vary it.
 *
 *     Query{}.startkey("beer").endkey(Json{"[\"beer\",{}]"}).limit(10).stale(Stale::ok)
 *     Query{{"mapkey_range", List{"a", Query::string_range_end}}, {"limit", "10"}}
 *
 * Shape:    set() knows these names, and takes `unspec` for each of them, which removes the parameter:
 *           descending, inclusive_end, reduce, group, full_set, debug: a truth value, "true", "false", or a number, of
 *             which 0 is false;
 *           skip, limit, group_level, connection_timeout (milliseconds): a number, cut to an integer of 64 bits, or
 *             its digits;
 *           startkey, endkey, key (or mapkey_single): anything, as JSON; keys (or mapkey_multi): a JSON array;
 *           startkey_docid, endkey_docid: text or a number;
 *           stale: "ok", "false", "update_after", or what a truth value can be, true meaning "ok";
 *           on_error: "continue" or "stop";
 *           mapkey_range, dockey_range: a list of a start and an end, each of which may be left out or `unspec`; an
 *             empty list takes both out. Refused when one of the two keys was set by itself before.
 *           The server judges what goes together: group without reduce, say, or a limit below 0.
 * Errors:   a setter that refuses its value leaves the query as it was; error() says which parameter it was and why, as
 *           argument: the first refusal stays. Whoever takes the query to a server refuses it, too. Nothing that a
 *           value holds can end the request line.
 * Order:    parameters appear in the order in which they were set first.
 * Lifetime: owns all of it.
 * Spec:     Query of the original, with its `passthrough` and `unrecognized_ok`.
 */
class Query {
public:
    using List = QueryValue::List;

    /// Behind every string that begins like this, short of what nobody uses: startkey("a"), endkey("a" + this).
    static constexpr std::string_view string_range_end = "\xe0\xbf\xbf";  // U+0FFF

    Query() = default;
    explicit Query(QueryMode mode) noexcept : mode_(mode) {}
    Query(std::initializer_list<std::pair<std::string_view, QueryValue>> parameters, QueryMode mode = {});

    Query& set(std::string_view name, const QueryValue& value);
    /// For command lines: a parameter of JSON takes the text as JSON, a range as an array of two, others as set() does.
    Query& set_text(std::string_view name, std::string_view text);
    /// A query string that is ready; goes in front of the parameters as it is. Again: replaces the one before.
    Query& set_ready(std::string_view text);

    Query& descending(bool value = true) { return set("descending", value); }
    Query& inclusive_end(bool value) { return set("inclusive_end", value); }
    Query& reduce(bool value) { return set("reduce", value); }
    Query& group(bool value = true) { return set("group", value); }
    Query& full_set(bool value = true) { return set("full_set", value); }
    Query& debug(bool value = true) { return set("debug", value); }
    Query& skip(std::int64_t value) { return set("skip", value); }
    Query& limit(std::int64_t value) { return set("limit", value); }
    Query& group_level(std::int64_t value) { return set("group_level", value); }
    Query& connection_timeout(std::chrono::milliseconds value) {
        return set("connection_timeout", value.count());
    }
    Query& key(const QueryValue& value) { return set("key", value); }
    Query& keys(List values) { return set("keys", QueryValue{std::move(values)}); }
    Query& startkey(const QueryValue& value) { return set("startkey", value); }
    Query& endkey(const QueryValue& value) { return set("endkey", value); }
    Query& startkey_docid(std::string_view value) { return set("startkey_docid", value); }
    Query& endkey_docid(std::string_view value) { return set("endkey_docid", value); }
    Query& mapkey_range(const QueryValue& start, const QueryValue& end = unspec) {
        return set("mapkey_range", List{start, end});
    }
    Query& dockey_range(const QueryValue& start, const QueryValue& end = unspec) {
        return set("dockey_range", List{start, end});
    }
    Query& stale(Stale value);
    Query& on_error(OnError value);

    /// What was given for this parameter; unspec when it is not set.
    QueryValue get(std::string_view name) const;
    const Error& error() const noexcept { return error_; }
    QueryMode mode() const noexcept { return mode_; }

    /// The query string, without '?'; of what was refused it has nothing.
    std::string encoded() const { return encode(true); }
    /// The same without `keys`, which then go into a body.
    std::string encoded_without_keys() const { return encode(false); }

private:
    struct Parameter {
        std::string name;
        QueryValue value;
        std::string encoded;
        bool is_of_range = false;
    };

    Error assign(std::string_view name, const QueryValue& value, std::string_view range = {});
    Error assign_range(std::string_view name, const QueryValue& value);
    Parameter* find(std::string_view name) noexcept;
    std::string encode(bool has_keys) const;

    QueryMode mode_;
    std::string ready_;
    std::vector<Parameter> parameters_;
    Error error_;
};

}  // namespace txcouchbase::views
