// SPDX-License-Identifier: Apache-2.0
#include "views/query_rules.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include "protocol/error_words.hpp"
#include "protocol/utf8.hpp"
#include "views/json_check.hpp"
#include "views/json_text.hpp"
#include "views/query_text.hpp"

namespace txcouchbase::views {
namespace {

using Kind = ParameterKind;

constexpr ParameterRule rules[] = {
    {"descending", Kind::truth, "descending"},
    {"inclusive_end", Kind::truth, "inclusive_end"},
    {"reduce", Kind::truth, "reduce"},
    {"group", Kind::truth, "group"},
    {"full_set", Kind::truth, "full_set"},
    {"debug", Kind::truth, "debug"},
    {"skip", Kind::number, "skip"},
    {"limit", Kind::number, "limit"},
    {"group_level", Kind::number, "group_level"},
    {"connection_timeout", Kind::number, "connection_timeout"},
    {"startkey", Kind::json, "startkey"},
    {"endkey", Kind::json, "endkey"},
    {"key", Kind::json, "key"},
    {"mapkey_single", Kind::json, "key"},
    {"keys", Kind::json_array, "keys"},
    {"mapkey_multi", Kind::json_array, "keys"},
    {"startkey_docid", Kind::text, "startkey_docid"},
    {"endkey_docid", Kind::text, "endkey_docid"},
    {"stale", Kind::stale, "stale"},
    {"on_error", Kind::on_error, "on_error"},
    {"mapkey_range", Kind::range, "startkey", "endkey"},
    {"dockey_range", Kind::range, "startkey_docid", "endkey_docid"},
};

constexpr ParameterRule no_rule{};

EncodedValue refused(std::string_view wanted) {
    return {{}, wanted};
}

/// A double as the original writes it: the shortest digits, and always with a point or an exponent.
std::string text_of(double value) {
    char digits[32];
    const auto [end, ec] = std::to_chars(digits, digits + sizeof digits, value);
    std::string text{digits, end};
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

/// The whole of a number; nothing for a value that is none.
std::optional<std::string> integer_text(const QueryValue& value) {
    if (const auto* number = value.get_if<std::int64_t>()) return std::to_string(*number);
    if (const auto* number = value.get_if<double>()) {
        // The bounds are powers of two, so that they are exact.
        if (!(*number >= -0x1p63 && *number < 0x1p63)) return std::nullopt;
        return std::to_string(static_cast<std::int64_t>(*number));
    }
    const auto* text = value.get_if<std::string>();
    if (text == nullptr) return std::nullopt;
    std::string_view digits = *text;
    if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (ec != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return std::to_string(number);
}

std::optional<bool> truth_of(const QueryValue& value) {
    if (const auto* truth = value.get_if<bool>()) return *truth;
    if (const auto* number = value.get_if<std::int64_t>()) return *number != 0;
    if (value.get_if<std::uint64_t>() != nullptr) return true;  // it is too large for the other kind
    if (const auto* number = value.get_if<double>()) return *number != 0;
    const auto* text = value.get_if<std::string>();
    if (text != nullptr && (*text == "true" || *text == "false")) return *text == "true";
    return std::nullopt;
}

/// Text, or a number as text.
EncodedValue plain_text(const QueryValue& value) {
    if (const auto* text = value.get_if<std::string>())
        return protocol::is_utf8(*text) ? EncodedValue{*text} : refused("text, which is UTF-8");
    if (const auto* number = value.get_if<std::int64_t>()) return {std::to_string(*number)};
    if (const auto* number = value.get_if<std::uint64_t>()) return {std::to_string(*number)};
    if (const auto* number = value.get_if<double>(); number != nullptr && std::isfinite(*number))
        return {text_of(*number)};
    return refused("text or a number");
}

EncodedValue one_of(const QueryValue& value, std::initializer_list<std::string_view> some,
                    std::string_view wanted) {
    const auto* text = value.get_if<std::string>();
    for (const std::string_view one : some)
        if (text != nullptr && *text == one) return {*text};
    return refused(wanted);
}

EncodedValue encode_stale(const QueryValue& value) {
    constexpr std::string_view wanted = "\"ok\", \"false\", \"update_after\" or a truth value";
    EncodedValue word = one_of(value, {"ok", "false", "update_after"}, wanted);
    if (word.wanted.empty()) return word;
    const auto truth = truth_of(value);
    return truth ? EncodedValue{*truth ? "ok" : "false"} : refused(wanted);
}

EncodedValue json_list(const QueryValue::List& list) {
    std::string text = "[";
    for (const QueryValue& element : list) {
        EncodedValue json = json_of(element);
        if (!json.wanted.empty()) return json;
        if (text.size() > 1) text += ", ";
        text += json.text;
    }
    return {text + "]"};
}

EncodedValue escaped(EncodedValue value) {
    value.text = query_escaped(value.text);
    return value;
}

}  // namespace

const ParameterRule& find_rule(std::string_view name) noexcept {
    for (const ParameterRule& rule : rules)
        if (rule.name == name) return rule;
    return no_rule;
}

EncodedValue json_of(const QueryValue& value) {
    if (value.get_if<std::nullptr_t>() != nullptr) return {"null"};
    if (const auto* truth = value.get_if<bool>()) return {*truth ? "true" : "false"};
    if (const auto* json = value.get_if<Json>())
        return find_json_defect(json->text) ? refused("JSON") : EncodedValue{json->text};
    if (const auto* list = value.get_if<QueryValue::List>()) return json_list(*list);
    EncodedValue plain = plain_text(value);
    if (!plain.wanted.empty()) return refused("what can be JSON");
    if (value.get_if<std::string>() == nullptr) return plain;
    EncodedValue quoted;
    append_json_string(quoted.text, plain.text);
    return quoted;
}

EncodedValue encode_value(ParameterKind kind, const QueryValue& value) {
    switch (kind) {
        case Kind::truth:
            if (const auto truth = truth_of(value)) return {*truth ? "true" : "false"};
            return refused("a truth value");
        case Kind::number:
            if (const auto text = integer_text(value)) return {*text};
            return refused("a number");
        case Kind::json: return escaped(json_of(value));
        case Kind::json_array: {
            EncodedValue json = json_of(value);
            const std::size_t first = json.text.find_first_not_of(" \t\r\n");
            if (first == std::string::npos || json.text[first] != '[') return refused("a JSON array");
            return escaped(std::move(json));
        }
        case Kind::text: return escaped(plain_text(value));
        case Kind::stale: return encode_stale(value);
        case Kind::on_error: return one_of(value, {"continue", "stop"}, "\"continue\" or \"stop\"");
        default: return refused("another name");
    }
}

EncodedValue encode_verbatim(const QueryValue& value) {
    EncodedValue plain = plain_text(value);
    if (plain.wanted.empty() && !is_query_text(plain.text))
        return refused("characters of a URL's query, others percent-encoded");
    return plain;
}

std::string shown(const QueryValue& value) {
    if (value.is_unspec()) return "unspec";
    if (value.get_if<QueryValue::List>() != nullptr) return "a list";
    if (const auto* text = value.get_if<std::string>()) return quoted(*text);
    if (const auto* json = value.get_if<Json>()) return "the JSON " + quoted(json->text);
    if (const auto* number = value.get_if<double>()) return std::to_string(*number);
    return json_of(value).text;
}

}  // namespace txcouchbase::views
